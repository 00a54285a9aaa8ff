"""Bounds what the pictures of a post may cost that are rendered again."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from functions.errors import StillRendering
from functions.media.domain import Media
from functions.media.ports import CountRenders
from functions.posts.domain import Post

RENDERS_WITHIN = timedelta(minutes=15)
"""A render takes seconds. After this time its message may be lost, so another may be sent."""
RETRY_SECONDS = 2


class Renders:
    """The renders that one request asks for. A further attempt counts only what is new in it."""

    def __init__(self, author_id: str, count: CountRenders) -> None:
        self._author_id = author_id
        self._count = count
        self._counted = 0

    def count(self, renders: int) -> None:
        """Count so many renders.

        Raises:
            TooManyRequests: the limit of uploads has no room for them.
        """
        if renders > self._counted:
            self._count(self._author_id, renders - self._counted)
            self._counted = renders


def check_rendered(post: Post, media: Sequence[Media], now: datetime) -> None:
    """Check that none of a post's media is being rendered.

    Raises:
        StillRendering: one is.
    """
    if now - (post.edited_at or post.created_at) >= RENDERS_WITHIN:
        return
    if any(one.status == "processing" for one in media):
        raise StillRendering(
            "The pictures are still being rendered; try again then.",
            headers={"Retry-After": str(RETRY_SECONDS)},
        )
