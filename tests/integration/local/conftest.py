"""Fixtures of the local stack's own tests."""

from collections.abc import Iterator

import pytest

from infra.local.provision import Stage
from tests.integration.local.toys import Toys, toys_of


@pytest.fixture
def toys(stage: Stage) -> Iterator[Toys]:
    """Return a toy app with its own queues and tables."""
    yield from toys_of(stage.wire)
