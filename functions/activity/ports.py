"""Interfaces of the tables of activity, and of the things that entries show."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Protocol

from functions.activity.domain import Group, Marks
from functions.aws.tables import Lookup
from functions.posts.domain import PostRef
from functions.posts.schemas import PostView
from functions.reactions.schemas import CommentView


class GroupStore(Protocol):
    """The activity table: one row a group."""

    def read(self, owner_id: str, names: Iterable[str]) -> Mapping[str, Group]:
        """Return an owner's groups that exist, by name. Reads strongly."""

    def save(self, held: Group | None, new: Group) -> bool:
        """Replace `held` with `new`. Return False if the row has changed since."""

    def page(self, owner_id: str, before: str | None, limit: int) -> Sequence[Group]:
        """Return an owner's groups that have not expired and whose names are below one, the
        greatest names first. Reads eventually."""

    def drop_thread(self, owner_id: str, since: str, thread: str) -> Sequence[str]:
        """Delete an owner's groups of replies in a thread, from a day on. Return their names."""


class MarkStore(Protocol):
    """The activity_marks table: one row a user."""

    def get(self, owner_id: str) -> Marks:
        """Return a user's marks. Reads strongly."""

    def lookup(self, owner_ids: Iterable[str]) -> Lookup[Marks]:
        """Make an eventually consistent lookup."""

    def read_up_to(self, owner_id: str, at: int) -> None:
        """Move the end of what is read to a later time. Does nothing for an earlier one."""

    def add_unread(self, owner_id: str, names: Iterable[str]) -> None:
        """Add entries to the unread ones."""

    def drop_unread(self, owner_id: str, names: Iterable[str]) -> None:
        """Remove entries from the unread ones."""

    def mute(self, owner_id: str, post_id: str) -> None:
        """Mute a post."""

    def unmute(self, owner_id: str, post_id: str) -> None:
        """Take the mute of a post back."""


class ShowPosts(Protocol):
    """Posts as viewers see them."""

    def show(self, viewer_id: str, refs: Sequence[PostRef]) -> list[PostView | None]:
        """Show each post; None for one that this viewer may not see."""


class ShowComments(Protocol):
    """Comments as viewers see them."""

    def show_comments(
        self, viewer_id: str, keys: Iterable[tuple[str, str]]
    ) -> dict[str, CommentView]:
        """Show comments by (post, comment). Return them by comment id."""
