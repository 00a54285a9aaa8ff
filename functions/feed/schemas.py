"""What the feed's routes take and answer."""

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from functions.feed.domain import Order
from functions.pages import DEFAULT_PAGE

MAX_FEED_PAGE = 50


class FeedQuery(msgspec.Struct, frozen=True):
    """Which part of the feed."""

    limit: Annotated[int, Meta(ge=1, le=MAX_FEED_PAGE)] = DEFAULT_PAGE
    cursor: str | None = None
    order: Order = "recent"


class RebuildRequest(msgspec.Struct, frozen=True):
    """Nothing needs to be said; `{}` or no body at all."""


class Rebuilding(msgspec.Struct, frozen=True):
    """The timeline is being rebuilt."""

    user_id: str
    status: Literal["rebuilding"] = "rebuilding"
