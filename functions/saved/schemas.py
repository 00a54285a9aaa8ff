"""Inputs and answers of the routes of saved posts."""

from typing import Annotated

import msgspec
from msgspec import UNSET, Meta, UnsetType

from functions.http.fields import ID_PATTERN, MAX_ID, Id, Url, line, spelled
from functions.http.pages import DEFAULT_PAGE, MAX_PAGE, Cursor
from functions.saved.domain import MAX_COLLECTION_NAME

CollectionName = Annotated[str, line(1, MAX_COLLECTION_NAME)]


class SaveRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The collection to put the post into. Null takes it out of its collection. Left out, a post
    that is saved already stays where it is."""

    collection_id: Id | None | UnsetType = UNSET


class SavedQuery(msgspec.Struct, frozen=True):
    """The part of the saved posts to return."""

    limit: Annotated[int, Meta(ge=1, le=MAX_PAGE)] = DEFAULT_PAGE
    cursor: Cursor = ""
    collection: Annotated[
        str, spelled(f"({ID_PATTERN})?", 0, MAX_ID, "the id of a collection; empty for all posts")
    ] = ""


class NewCollection(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A new collection."""

    name: CollectionName


class CollectionChanges(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Changes of a collection. A field that is left out stays as it is."""

    name: CollectionName | UnsetType = UNSET


class CollectionView(msgspec.Struct, frozen=True):
    """A collection. `count` includes posts that the caller may not see at the moment. `cover_url`
    is a picture of one of its newest posts; null if there is none to show."""

    collection_id: str
    name: str
    cover_url: Url | None
    count: int
