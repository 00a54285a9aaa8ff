"""Interfaces of the saved and the collections table, and of the posts."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Protocol

from functions.aws.tables import Lookup
from functions.posts.domain import Post
from functions.saved.domain import Collection, Save, SavedRef


class SavedStore(Protocol):
    """The saved table. Its indexes are eventually consistent: lists and counts may lack the last
    moment."""

    def get(self, post_id: str, user_id: str) -> Save | None:
        """Return a user's save of a post; None if there is none. Reads strongly."""

    def add(self, save: Save) -> bool:
        """Add a save. Return False if the user has saved the post already."""

    def move(self, save: Save, collection_id: str | None) -> bool:
        """Put a save into a collection, or take it out of its own. Return False if the save has
        gone."""

    def remove(self, post_id: str, user_id: str) -> None:
        """Delete a save, if there is one."""

    def drop(self, user_id: str, post_ids: Iterable[str]) -> None:
        """Delete a user's saves of posts."""

    def count(self, user_id: str) -> int:
        """Return the number of a user's saves."""

    def page(
        self, user_id: str, collection_id: str | None, before: str | None, limit: int
    ) -> Sequence[SavedRef]:
        """Return a user's saves before a saved_id, newest first: all, or those in a collection."""

    def placed(self, user_id: str, first: str, last: str) -> Iterator[tuple[str, SavedRef]]:
        """Yield the saves in the collections from the id `first` to the id `last`, each with its
        collection, newest first within each."""

    def lookup(self, pairs: Iterable[tuple[str, str]], *, consistent: bool = False) -> Lookup[bool]:
        """Make a lookup of saves by (post, user), to be read with other rows."""


class CollectionStore(Protocol):
    """The collections table. All reads are strong."""

    def get(self, user_id: str, collection_id: str) -> Collection | None:
        """Return a user's collection; None if there is none."""

    def add(self, collection: Collection) -> bool:
        """Add a collection. Return False if there is one with its id already."""

    def rename(self, user_id: str, collection_id: str, name: str) -> bool:
        """Give a collection another name. Return False if there is no such collection."""

    def remove(self, user_id: str, collection_id: str) -> None:
        """Delete a collection, if there is one."""

    def count(self, user_id: str) -> int:
        """Return the number of a user's collections."""

    def page(self, user_id: str, before: str | None, limit: int) -> Sequence[Collection]:
        """Return a user's collections before one of them, newest first."""


class VisiblePosts(Protocol):
    """Posts as viewers see them."""

    def see(self, viewer_id: str, post_id: str) -> Post:
        """Return a post that this viewer may see. Raises NotFound."""
