"""What unit tests share."""

import pytest

from tests.fakes.world import World


@pytest.fixture
def world() -> World:
    """All services on fakes, empty."""
    return World()


@pytest.fixture
def ada(world: World) -> str:
    """Somebody with a profile; her id."""
    return world.person("ada")


@pytest.fixture
def bob(world: World) -> str:
    """Somebody else with a profile; his id."""
    return world.person("bob")
