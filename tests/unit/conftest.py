"""What unit tests share."""

import pytest
from hypothesis import settings

from tests.fakes.world import World

# A slow machine is no failure.
settings.register_profile("unhurried", deadline=None)
settings.load_profile("unhurried")


@pytest.fixture
def world() -> World:
    """All services on fakes, empty."""
    return World()
