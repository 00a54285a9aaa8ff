"""The local stack, as integration tests have it."""

from tests.integration.conftest import judge, stack

__all__ = ["judge", "stack"]
