"""What must hold after a run, a module a capability.

Each invariant reads what the stage holds and yields its losses. It may read anything, but judges
without the product's code: from the journal of what was acknowledged, and from other rows.
"""

from tests.chaos.invariants import (  # noqa: F401 - each registers its invariants
    accounts,
    counters,
    erasure,
    exports,
    feed,
    media,
    posts,
    reactions,
    social,
    stories,
)
from tests.chaos.invariants.found import Found
from tests.chaos.invariants.registry import INVARIANTS, check

__all__ = ["INVARIANTS", "Found", "check"]
