"""Integration tests: requests and events through the real handlers, on moto."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest

from functions.aws import scans
from infra.local.faults import Faults
from infra.local.pump import Pump
from tests.stack import Person, Stack, begin_now


@pytest.fixture(scope="package", autouse=True)
def few_segments() -> Iterator[None]:
    """Make scans use two segments: moto reads the whole table for each."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(scans, "SEGMENTS", 2)
        yield


@pytest.fixture
def ada(stack: Stack) -> Person:
    """Sign up a new person."""
    return stack.person("ada")


@pytest.fixture
def bob(stack: Stack) -> Person:
    """Sign up another new person."""
    return stack.person("bob")


@pytest.fixture
def pump_of(stack: Stack) -> Iterator[Callable[[int, Faults], Pump]]:
    """Return a function that makes pumps with shards and faults. They see only later writes."""
    from app import app

    with ExitStack() as pumps:

        def pump_of(shards: int, faults: Faults) -> Pump:
            pump = Pump(app, stack.stage.wire, shards=shards, faults=faults)
            pumps.callback(pump.close)
            begin_now(pump)
            return pump

        yield pump_of
