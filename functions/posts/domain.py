"""A post, and when it may be published."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Literal

import msgspec

from functions.media.domain import Media, Picture

PostState = Literal["processing", "published", "failed", "deleted"]

MAX_CAPTION = 2200
MAX_LOCATION = 200
MAX_MEDIA = 10
TOMBSTONE_KEPT = timedelta(days=30)
"""How long a deleted post leaves a tombstone: longer than any message about it can wait (4 days in
its queue, then 14 among the dead letters), and than its request can be sent again (a day)."""


class PostRef(msgspec.Struct, frozen=True, tag="post"):
    """Names a published post; `published_id`, a ULID drawn when it was published, orders lists."""

    published_id: str
    post_id: str
    author_id: str


class Post(msgspec.Struct, frozen=True, kw_only=True):
    """A post. `pictures` and `published_id` are there once it is published.

    `filter` is the one asked for; while the pictures are rendered anew, theirs is another.
    """

    post_id: str
    author_id: str
    state: PostState
    caption: str
    location: str | None
    filter: str | None
    media_ids: list[str]
    pictures: list[Picture] = []
    created_at: datetime
    published_id: str | None = None
    edited_at: datetime | None = None
    correlation_id: str

    @property
    def published(self) -> bool:
        """Whether those may see it who may see its author's things."""
        return self.state == "published"

    @property
    def ref(self) -> PostRef:
        """Its name in lists; only of a post that has been published."""
        if self.published_id is None:
            raise ValueError(f"post {self.post_id} was never published")
        return PostRef(self.published_id, self.post_id, self.author_id)


Prospect = Literal["publish", "wait", "fail"]


def prospect(media: Sequence[Media | None]) -> Prospect:
    """What a post's media allow. Media that is not there any more never arrived."""
    if any(one is None or one.status == "failed" for one in media):
        return "fail"
    if all(one is not None and one.status == "ready" for one in media):
        return "publish"
    return "wait"


def pictures_of(media: Sequence[Media | None]) -> list[Picture]:
    """The pictures of media that are ready, in order."""
    return [one.picture for one in media if one is not None and one.picture is not None]
