"""Interfaces of the timelines, and of posts and follows as the feed reads them."""

from collections.abc import Iterable, Sequence
from typing import Protocol

from functions.posts.domain import PostRef


class TimelineStore(Protocol):
    """The feed_items table: the posts that were delivered to each viewer."""

    def read(self, viewer_id: str, before: str | None, limit: int) -> Sequence[PostRef]:
        """Return entries before a published_id, newest first, without expired ones."""

    def put(self, entries: Iterable[tuple[str, PostRef]]) -> None:
        """Add (viewer, post) entries. Existing ones stay as they are."""

    def remove(self, entries: Iterable[tuple[str, PostRef]]) -> None:
        """Remove (viewer, post) entries."""

    def erase_some_of(self, viewer_id: str) -> bool:
        """Delete some of a viewer's entries. Return whether none is left."""


class RecentPosts(Protocol):
    """Published posts by author."""

    def recent(self, author_id: str, before: str | None, limit: int) -> Sequence[PostRef]:
        """Return an author's posts before a published_id, newest first. The index is eventually
        consistent."""


class PulledFollows(Protocol):
    """The pulled authors that a viewer follows."""

    def pulled(self, follower_id: str) -> Sequence[str]:
        """Return their ids. The index is eventually consistent."""
