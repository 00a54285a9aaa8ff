"""Counts made anew from the rows, without counting twice what is still on its way.

The rows already have in them what waits in the stream. So a recount gives, with the number, the
place in each shard for which the number is right, and sets both in one write: what is counted later
is only what lies behind that place. For the number to be right there,

1. the shards are listed, and those that have ended are done with: whatever is in them happened
   before the rows are read, so their place is their end;
2. the rows are read, strongly;
3. the open shards, and those opened since, are read to a place behind all that happened before (2).
   A row of which a record is met stands as its last record left it. A row of which none is met has
   not changed since the beginning of these shards: it stands as it was read.

The write is conditional on the row not having changed since it was looked at, and is refused by us
where counting has gone beyond those places meanwhile; then all begins again.

What (3) rests on, and nothing in DynamoDB's documents promises: a write is in the stream after
`VISIBLE_SECONDS`, and an open shard that gave `EMPTY_PAGES` pages without records has no more of
them. Where either is wrong a recount is off by what it did not read, until the next one.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from hashlib import blake2b
from typing import Protocol

import msgspec

from functions.backoff import attempts
from functions.clock import Clock
from functions.counters.domain import (
    Kind,
    Record,
    Shard,
    Tally,
    padded,
    parents_first,
    position,
    shard_key,
)
from functions.counters.service import Tallies
from functions.log import log

VISIBLE_SECONDS = 5.0
"""After which a write is in its table's stream. It usually takes a fraction of a second."""
DIGEST_BYTES = 8
"""A row is held by a digest of its sort key: among a million rows of a target two are alike, and
then counted as one, once in thirty million recounts."""
ATTEMPTS = 8
"""Times a target is looked at again that is being counted."""


class Counted(Protocol):
    """The tables of what is counted."""

    def items(self, kind: Kind, target_id: str) -> Iterable[str]:
        """The sort keys of a target's rows, read strongly."""

    def targets(self, kind: Kind, after: str | None) -> tuple[list[str], str | None]:
        """Some of all targets that have rows or counts, and where to go on; None at the end."""


class Stream(Protocol):
    """The stream of one table."""

    arn: str

    def shards(self) -> Sequence[Shard]:
        """Its shards of the last 24 hours."""

    def read(self, shard_id: str, first: str | None = None) -> Iterator[Record]:
        """A shard's records from its beginning, or from that one, to its present end.

        Raises:
            Expired: they are no longer kept.
        """


class Expired(Exception):
    """A stream's records that are older than a day."""


class Recounted(msgspec.Struct, frozen=True):
    """What a recount has found. `waiting` is the sum of the records that were yet to be counted;
    the drift is what was wrong apart from them."""

    target_id: str
    field: str
    before: int
    waiting: int
    after: int

    @property
    def drift(self) -> int:
        """By how much the count was too low."""
        return self.after - self.before - self.waiting


class _Place(msgspec.Struct):
    """The rows of some targets, at one place in each shard."""

    present: dict[str, set[int]]
    ends: dict[str, str]
    met: list[tuple[str, Record]]


class Recounter:
    """Makes counts anew."""

    def __init__(
        self,
        tallies: Tallies,
        counted: Counted,
        streams: Mapping[str, Stream],
        now: Clock,
        pause: Callable[[float], object],
    ) -> None:
        self._tallies = tallies
        self._counted = counted
        self._streams = streams
        self._now = now
        self._pause = pause

    def recount(self, kind: Kind, target_ids: Sequence[str]) -> list[Recounted]:
        """Make the counts of targets anew from their rows.

        Raises RuntimeError for targets that are counted faster than their shards can be read.
        """
        done: list[Recounted] = []
        left = list(dict.fromkeys(target_ids))
        for _ in attempts(ATTEMPTS):
            began = {target_id: self._tallies.read(target_id) for target_id in left}
            place = self._place(kind, left)
            found = [self._set(kind, target_id, began[target_id], place) for target_id in left]
            done += [one for one in found if one is not None]
            left = [target_id for target_id, one in zip(left, found, strict=True) if one is None]
            if not left:
                return done
        raise RuntimeError(f"{len(left)} targets are being counted too fast to be recounted")

    def _place(self, kind: Kind, target_ids: Sequence[str]) -> _Place:
        stream = self._streams[kind.field]
        ended = {shard.shard_id for shard in stream.shards() if shard.last is not None}
        present = {
            target_id: {_digest(item) for item in self._counted.items(kind, target_id)}
            for target_id in target_ids
        }
        self._pause(VISIBLE_SECONDS)
        place = _Place(present, {}, [])
        for shard in parents_first(stream.shards()):
            key = shard_key(kind, stream.arn, shard.shard_id)
            if shard.shard_id in ended and shard.last is not None:
                place.ends[key] = shard.last
            else:
                _follow(place, key, stream.read(shard.shard_id))
        return place

    def _set(self, kind: Kind, target_id: str, began: Tally, place: _Place) -> Recounted | None:
        """Write a count with its place; None where counting is ahead of that."""
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
        waiting = sum(
            record.change
            for key, record in place.met
            if record.target == target_id and record.sequence > seen.counted_to(key)
        )
        told = Recounted(target_id, kind.field, seen.counts.get(kind.field, 0), waiting, number)
        log.info("recounted", drift=told.drift, **msgspec.structs.asdict(told))
        return told

    def failed(
        self, kind: Kind, stream_arn: str, shard_id: str, first: str, last: str
    ) -> list[str]:
        """The targets of a batch that was given up, by its first and last sequence number.

        Raises:
            Expired: its records are no longer kept, or its stream was made anew since.
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
        """Some of all targets, and where to go on."""
        return self._counted.targets(kind, after)

    def kind_of(self, stream_arn: str, kinds: Iterable[Kind]) -> Kind:
        """What a stream counts, be it the table's present one or one that was there before.

        Raises:
            LookupError: it is no stream of a table that is counted.
        """
        for kind in kinds:
            if _table_of(self._streams[kind.field].arn) == _table_of(stream_arn):
                return kind
        raise LookupError(f"nothing is counted from {stream_arn}")


def _table_of(stream_arn: str) -> str:
    """The ARN of a stream's table: a stream's is that, `/stream/` and its label."""
    return stream_arn.partition("/stream/")[0]


def _follow(place: _Place, key: str, records: Iterable[Record]) -> None:
    """Bring rows that are looked at to how a shard's records leave them."""
    for record in records:
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
    """Whether a target is counted beyond the place: farther in a shard, or in one that is newer.
    A shard that was known before and is not listed any more has expired."""
    mine = (key for key in seen.positions if key.startswith(f"{kind.field}."))
    return any(
        seen.counted_to(key) > place.ends[key] if key in place.ends else key not in began.positions
        for key in mine
    )
