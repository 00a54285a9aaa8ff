"""A comment, and how likes look to the one who likes."""

from datetime import datetime

import msgspec

MAX_COMMENT = 1000


class Comment(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody wrote under a post. `reply_to` is a comment that is no reply itself."""

    post_id: str
    comment_id: str
    user_id: str
    text: str
    reply_to: str | None
    created_at: datetime

    @property
    def thread(self) -> str:
        """The comment at the top of its thread: what a reply to it answers."""
        return self.reply_to or self.comment_id


def likes_after(counted: int, *, liked: bool, changed: bool) -> int:
    """The number of likes that the one sees who has just liked or unliked.

    `counted` was read before; it trails the likes by about a second. Whether it had this user's
    earlier like in it cannot be known, so after a like and an unlike within that second it may be
    one off; it never leaves out the caller's own like, nor falls below zero.
    """
    if liked:
        return max(counted + changed, 1)
    return max(counted - changed, 0)
