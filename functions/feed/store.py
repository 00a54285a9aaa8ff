"""What the feed's use-cases need of tables, their own and others'."""

from collections.abc import Iterable, Sequence
from typing import Protocol

from functions.posts.domain import PostRef


class Timelines(Protocol):
    """The feed_items table: for each viewer, posts that were delivered."""

    def read(self, viewer_id: str, before: str | None, limit: int) -> Sequence[PostRef]:
        """Entries before a published_id, newest first, without those that have left."""

    def put(self, entries: Iterable[tuple[str, PostRef]]) -> None:
        """Add (viewer, post) entries; one that is there already stays as it is."""

    def remove(self, entries: Iterable[tuple[str, PostRef]]) -> None:
        """The inverse of put."""

    def erase_some_of(self, viewer_id: str) -> bool:
        """Delete some of a viewer's entries; whether none is left."""


class RecentPosts(Protocol):
    """The published posts of an author."""

    def recent(self, author_id: str, before: str | None, limit: int) -> Sequence[PostRef]:
        """Those before a published_id, newest first. The index trails its table."""


class PulledFollows(Protocol):
    """Whom a viewer follows in the highest band."""

    def pulled(self, follower_id: str) -> Sequence[str]:
        """Their ids. The index trails its table."""
