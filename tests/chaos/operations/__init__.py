"""The operations of people, a module a capability. Each names the API's operations that it calls.

A new capability adds a module here; `tests/chaos/test_chaos.py` fails while a route that writes
is called by none.
"""

from tests.chaos.operations import (  # noqa: F401 - each registers its operations
    accounts,
    erasure,
    exports,
    feed,
    media,
    posts,
    reactions,
    social,
    stories,
    surroundings,
)
from tests.chaos.operations.registry import OPERATIONS, Operation, Run

__all__ = ["OPERATIONS", "Operation", "Run"]
