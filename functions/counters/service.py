"""Count exactly, although every record of a stream may come again, in other batches."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

from functions.clock import Clock
from functions.counters.domain import Kind, Record, by_target
from functions.counters.ports import TallyStore
from functions.observability import log

WRITERS = 16
"""Targets of a batch that are written at the same time. A shard brings up to a thousand records a
second, and writing one after another would be too slow."""


class Counter:
    """Exact counts of the records of streams."""

    def __init__(self, tallies: TallyStore, now: Clock) -> None:
        self._tallies = tallies
        self._now = now

    def count(self, kind: Kind, shard: str, records: Sequence[Record]) -> list[str]:
        """Count a batch of one shard's records, which come in order.

        Return the sequence number of the first record of each target that could not be counted. A
        record that comes again, in any part of the batch, is counted only once.
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
        """Count a target's records.

        The first write assumes that all of them are new, which saves reading the row. If they are
        not, the refused write returns how far the shard is counted, and each record is compared
        with that. A repeated batch may be cut differently, so its first and last record say nothing
        about the others.
        """
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
