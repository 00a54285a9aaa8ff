"""Fixtures of the erasure tests."""

import time

import pytest

from infra.local.ttl import Sweeper
from tests.integration.erasure.life import live


@pytest.fixture
def swept(stage):
    """Return a function that applies DynamoDB's TTL to all tables, as of a later time."""

    def sweep(**after):
        seconds = after.get("hours", 0) * 3600 + after.get("days", 0) * 86_400
        sweeper = Sweeper(stage.wire, lambda: time.time() + seconds)
        for table, attribute in list(sweeper._tables_with_ttl()):
            sweeper._sweep_table(table, attribute)

    return sweep


@pytest.fixture
def life(stack, ada, bob):
    """Let ada do everything that a person can do. Returns her post and bob's."""
    return live(stack, ada, bob)
