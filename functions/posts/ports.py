"""Interfaces of the tables that posts are made of and shown with."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from functions.aws.tables import Image, Lookup, Step
from functions.counters.domain import Counts
from functions.posts.domain import Post, PostRef


class PostStore(Protocol):
    """The posts table."""

    def get(self, post_id: str) -> Post | None:
        """Return the post; None if there is none. Reads strongly."""

    def lookup(self, post_ids: Iterable[str]) -> Lookup[Post]:
        """Make a strongly consistent lookup of posts by id, to be read with other rows."""

    def recent(self, author_id: str, before: str | None, limit: int) -> Sequence[PostRef]:
        """Return an author's published posts before a published_id, newest first. The index is
        eventually consistent."""

    def create(self, post: Post, steps: Sequence[Step]) -> None:
        """Add a post together with `steps`. Raises ConditionFailed."""

    def publish(self, post: Post, made: Post, steps: Sequence[Step]) -> bool:
        """Turn a processing post into the published `made`. Return False if it is no longer
        processing or another filter or focal point was requested meanwhile."""

    def switch(self, post: Post, made: Post) -> bool:
        """Replace the pictures, the filter and the focal points with those of `made`, in one write.
        Return False if the post is no longer published or others were requested meanwhile."""

    def fail(self, post_id: str) -> bool:
        """Mark a processing post as failed. Return False if it is not processing."""

    def edit(
        self, post: Post, changes: Mapping[str, object], at: datetime, steps: Sequence[Step]
    ) -> bool:
        """Set fields of a post together with `steps`. Return False if its state, its filter or a
        field with values for each picture has changed, or a step fails.
        """

    def delete(self, post: Post, at: datetime, steps: Sequence[Step]) -> bool:
        """Leave a tombstone. Return False if the post's state has changed."""

    def drop(self, post_ids: Iterable[str]) -> None:
        """Delete posts, also tombstones."""

    def from_image(self, image: Image | None) -> Post | None:
        """Return the post in a stream record's image."""


class PostLookup(Protocol):
    """Lookups of posts by id, as part of a read of several tables."""

    def lookup(self, post_ids: Iterable[str]) -> Lookup[Post]:
        """Make a strongly consistent lookup."""


class CountsLookup(Protocol):
    """Lookups of counts by post."""

    def lookup(self, target_ids: Iterable[str]) -> Lookup[Counts]:
        """Make an eventually consistent lookup."""


class LikesLookup(Protocol):
    """Lookups of likes by (post, user), as part of a read of several tables."""

    def lookup(self, pairs: Iterable[tuple[str, str]], *, consistent: bool = False) -> Lookup[bool]:
        """Make a lookup, eventually consistent unless asked otherwise."""
