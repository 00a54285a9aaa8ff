"""Reactions, comments, and the like count that a user sees after liking."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import msgspec

MAX_COMMENT = 1000


class Reaction(msgspec.Struct, frozen=True):
    """A user's like of a post, or comment on it."""

    user_id: str
    post_id: str


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
