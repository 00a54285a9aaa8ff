"""Registers invariants and checks them all."""

from collections.abc import Callable, Iterator

from tests.chaos.invariants.found import Found
from tests.chaos.journal import Loss

Invariant = Callable[[Found], Iterator[str]]
INVARIANTS: list[Invariant] = []


def invariant(check: Invariant) -> Invariant:
    """Register a function. It yields a sentence for each loss."""
    INVARIANTS.append(check)
    return check


def check(found: Found) -> list[Loss]:
    """Return everything that breaks an invariant."""
    return [Loss(one.__name__, text) for one in INVARIANTS for text in one(found)]
