"""What the tests of an operator's commands share."""

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
from infra.local.front import Front
from infra.local.pump import Pump
from infra.local.resources import make
from infra.local.template import Template
from tests.deploy.local import Local
from tests.fakes.cloudformation import CloudFormation
from tests.integration.conftest import Stack as LocalStack


class Deployed(Context):
    """A stage whose stacks are fakes, and everything else moto's."""

    state_stack: CloudFormation
    operations_stack: CloudFormation

    @property
    def state(self):
        return Stack(self.state_stack, self.prefix)

    @property
    def operations(self):
        return Stack(self.operations_stack, f"{self.prefix}-operations")

    def client(self, service):
        return boto3.client(service)


@pytest.fixture(autouse=True)
def own_settings():
    """A command sets its stage's settings for the app that it imports; they go with the test."""
    settings()
    before = dict(os.environ)
    yield
    os.environ.clear()
    os.environ.update(before)


@pytest.fixture(scope="session")
def stack(stage):
    """The local stack, whose calls nobody judges here: they are an operator's."""
    from app import app

    pump = Pump(app, stage.wire)
    yield LocalStack(Front(app, stage), pump, stage)
    pump.close()


@pytest.fixture
def context(stack):
    return Local(Stage(name="local"))


@pytest.fixture
def deployed(stage, monkeypatch):
    """A stage of its own. Gives whoever runs the next command, who knows nothing of the last."""
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
