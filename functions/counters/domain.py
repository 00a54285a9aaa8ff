"""Counts of one target, and how far each shard of a stream has been counted into them."""

from base64 import urlsafe_b64encode
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from hashlib import blake2b
from itertools import takewhile
from typing import Literal

import msgspec

from functions.clock import epoch_seconds, ulid_time

Field = Literal["likes", "comments", "views"]
SEQUENCE_DIGITS = 40
"""The longest sequence number of a stream (DynamoDB API reference, StreamRecord)."""
POSITION_KEPT = timedelta(hours=25)
"""A shard's records live for 24 hours; what is older cannot come again."""


STORY_KEPT = timedelta(days=14)
"""A story has left by then, and the views with it, whenever its picture came."""


class Counts(msgspec.Struct, frozen=True):
    """How often a target was liked, commented on and viewed. One without a row has never been."""

    likes: int = 0
    comments: int = 0
    views: int = 0


class Kind(msgspec.Struct, frozen=True):
    """What is counted: the rows of `table`, by the target in their partition key, into `field`."""

    field: Field
    table: str
    target: str
    item: str
    """The sort key: with the target it names one row, which is counted once."""


LIKES = Kind("likes", "likes", "post_id", "user_id")
COMMENTS = Kind("comments", "comments", "post_id", "comment_id")
VIEWS = Kind("views", "story_views", "story_id", "viewer_id")
KINDS: Mapping[str, Kind] = {kind.field: kind for kind in (LIKES, COMMENTS, VIEWS)}


class Record(msgspec.Struct, frozen=True):
    """One record of a stream: a row came (+1) or went (-1). `sequence` is padded."""

    sequence: str
    target: str
    item: str
    change: int


class Shard(msgspec.Struct, frozen=True):
    """A shard of a stream. `last` is where it ended; None while it is open."""

    shard_id: str
    parent_id: str | None = None
    last: str | None = None


class Tally(msgspec.Struct, frozen=True):
    """A row of counts as it stands. `changes` counts its writes: the lock of whoever replaces it.

    `positions` has, for each shard, the last position that is counted in: see `position`.
    """

    counts: Mapping[str, int] = {}
    positions: Mapping[str, str] = {}
    changes: int = 0

    def counted_to(self, shard: str) -> str:
        """The sequence number up to which a shard is counted in; empty for none at all."""
        return self.positions.get(shard, "")[:SEQUENCE_DIGITS]

    def stale(self, now: datetime) -> dict[str, str]:
        """The positions of shards whose records have all expired."""
        oldest = _hours(now - POSITION_KEPT)
        held = self.positions.items()
        return {key: at for key, at in held if int(at[SEQUENCE_DIGITS + 1 :]) < oldest}


def leaves_at(target_id: str) -> datetime | None:
    """When the counts of a story leave, whose id says when it was made; None for a post's, which
    are deleted with it."""
    author_id, _, ulid = target_id.rpartition(".")  # the stories' own module is heavier
    return ulid_time(ulid) + STORY_KEPT if author_id else None


def padded(sequence: str) -> str:
    """A sequence number that compares as text as it does as a number."""
    return sequence.zfill(SEQUENCE_DIGITS)


def position(sequence: str, now: datetime) -> str:
    """A padded sequence number and the hour of its writing: `000…4242 490123`. It sorts by the
    number, so that a condition can compare it with a number alone."""
    return f"{sequence} {_hours(now)}"


def shard_key(kind: Kind, stream_arn: str, shard_id: str) -> str:
    """The name of a shard's position: `likes.Zm9vYmFy`.

    The ARN has the stream's label, so that a stream made anew is another one. 48 bits of a digest
    stand for it: the 14 shards that two streams go through in a day then keep a row below 1 KB.
    """
    digest = blake2b(f"{stream_arn} {shard_id}".encode(), digest_size=6).digest()
    return f"{kind.field}.{urlsafe_b64encode(digest).decode()}"


def by_target(records: Iterable[Record]) -> dict[str, list[Record]]:
    """The records that change a count, by target, in order."""
    found: dict[str, list[Record]] = {}
    for record in records:
        if record.change:
            found.setdefault(record.target, []).append(record)
    return found


def parents_first(shards: Sequence[Shard]) -> list[Shard]:
    """Shards in an order in which an item's records follow each other: a shard that was split, or
    has ended, stands before those that continue it."""
    parents = {shard.shard_id: shard.parent_id for shard in shards}

    def depth(shard: Shard) -> int:
        above = _ancestors(shard.parent_id, parents)
        return sum(1 for _ in takewhile(lambda one: one in parents, above))

    return sorted(shards, key=depth)


def _ancestors(shard_id: str | None, parents: Mapping[str, str | None]) -> Iterable[str]:
    while shard_id is not None:
        yield shard_id
        shard_id = parents.get(shard_id)


def _hours(moment: datetime) -> int:
    return epoch_seconds(moment) // 3600
