"""Posts, and when they may be published."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Literal

import msgspec

from functions.media.domain import Focus, Media, Picture

PostState = Literal["processing", "published", "failed", "deleted"]

MAX_CAPTION = 2200
MAX_LOCATION = 200
MAX_MEDIA = 10
TOMBSTONE_KEPT = timedelta(days=30)
"""How long the tombstone of a deleted post stays: longer than any message about it can wait (4 days
in its queue, then 14 among the dead letters) and than its request can be repeated (a day)."""


class PostRef(msgspec.Struct, frozen=True, tag="post"):
    """The name of a published post in lists. `published_id` is a ULID drawn when it was published;
    it orders lists."""

    published_id: str
    post_id: str
    author_id: str


class Post(msgspec.Struct, frozen=True, kw_only=True):
    """A post. `pictures` and `published_id` are there once it is published.

    `filter` and `focuses` are the requested ones. The pictures have others until they are rendered
    again. `alts` and `focuses` go by media id. The order of `media_ids` is the post's.
    """

    post_id: str
    author_id: str
    state: PostState
    caption: str
    location: str | None
    filter: str | None
    media_ids: list[str]
    alts: dict[str, str] = {}
    focuses: dict[str, Focus] = {}
    pictures: list[Picture] = []
    created_at: datetime
    published_id: str | None = None
    edited_at: datetime | None = None
    correlation_id: str

    @property
    def published(self) -> bool:
        """Return whether everyone who may see the author's content may see it."""
        return self.state == "published"

    @property
    def shown(self) -> list[Picture]:
        """Return the pictures in the post's order, which may have changed since they were
        rendered.
        """
        place = {media_id: at for at, media_id in enumerate(self.media_ids)}
        return sorted(self.pictures, key=lambda one: place.get(one.media_id, len(place)))

    def is_rendered(self, picture: Picture) -> bool:
        """Return whether a picture has the requested filter and focal point."""
        wanted = self.filter, self.focuses.get(picture.media_id)
        return (picture.filter, picture.focus) == wanted

    @property
    def ref(self) -> PostRef:
        """Return its name in lists. Raises ValueError if it was never published."""
        if self.published_id is None:
            raise ValueError(f"post {self.post_id} was never published")
        return PostRef(self.published_id, self.post_id, self.author_id)


Readiness = Literal["publish", "wait", "fail"]


def readiness(media: Sequence[Media | None]) -> Readiness:
    """Decide whether a post can be published, must wait or has failed. Missing media never
    arrived."""
    if any(one is None or one.status == "failed" for one in media):
        return "fail"
    if all(one is not None and one.status == "ready" for one in media):
        return "publish"
    return "wait"


def pictures_of(media: Sequence[Media | None]) -> list[Picture]:
    """Return the pictures of media that are ready, in order."""
    return [one.picture for one in media if one is not None and one.picture is not None]
