"""What the tests of an operator's commands share."""

import boto3
import pytest

from infra.deploy.context import Context
from infra.deploy.stage import Stage


class Local(Context):
    """The local stage, whose settings are in the environment already."""

    def client(self, service):
        return boto3.client(service)

    def environment(self):
        return {}


@pytest.fixture
def context(stack):
    return Local(Stage(name="local"))
