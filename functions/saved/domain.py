"""Saved posts, and the collections that their users sort them into."""

from collections.abc import Iterable
from datetime import datetime

import msgspec

MAX_SAVED = 5000
"""Saved posts per user. A save counts them first: at most 95 read units."""
MAX_COLLECTIONS = 100
"""Collections per user."""
MAX_COLLECTION_NAME = 50
"""Characters of a collection's name."""
COVER_TRIES = 3
"""How many of a collection's newest posts are tried for its cover. A hidden one gives none."""


class Save(msgspec.Struct, frozen=True, kw_only=True):
    """A post that a user has saved. `saved_id` is a ULID drawn at that time; it orders lists.

    `collection_id` may name a collection that was deleted. Nothing reads it then.
    """

    user_id: str
    post_id: str
    author_id: str
    saved_id: str
    collection_id: str | None = None


class SavedRef(msgspec.Struct, frozen=True):
    """An entry of a list of saved posts."""

    saved_id: str
    post_id: str
    author_id: str


class Collection(msgspec.Struct, frozen=True, kw_only=True):
    """A named collection. `collection_id` is a ULID, so it orders collections by time."""

    user_id: str
    collection_id: str
    name: str
    created_at: datetime


class Content(msgspec.Struct, frozen=True):
    """The number of posts in a collection, and the newest of them, newest first."""

    count: int
    newest: list[SavedRef]


def contents_of(placed: Iterable[tuple[str, SavedRef]]) -> dict[str, Content]:
    """Return the content of each collection, by id. `placed` are pairs of a collection and a post
    in it, and the posts of a collection come newest first."""
    found: dict[str, list[SavedRef]] = {}
    for collection_id, ref in placed:
        found.setdefault(collection_id, []).append(ref)
    return {one: Content(len(refs), refs[:COVER_TRIES]) for one, refs in found.items()}
