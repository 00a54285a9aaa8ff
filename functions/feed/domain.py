"""Entries of a home timeline, and how far a reader may go back."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Literal

import msgspec

from functions.clock import ulid_time
from functions.posts.domain import PostRef

TIMELINE_CAP = 500
"""How many posts a reader may go back. Entries that are hidden from the reader do not count. Older
ones expire by TTL, which costs nothing; deleting each would cost a write unit."""

CANDIDATES = 100
"""How many of the newest posts a ranked feed orders. Reading their counts costs 50 units."""
TAIL = 10
"""Characters at the end of a ULID, 50 random bits, that tell a hundred posts apart. Two posts share
them once in 200 billion."""

Order = Literal["recent", "ranked"]


class Position(msgspec.Struct, frozen=True):
    """A reader's position: the last entry, and how many posts were shown so far."""

    last: PostRef
    shown: int = 0


class Snapshot(msgspec.Struct, frozen=True):
    """The unread rest of a ranked feed, as scored for its first page. It holds the random end of
    each published_id, in order, and the newest and oldest of them. About a kilobyte.

    `shown` counts the posts on the pages before. If fewer than wanted turn out to be shown, older
    entries are scored after these: those below `floor`. It is empty if there are none.
    """

    newest: str
    oldest: str
    order: str
    floor: str = ""
    shown: int = 0

    @classmethod
    def of(cls, posts: Sequence[PostRef], floor: str = "", shown: int = 0) -> "Snapshot":
        """Make a snapshot."""
        ids = [post.published_id for post in posts]
        newest, oldest = max(ids, default=""), min(ids, default="")
        return cls(newest, oldest, "".join(i[-TAIL:] for i in ids), floor, shown)

    def restore(self, entries: Iterable[PostRef]) -> list[PostRef]:
        """Invert `of`, given the entries between newest and oldest. Leaves out entries that are
        gone."""
        by_tail = {post.published_id[-TAIL:]: post for post in entries}
        tails = [self.order[i : i + TAIL] for i in range(0, len(self.order), TAIL)]
        return [by_tail[tail] for tail in tails if tail in by_tail]


def entry_expires_at(post: PostRef, kept: timedelta) -> datetime:
    """Return when a post leaves home timelines. It depends on the post alone, so repeated
    deliveries write the same row."""
    return ulid_time(post.published_id) + kept
