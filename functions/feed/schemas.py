"""Queries, bodies and answers of the feed's routes."""

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from functions.feed.domain import Order
from functions.http.pages import DEFAULT_PAGE, Cursor

MAX_FEED_PAGE = 50


class FeedQuery(msgspec.Struct, frozen=True):
    """The part of the feed to return, and its order."""

    limit: Annotated[int, Meta(ge=1, le=MAX_FEED_PAGE)] = DEFAULT_PAGE
    cursor: Cursor = ""
    order: Order = "recent"


class RebuildRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An empty body: `{}` or nothing."""


class Rebuilding(msgspec.Struct, frozen=True):
    """Says that the timeline is being rebuilt."""

    user_id: str
    status: Literal["rebuilding"] = "rebuilding"
