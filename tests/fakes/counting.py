"""The counts table, and a stream that is cut into shards, in memory."""

from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from itertools import count
from random import Random

from msgspec.structs import replace

from functions.clock import Clock
from functions.counters.domain import Kind, Record, Shard, Tally, padded, position

Between = Callable[[], object]
"""The actions of others at this moment. Called wherever a recount could be overtaken."""


class FakeTallies:
    """Rows of counts by target. `between` runs before each call."""

    def __init__(self, now: Clock, between: Between = lambda: None) -> None:
        self.rows: dict[str, Tally] = {}
        self.writes = 0
        self.buried: list[str] = []
        self.between = between
        self._now = now

    def read(self, target_id: str) -> Tally:
        self.between()
        return self.rows.get(target_id, Tally())

    def add(
        self, target_id: str, kind: Kind, change: int, shard: str, records: Sequence[Record]
    ) -> tuple[bool, Tally]:
        self.writes += 1
        tally = self.rows.get(target_id, Tally())
        if not tally.positions.get(shard, "") < records[0].sequence:
            return False, tally
        counts = {**tally.counts, kind.field: tally.counts.get(kind.field, 0) + change}
        positions = {**tally.positions, shard: position(records[-1].sequence, self._now())}
        made = self.rows[target_id] = Tally(counts, positions, tally.changes + 1)
        return True, made

    def forget(self, target_id: str, positions: dict[str, str]) -> None:
        tally = self.rows[target_id]
        if positions.items() <= tally.positions.items():
            kept = {k: at for k, at in tally.positions.items() if k not in positions}
            self.rows[target_id] = replace(tally, positions=kept, changes=tally.changes + 1)

    def replace(self, target_id: str, seen: Tally, tally: Tally) -> bool:
        self.between()
        if self.rows.get(target_id, Tally()).changes != seen.changes:
            return False
        self.rows[target_id] = tally
        return True

    def bury(self, target_id: str) -> None:
        self.buried.append(target_id)
        self.rows.pop(target_id, None)


class FakeStream:
    """A table of (target, item) rows and its stream, whose shards end and are split.

    An item's records go into one shard, and then into the shards that continue it. A target's items
    may be spread over several shards, like the items of a hot partition. A record can be read once
    it is shown, which is some time after its write.
    """

    arn = "arn:aws:dynamodb:here:1:table/t/stream/2026-05-01T12:00:00.000"

    def __init__(self, chance: Random, between: Between = lambda: None) -> None:
        self.rows: set[tuple[str, str]] = set()
        self.records: dict[str, list[Record]] = {}
        self.between = between
        self._shards: dict[str, Shard] = {}
        self._ranges: dict[str, tuple[float, float]] = {}
        self._numbers = count(1)
        self._chance = chance
        self._shown = self._last = 0
        self._open(None, 0.0, 1.0)

    def _open(self, parent: str | None, low: float, high: float) -> None:
        shard_id = f"shard-{len(self._shards):04}"
        self._shards[shard_id] = Shard(shard_id, parent)
        self._ranges[shard_id] = (low, high)
        self.records[shard_id] = []

    def split(self, parts: int) -> None:
        """End an open shard, and continue it in this many parts."""
        shard_id = self._chance.choice([s for s, one in self._shards.items() if one.last is None])
        self._shards[shard_id] = replace(self._shards[shard_id], last=self._next())
        low, high = self._ranges[shard_id]
        step = (high - low) / parts
        for part in range(parts):
            self._open(shard_id, low + part * step, low + (part + 1) * step)

    def toggle(self, target: str, item: str) -> None:
        """Write a row, or delete it if it exists."""
        key = (target, item)
        change = -1 if key in self.rows else 1
        self.rows ^= {key}
        place = Random(f"{target} {item}").random()  # noqa: S311
        shard_id = next(
            s
            for s, (low, high) in self._ranges.items()
            if low <= place < high and self._shards[s].last is None
        )
        self.records[shard_id].append(Record(self._next(), target, item, change))

    def _next(self) -> str:
        self._last = next(self._numbers)
        return padded(str(self._last))

    def show(self, *_: object) -> None:
        """Make everything written so far readable."""
        self._shown = self._last

    def shown(self, shard_id: str) -> int:
        """Return how many records of a shard can be read."""
        shown = padded(str(self._shown))
        return bisect_right(self.records[shard_id], shown, key=lambda record: record.sequence)

    def parent_of(self, shard_id: str) -> str | None:
        """Return the shard that this one continues."""
        return self._shards[shard_id].parent_id

    def number(self, target: str) -> int:
        """Return how many rows a target has."""
        return sum(1 for one, _ in self.rows if one == target)

    def items(self, kind: Kind, target_id: str) -> Iterator[str]:
        found = [item for target, item in sorted(self.rows) if target == target_id]
        for item in found:
            self.between()
            # Read strongly, a page at a time: changes made after the page are not seen.
            yield item
        self.between()

    def targets(self, kind: Kind, after: str | None) -> tuple[list[str], str | None]:
        return sorted({target for target, _ in self.rows}), None

    def shards(self) -> list[Shard]:
        self.between()
        return list(self._shards.values())

    def read(self, shard_id: str, first: str | None = None) -> Iterator[Record]:
        at = 0
        while at < self.shown(shard_id):
            record = self.records[shard_id][at]
            at += 1
            if first is None or record.sequence >= padded(first):
                yield record
            self.between()
