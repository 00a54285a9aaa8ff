"""Reactions, comments, and the like count that a user sees after liking."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import msgspec

from functions.clock import ulid_time

MAX_COMMENT = 1000
EDITABLE = timedelta(minutes=15)
"""How long after it was written a comment can be edited."""


class Reaction(msgspec.Struct, frozen=True):
    """A user's like of a post, or comment on it."""

    user_id: str
    post_id: str


class LikedRef(msgspec.Struct, frozen=True):
    """The name of a liked post in the list of its liker. `liked_id` is a ULID drawn when it was
    liked; it orders the list."""

    liked_id: str
    post_id: str


class Like(msgspec.Struct, frozen=True):
    """A user's like of a post. One from an earlier release has no liked_id."""

    user_id: str
    post_id: str
    liked_id: str | None

    @property
    def at(self) -> datetime | None:
        """Return when it was made, if that is known."""
        return None if self.liked_id is None else ulid_time(self.liked_id)


def reaction_of(image: Mapping[str, Any] | None) -> Reaction | None:
    """Return the reaction in a stream's image of a row of likes or comments."""
    if image is None:
        return None
    return Reaction(image["user_id"]["S"], image["post_id"]["S"])


class Comment(msgspec.Struct, frozen=True, kw_only=True):
    """A comment on a post. `reply_to` is a comment that is not a reply itself."""

    post_id: str
    comment_id: str
    user_id: str
    text: str
    reply_to: str | None
    created_at: datetime
    edited_at: datetime | None = None

    def is_editable(self, now: datetime) -> bool:
        """Return whether its writer can still edit it."""
        return now - self.created_at <= EDITABLE

    @property
    def thread(self) -> str:
        """Return the id of the comment at the top of its thread, which a reply to it answers."""
        return self.reply_to or self.comment_id


def likes_after(counted: int, *, liked: bool, changed: bool) -> int:
    """Return the like count to show to a user who has just liked or unliked.

    `counted` was read before and lags by about a second, so it may or may not have this user's
    earlier like in it. After a like and an unlike within that second the result may be off by one.
    It always includes the user's own like and is never negative.
    """
    if liked:
        return max(counted + changed, 1)
    return max(counted - changed, 0)
