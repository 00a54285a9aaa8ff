"""Interfaces of the likes, the comments and the counts table, and of the posts."""

from collections.abc import Iterable, Sequence
from typing import Protocol

from functions.aws.tables import Lookup
from functions.counters.domain import Counts
from functions.posts.domain import Post
from functions.reactions.domain import Comment


class LikeStore(Protocol):
    """The likes table: one row per like, with nothing but its key."""

    def add(self, post_id: str, user_id: str) -> bool:
        """Add a like. Return False if there is one already."""

    def remove(self, post_id: str, user_id: str) -> bool:
        """Remove a like. Return False if there is none."""

    def users(self, post_id: str, after: str | None, limit: int) -> Sequence[str]:
        """Return ids of the users who like a post, after one of them, in order."""

    def lookup(self, pairs: Iterable[tuple[str, str]], *, consistent: bool = False) -> Lookup[bool]:
        """Make a lookup of likes by (post, user), to be read with other rows."""


class CommentStore(Protocol):
    """The comments table."""

    def get(self, post_id: str, comment_id: str) -> Comment | None:
        """Return the comment; None if there is none. Reads strongly."""

    def add(self, comment: Comment) -> bool:
        """Add a comment. Return False if there is one with its id already."""

    def remove(self, post_id: str, comment_id: str) -> bool:
        """Remove a comment. Return False if there is none."""

    def page(
        self, post_id: str, after: str | None, limit: int, *, newest_first: bool
    ) -> Sequence[Comment]:
        """Return comments of a post after one of them, by time."""


class CountStore(Protocol):
    """The counts table, as it is read."""

    def get(self, target_id: str) -> Counts:
        """Return the counts of a target. Reads eventually."""


class VisiblePosts(Protocol):
    """Posts as viewers see them."""

    def see(self, viewer_id: str, post_id: str) -> Post:
        """Return a post that this viewer may see. Raises NotFound."""
