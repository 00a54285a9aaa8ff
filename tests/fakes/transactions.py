"""Transactions of several fakes at once: all conditions hold, or nothing is written."""

from collections.abc import Callable
from dataclasses import dataclass, field
from threading import RLock
from typing import Any

from functions.aws.tables import ConditionFailed

LOCK = RLock()
"""Held during every write, so that a fake's condition and its write are one step."""
_ORDER = ("check", "delete", "put", "update")
"""DynamoDB's order of a transaction's writes. PynamoDB numbers the failed ones by it."""


@dataclass
class Transaction:
    """The writes that steps of fakes add, as one transaction."""

    writes: list[tuple[str, Callable[[], bool], Callable[[], Any]]] = field(default_factory=list)

    def write(self, kind: str, holds: Callable[[], bool], apply: Callable[[], Any]) -> None:
        """Add a write with its condition."""
        self.writes.append((kind, holds, apply))


def commit(*steps: Callable[[Any], None]) -> None:
    """Commit steps as `functions.aws.tables.commit` does."""
    transaction = Transaction()
    for step in steps:
        step(transaction)
    writes = sorted(transaction.writes, key=lambda write: _ORDER.index(write[0]))
    with LOCK:
        failed = [i for i, (_, holds, _) in enumerate(writes) if not holds()]
        if failed:
            raise ConditionFailed(failed)
        for _, _, apply in writes:
            apply()
