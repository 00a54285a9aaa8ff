"""What the posts' use-cases need of a table."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from functions.events import Image
from functions.posts.domain import Post, PostRef
from functions.tables import Lookup, Step


class PostStore(Protocol):
    """The posts table."""

    def get(self, post_id: str) -> Post | None:
        """The post, read strongly."""

    def lookup(self, post_ids: Iterable[str]) -> Lookup[Post]:
        """Posts by id, read strongly, together with others' rows."""

    def recent(self, author_id: str, before: str | None, limit: int) -> Sequence[PostRef]:
        """Published posts of an author before a published_id, newest first. The index trails."""

    def create(self, post: Post, steps: Sequence[Step]) -> None:
        """Add a post together with `steps`. Raises ConditionFailed."""

    def publish(self, post: Post, made: Post, steps: Sequence[Step]) -> bool:
        """Turn a processing post into the published `made`; False where `post` is no longer
        processing, or another filter was asked for meanwhile."""

    def switch(self, post: Post, made: Post) -> bool:
        """Show the pictures and the filter of `made` in one write; False where `post` is no longer
        published, or another filter was asked for meanwhile."""

    def fail(self, post_id: str) -> bool:
        """Give a processing post up; False where it is not processing."""

    def edit(
        self, post: Post, changes: Mapping[str, object], at: datetime, steps: Sequence[Step]
    ) -> bool:
        """Set fields of a post together with `steps`; False where its state or filter is no longer
        the one given, or a step fails."""

    def delete(self, post: Post, at: datetime, steps: Sequence[Step]) -> bool:
        """Leave a tombstone; False where the post's state is no longer the one given."""

    def drop(self, post_ids: Iterable[str]) -> None:
        """Delete posts, tombstones too."""

    def of_image(self, image: Image | None) -> Post | None:
        """The post in a stream's image of a row."""
