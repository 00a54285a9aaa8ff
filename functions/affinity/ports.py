"""Interfaces of the affinity table, and of the posts table as affinity reads it."""

from collections.abc import Sequence
from typing import Protocol

from functions.affinity.domain import Closeness
from functions.posts.domain import Post


class ClosenessStore(Protocol):
    """The affinity table."""

    def get(self, viewer_id: str, author_id: str) -> Closeness | None:
        """Return the row; None if there is none. Reads strongly."""

    def of(self, viewer_id: str, limit: int) -> Sequence[Closeness]:
        """Return a viewer's rows, in order of author."""

    def save(self, held: Closeness | None, new: Closeness) -> bool:
        """Replace `held` with `new`. Return False if the row has changed since."""


class PostById(Protocol):
    """The posts table."""

    def get(self, post_id: str) -> Post | None:
        """Return the post; None if there is none. Reads strongly."""
