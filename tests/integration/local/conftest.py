"""Fixtures of the local stack's own tests."""

from collections.abc import Iterator

import pytest

from infra.local.provision import Stage
from tests.integration.local.toys import Toys, toys_of


@pytest.fixture
def toys(stage: Stage) -> Iterator[Toys]:
    """A toy app with queues and tables of its own."""
    yield from toys_of(stage.wire)
