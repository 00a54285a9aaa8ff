"""A home timeline's entries, and how far it reaches."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Literal

import msgspec

from functions.clock import ulid_time
from functions.posts.domain import PostRef

TIMELINE_CAP = 500
"""Entries that a reader may go back. Older ones leave by TTL, which costs nothing; trimming by
deletes would cost a write unit an entry."""

CANDIDATES = 100
"""The newest entries, which a ranked feed orders. Their counts are one read of 50 units."""
TAIL = 10
"""Characters of a ULID's end, 50 random bits, which tell a hundred posts apart: the chance that two
are the same is one in 200 billion."""

Order = Literal["recent", "ranked"]


class Position(msgspec.Struct, frozen=True):
    """How far a reader has come: behind which entry, and how many were examined to there."""

    last: PostRef
    examined: int


class Snapshot(msgspec.Struct, frozen=True):
    """What is left of a ranked feed that was scored for an earlier page: the random end of each
    published_id, in order, between the newest and the oldest of them. About a kilobyte."""

    newest: str
    oldest: str
    order: str

    @classmethod
    def of(cls, posts: Sequence[PostRef]) -> "Snapshot":
        """The snapshot of at least one post."""
        ids = [post.published_id for post in posts]
        return cls(max(ids), min(ids), "".join(i[-TAIL:] for i in ids))

    def restore(self, entries: Iterable[PostRef]) -> list[PostRef]:
        """The inverse of `of`, given the entries between; those that are gone are left out."""
        by_tail = {post.published_id[-TAIL:]: post for post in entries}
        tails = [self.order[i : i + TAIL] for i in range(0, len(self.order), TAIL)]
        return [by_tail[tail] for tail in tails if tail in by_tail]


def leaves_at(post: PostRef, kept: timedelta) -> datetime:
    """When a post leaves home timelines. It depends on the post alone, so that every repetition of
    a delivery writes the same row."""
    return ulid_time(post.published_id) + kept
