"""The local stack, as integration tests have it."""

from tests.integration.conftest import stack

__all__ = ["stack"]
