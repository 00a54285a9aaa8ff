"""What the tests of erasure share."""

import time

import pytest

from infra.local.ttl import Sweeper
from tests.integration.erasure.life import live, new


@pytest.fixture
def swept(stage):
    """Lets DynamoDB's TTL pass over all tables as it would after some time."""

    def sweep(**after):
        seconds = after.get("hours", 0) * 3600 + after.get("days", 0) * 86_400
        sweeper = Sweeper(stage.wire, lambda: time.time() + seconds)
        for table, attribute in list(sweeper._tables_with_ttl()):
            sweeper._sweep_table(table, attribute)

    return sweep


@pytest.fixture
def ada(stack):
    return new(stack, "ada")


@pytest.fixture
def bob(stack):
    return new(stack, "bob")


@pytest.fixture
def life(stack, ada, bob):
    """Ada has done all that a person can do here; her post, and bob's."""
    return live(stack, ada, bob)
