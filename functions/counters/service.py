"""Counts that are exact although every record of a stream may come twice, or in other batches."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Protocol

from functions.clock import Clock
from functions.counters.domain import Kind, Record, Tally, by_target
from functions.log import log

WRITERS = 16
"""Targets of one batch that are written at a time. A shard brings up to a thousand records a
second, and one after the other their writes would take longer than that."""


class Tallies(Protocol):
    """The counts table, as it is counted into."""

    def read(self, target_id: str) -> Tally:
        """A target's row, read strongly; an empty one where there is none."""

    def add(
        self, target_id: str, kind: Kind, change: int, shard: str, records: Sequence[Record]
    ) -> tuple[bool, Tally]:
        """Add `change` and move the shard's position to the last of `records`, in one write.

        It is made only if the position stands before the first of them. Gives whether it was, and
        the row after it or as it stands.
        """

    def forget(self, target_id: str, positions: dict[str, str]) -> None:
        """Remove positions, if they are still the same."""

    def replace(self, target_id: str, seen: Tally, tally: Tally) -> bool:
        """Put a row in the place of the one seen; False where that has changed meanwhile."""


class Counter:
    """Counts the records of streams."""

    def __init__(self, tallies: Tallies, now: Clock) -> None:
        self._tallies = tallies
        self._now = now

    def count(self, kind: Kind, shard: str, records: Sequence[Record]) -> list[str]:
        """Count a batch of one shard's records, which come in order.

        Gives the sequence number of the first record of each target that could not be counted.
        Whatever part of the batch comes again is counted once.
        """
        targets = by_target(records)
        if not targets:
            return []

        def one(target_id: str) -> str | None:
            try:
                self._count(kind, shard, target_id, targets[target_id])
            except Exception:
                log.exception("not counted", field=kind.field, target_id=target_id)
                return targets[target_id][0].sequence
            return None

        with ThreadPoolExecutor(min(WRITERS, len(targets))) as pool:
            return [failed for failed in pool.map(one, targets) if failed is not None]

    def _count(self, kind: Kind, shard: str, target_id: str, records: Sequence[Record]) -> None:
        """Count a target's records. The first write takes it that all of them are new, which saves
        reading the row; where they are not, the refused write tells how far the shard is counted,
        and each record is held against that: a batch may be cut anew when it comes again, so
        neither its first nor its last record speaks for the others."""
        while records:
            change = sum(record.change for record in records)
            done, tally = self._tallies.add(target_id, kind, change, shard, records)
            if done:
                break
            counted_to = tally.counted_to(shard)
            records = [record for record in records if record.sequence > counted_to]
        else:
            log.info("counted before", field=kind.field, target_id=target_id)
        if stale := tally.stale(self._now()):
            self._tallies.forget(target_id, stale)
