"""Recounts: counts made from the rows, without counting records twice that still wait in a stream.

The rows already include the changes that wait in the stream. So a recount finds the number and, for
each shard, the place at which the number is right. It sets both in one write, and later only the
records behind that place are counted. To make the number right at that place:

1. List the shards. The records of a shard that has ended happened before the rows are read, so
   its place is its end.
2. Read the open shards to their present ends. This takes minutes on a busy stage, so it can be
   interrupted: the places reached so far are all that a later recount needs to continue.
3. Read the rows, strongly. They include everything up to the places of (2).
4. Read on in the open shards, and in those opened since, to a place behind everything that happened
   before (3). A row with records there is as its last record left it. A row without any has not
   changed since the place of (2), and is as it was read.

The write's condition is that the row has not changed since it was read. The recount itself refuses
the write if counting has passed those places meanwhile. Then it reads on from these places, which
takes seconds, and tries again.

Step (4) assumes two things that DynamoDB's documents do not promise: a write is in the stream after
`VISIBLE_SECONDS`, and an open shard has no more records after `EMPTY_PAGES` pages without any. If
either is wrong, a recount is off by the records that it did not read, until the next recount.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from hashlib import blake2b

import msgspec

from functions.aws.backoff import attempts
from functions.clock import Clock
from functions.counters.domain import (
    Kind,
    Record,
    Tally,
    padded,
    parents_first,
    position,
    shard_key,
)
from functions.counters.ports import CountedRowStore, Expired, RecordStream, TallyStore
from functions.observability import log

VISIBLE_SECONDS = 5.0
"""The time after which a write is in its table's stream. It usually takes a fraction of a
second."""
DIGEST_BYTES = 8
"""A row is kept as a digest of its sort key. If two digests are equal, their rows count as one.
Among a million rows of a target, this happens once in thirty million recounts."""
ATTEMPTS = 8
"""How often a target that is being counted meanwhile is tried again."""
Places = Mapping[str, str]
"""The last sequence number read of shards, by shard id."""


class Unfinished(Exception):
    """A recount ran out of time before it reached the ends of the open shards."""

    def __init__(self, places: Places) -> None:
        super().__init__(f"{len(places)} shards are read in part")
        self.places = places


class Recounted(msgspec.Struct, frozen=True):
    """The result of a recount. `waiting` is the sum of the records that were not counted yet. The
    drift is the error apart from them. Neither is known if the shards were read in several turns.
    """

    target_id: str
    field: str
    before: int
    waiting: int | None
    after: int

    @property
    def drift(self) -> int | None:
        """Return by how much the count was too low."""
        return None if self.waiting is None else self.after - self.before - self.waiting


class _Place(msgspec.Struct):
    """The rows of some targets, at one place in each shard. `ended` are the shards that had ended
    before the rows were read."""

    present: dict[str, set[int]]
    ends: dict[str, str]
    met: list[tuple[str, Record]]
    ended: set[str]


class Recounter:
    """Recounts of targets from their rows. `is_gone` returns whether a target was deleted.
    `at_once` is how many shards are read at the same time."""

    def __init__(
        self,
        tallies: TallyStore,
        counted: CountedRowStore,
        streams: Mapping[str, RecordStream],
        is_gone: Callable[[str], bool],
        now: Clock,
        pause: Callable[[float], object],
        at_once: int = 1,
    ) -> None:
        self._tallies = tallies
        self._counted = counted
        self._streams = streams
        self._is_gone = is_gone
        self._now = now
        self._pause = pause
        self._at_once = at_once

    def recount(
        self,
        kind: Kind,
        target_ids: Sequence[str],
        places: Places | None = None,
        until: datetime | None = None,
    ) -> list[Recounted]:
        """Recount targets from their rows. `places` continues an unfinished recount.

        Raises:
            Unfinished: the open shards were not read to their ends by `until`.
            RuntimeError: targets are counted faster than their shards can be read.
        """
        left = list(dict.fromkeys(target_ids))
        began = {target_id: self._tallies.read(target_id) for target_id in left}
        place = self._begin(kind, began, places or {}, until)
        done: list[Recounted] = []
        for _ in attempts(ATTEMPTS):
            self._pause(VISIBLE_SECONDS)
            self._read_on(kind, place)
            found = [
                self._set(kind, target_id, began[target_id], place, resumed=bool(places))
                for target_id in left
            ]
            done += [one for one in found if one is not None]
            left = [target_id for target_id, one in zip(left, found, strict=True) if one is None]
            if not left:
                return done
        raise RuntimeError(f"{len(left)} targets are being counted too fast to be recounted")

    def _begin(
        self, kind: Kind, began: Mapping[str, Tally], places: Places, until: datetime | None
    ) -> _Place:
        """Read the open shards to their ends, and then the rows."""
        stream = self._streams[kind.field]
        shards = stream.shards()
        place = _Place({}, {}, [], {one.shard_id for one in shards if one.last is not None})

        def skim(shard_id: str) -> tuple[str, str | None]:
            key, last = shard_key(kind, stream.arn, shard_id), places.get(shard_id)
            for record in stream.read(shard_id, last):
                last = record.sequence
                if record.target in began and last > began[record.target].counted_to(key):
                    place.met.append((key, record))
                if until is not None and self._now() >= until:
                    break
            return shard_id, last

        with ThreadPoolExecutor(self._at_once) as pool:
            skimmed = dict(pool.map(skim, [one.shard_id for one in shards if one.last is None]))
        reached = {shard_id: last for shard_id, last in skimmed.items() if last is not None}
        if until is not None and self._now() >= until:
            raise Unfinished(reached)
        place.ends = {shard_key(kind, stream.arn, i): last for i, last in reached.items()}
        for one in began:
            place.present[one] = {_digest(item) for item in self._counted.items(kind, one)}
        return place

    def _read_on(self, kind: Kind, place: _Place) -> None:
        """Move the place to the present end of each shard."""
        stream = self._streams[kind.field]
        for shard in parents_first(stream.shards()):
            key = shard_key(kind, stream.arn, shard.shard_id)
            if shard.shard_id in place.ended and shard.last is not None:
                place.ends[key] = shard.last
            else:
                _follow(place, key, stream.read(shard.shard_id, place.ends.get(key)))

    def _set(
        self, kind: Kind, target_id: str, began: Tally, place: _Place, *, resumed: bool
    ) -> Recounted | None:
        """Write a count with its place. Return None if counting has passed that place."""
        number = len(place.present[target_id])
        while True:
            seen = self._tallies.read(target_id)
            if _is_behind(kind, place, began, seen):
                return None
            now = self._now()
            places = {key: position(end, now) for key, end in place.ends.items()}
            kept = {k: at for k, at in seen.positions.items() if k not in seen.stale(now)}
            counts = {**seen.counts, kind.field: number}
            made = Tally(counts, {**kept, **places}, seen.changes + 1)
            if self._tallies.replace(target_id, seen, made):
                break
        if number == 0 and seen.expires_at is None and self._is_gone(target_id):
            self._tallies.bury(target_id)  # a row that a late change has made
        waiting = sum(
            record.change
            for key, record in place.met
            if record.target == target_id and record.sequence > seen.counted_to(key)
        )
        before = seen.counts.get(kind.field, 0)
        told = Recounted(target_id, kind.field, before, None if resumed else waiting, number)
        log.info("recounted", drift=told.drift, **msgspec.structs.asdict(told))
        return told

    def failed(
        self, kind: Kind, stream_arn: str, shard_id: str, first: str, last: str
    ) -> list[str]:
        """Return the targets of a batch that was given up, by its first and last sequence number.

        Raises:
            Expired: its records are no longer kept, or its stream was recreated since.
        """
        if stream_arn != self._streams[kind.field].arn:
            raise Expired(stream_arn)
        targets = []
        for record in self._streams[kind.field].read(shard_id, first):
            if record.sequence > padded(last):
                break
            targets.append(record.target)
        return list(dict.fromkeys(targets))

    def targets(self, kind: Kind, after: str | None) -> tuple[list[str], str | None]:
        """Return some of all targets, and the position to continue from."""
        return self._counted.targets(kind, after)

    def kind_of(self, stream_arn: str, kinds: Iterable[Kind]) -> Kind:
        """Return the kind that a stream counts. The stream may be the table's present one or an
        earlier one.

        Raises:
            LookupError: the stream belongs to a table that is not counted.
        """
        for kind in kinds:
            if _table_of(self._streams[kind.field].arn) == _table_of(stream_arn):
                return kind
        raise LookupError(f"the table of {stream_arn} is not counted")


def _table_of(stream_arn: str) -> str:
    """Return the ARN of a stream's table. A stream's ARN is that, `/stream/` and a label."""
    return stream_arn.partition("/stream/")[0]


def _follow(place: _Place, key: str, records: Iterable[Record]) -> None:
    """Apply a shard's records behind its place to the rows of the targets in `place`."""
    for record in records:
        if record.sequence <= place.ends.get(key, ""):
            continue  # a read begins with the record at the place
        place.ends[key] = record.sequence
        items = place.present.get(record.target)
        if items is None:
            continue
        place.met.append((key, record))
        if record.change > 0:
            items.add(_digest(record.item))
        elif record.change < 0:
            items.discard(_digest(record.item))


def _digest(item: str) -> int:
    return int.from_bytes(blake2b(item.encode(), digest_size=DIGEST_BYTES).digest())


def _is_behind(kind: Kind, place: _Place, began: Tally, seen: Tally) -> bool:
    """Return whether a target is counted beyond the place: farther in a shard, or in a newer shard.
    A shard that was known before and is not listed any more has expired."""
    mine = (key for key in seen.positions if key.startswith(f"{kind.field}."))
    return any(
        seen.counted_to(key) > place.ends[key] if key in place.ends else key not in began.positions
        for key in mine
    )
