"""Counts of one target, and how far each shard of a stream is counted into them."""

from base64 import urlsafe_b64encode
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from hashlib import blake2b
from itertools import takewhile
from typing import Any, Literal

import msgspec

from functions.clock import epoch_seconds, ulid_time

Field = Literal["likes", "comments", "views"]
SEQUENCE_DIGITS = 40
"""The longest sequence number of a stream (DynamoDB API reference, StreamRecord)."""
POSITION_KEPT = timedelta(hours=25)
"""How long a position is kept. A shard's records live for 24 hours, and older ones cannot come
again."""


BURIED_KEPT = timedelta(days=30)
"""How long the counts of a deleted post stay, as its tombstone does: every late change has come by
then."""
STORY_KEPT = timedelta(days=14)
"""A story and its views are gone by then, even if its picture came late."""


CHANGES = {"INSERT": 1, "REMOVE": -1}
"""How a stream event changes a count. `MODIFY` changes none."""


class Counts(msgspec.Struct, frozen=True):
    """How often a target was liked, commented on and viewed. A target without a row has all
    zeros."""

    likes: int = 0
    comments: int = 0
    views: int = 0


class Kind(msgspec.Struct, frozen=True):
    """A kind of count: the rows of `table` are counted into `field`, by the target in their
    partition key."""

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


def record_of(kind: Kind, raw: Mapping[str, Any]) -> Record:
    """Read a record of a stream. Lambda and the stream's own API use the same form."""
    change = raw["dynamodb"]
    return Record(
        padded(change["SequenceNumber"]),
        change["Keys"][kind.target]["S"],
        change["Keys"][kind.item]["S"],
        CHANGES.get(raw["eventName"], 0),
    )


class Shard(msgspec.Struct, frozen=True):
    """A shard of a stream. `last` is its last sequence number; None while it is open."""

    shard_id: str
    parent_id: str | None = None
    last: str | None = None


class Tally(msgspec.Struct, frozen=True):
    """A row of counts as it stands. `changes` counts its writes, and is the lock for replacing it.

    `positions` has the last counted position of each shard: see `position`. `expires_at` is when
    TTL deletes the row, in seconds since 1970, for counts of a story and of a deleted post.
    """

    counts: Mapping[str, int] = {}
    positions: Mapping[str, str] = {}
    changes: int = 0
    expires_at: int | None = None

    def counted_to(self, shard: str) -> str:
        """Return the sequence number up to which a shard is counted; empty if nothing is."""
        return self.positions.get(shard, "")[:SEQUENCE_DIGITS]

    def stale(self, now: datetime) -> dict[str, str]:
        """Return the positions of shards whose records have all expired."""
        oldest = _hours(now - POSITION_KEPT)
        held = self.positions.items()
        return {key: at for key, at in held if int(at[SEQUENCE_DIGITS + 1 :]) < oldest}


def counts_expire_at(target_id: str) -> datetime | None:
    """Return when the counts of a story expire. The story's id contains its time of creation.
    Return None for a post, whose counts are buried with it."""
    author_id, _, ulid = target_id.rpartition(".")  # the stories' own module is heavier
    return ulid_time(ulid) + STORY_KEPT if author_id else None


def padded(sequence: str) -> str:
    """Return a sequence number padded with zeros, so that it sorts as text as it does as a
    number."""
    return sequence.zfill(SEQUENCE_DIGITS)


def position(sequence: str, now: datetime) -> str:
    """Return a padded sequence number and the hour of its writing: `000…4242 490123`. It sorts by
    the number, so a condition can compare it with a number alone."""
    return f"{sequence} {_hours(now)}"


def shard_key(kind: Kind, stream_arn: str, shard_id: str) -> str:
    """Return the name of a shard's position: `likes.Zm9vYmFy`.

    The ARN contains the stream's label, so a recreated stream gets other names. The name holds 48
    bits of a digest: two streams go through 14 shards in a day, and the row then stays below 1 KB.
    """
    digest = blake2b(f"{stream_arn} {shard_id}".encode(), digest_size=6).digest()
    return f"{kind.field}.{urlsafe_b64encode(digest).decode()}"


def by_target(records: Iterable[Record]) -> dict[str, list[Record]]:
    """Return the records that change a count, by target, in order."""
    found: dict[str, list[Record]] = {}
    for record in records:
        if record.change:
            found.setdefault(record.target, []).append(record)
    return found


def parents_first(shards: Sequence[Shard]) -> list[Shard]:
    """Return shards in an order that keeps an item's records in sequence: a shard that was split,
    or has ended, stands before the shards that continue it."""
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
