"""What the tests of an operator's commands share."""

import pytest

from infra.deploy.stage import Stage
from tests.integration.deploy.local import Local


@pytest.fixture
def context(stack):
    return Local(Stage(name="local"))
