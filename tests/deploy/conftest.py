"""Fixtures for the tests of the operator's commands."""

import os
from uuid import uuid4

import boto3
import pytest

from functions.config import settings
from infra.deploy import stack_events, stacks
from infra.deploy.context import Context
from infra.deploy.retained import Retained
from infra.deploy.stacks import Stack
from infra.deploy.stage import TEMPLATE, Stage
from infra.local.resources import make
from infra.local.template import Template
from tests.deploy.local import Local, client
from tests.fakes.cloudformation import CloudFormation


class Deployed(Context):
    """A stage on moto whose stacks are fakes."""

    state_stack: CloudFormation
    operations_stack: CloudFormation

    @property
    def state(self):
        return Stack(self.state_stack, self.prefix)

    @property
    def operations(self):
        return Stack(self.operations_stack, f"{self.prefix}-operations")

    def client(self, service):
        return client(service)


@pytest.fixture(autouse=True)
def own_settings():
    """Restores the environment, in which a command sets its stage's settings."""
    settings()
    before = dict(os.environ)
    yield
    os.environ.clear()
    os.environ.update(before)


@pytest.fixture
def context(stack):
    return Local(Stage(name="local"))


@pytest.fixture
def deployed(stage, monkeypatch):
    """Creates a stage. Yields a function that returns a fresh context for each command."""
    monkeypatch.setattr(stacks, "POLL_SECONDS", 0)
    monkeypatch.setattr(stack_events, "POLL_SECONDS", 0)
    name = f"t{uuid4().hex[:8]}"
    parameters = {"Prefix": Stage(name=name).prefix, "AllowedOrigins": "*"}
    outputs = Template(TEMPLATE, parameters, make).apply()
    state, operations = (
        CloudFormation("CREATE_COMPLETE", outputs=outputs),
        CloudFormation("CREATE_COMPLETE"),
    )

    def command():
        run = Deployed(Stage(name=name))
        run.state_stack, run.operations_stack = state, operations
        return run

    yield command
    for taken_away in (Retained.empty, Retained.remove):
        taken_away(Retained(command()))
    dynamodb = boto3.client("dynamodb")
    for table in ("feed_items", "story_tray", "idempotency", "limits", "exports"):
        dynamodb.delete_table(TableName=f"{parameters['Prefix']}-{table}")
