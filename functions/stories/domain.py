"""A story: a picture that is shown for a day, to the second."""

from datetime import datetime, timedelta
from typing import Literal

import msgspec

from functions.clock import ulid_time
from functions.media.domain import Picture

StoryState = Literal["processing", "published", "failed", "deleted"]

MAX_ACTIVE = 100
"""Stories that an author may have at a time: what one query reads of them stays bounded."""
FRESH = timedelta(hours=24)
"""How old a picture may be when it is made into a story. FRESH and the longest STORY_TTL_SECONDS
fit into the days after which the template's lifecycle rule takes the objects."""
WAITS = timedelta(days=7)
"""When a story leaves whose picture never came: long after its form, and its media, have ended."""
_BETWEEN = "."
"""Stands in no ULID."""


def story_id_of(author_id: str, ulid: str) -> str:
    """The public id of a story. It carries the author, so that one key opens it."""
    return f"{author_id}{_BETWEEN}{ulid}"


def author_of(story_id: str) -> str:
    """The author in a public id; empty where it is none."""
    return story_id.rpartition(_BETWEEN)[0]


class StoryRef(msgspec.Struct, frozen=True, tag="story"):
    """Names a published story; `published_id`, a ULID drawn when it was published, orders them."""

    published_id: str
    story_id: str
    author_id: str
    expires_at: datetime


class Story(msgspec.Struct, frozen=True, kw_only=True):
    """A story. `picture` and `published_id` are there once it is published; until then
    `expires_at` is when it is given up."""

    story_id: str
    author_id: str
    state: StoryState
    media_id: str
    picture: Picture | None = None
    created_at: datetime
    published_id: str | None = None
    expires_at: datetime
    correlation_id: str

    @property
    def published(self) -> bool:
        """Whether those may see it who may see its author's things, until it ends."""
        return self.state == "published"

    @property
    def published_at(self) -> datetime | None:
        """When it was published; its time runs from there."""
        return ulid_time(self.published_id) if self.published_id else None

    @property
    def ref(self) -> StoryRef:
        """Its name in lists; only of a story that has been published."""
        if self.published_id is None:
            raise ValueError(f"story {self.story_id} was never published")
        return StoryRef(self.published_id, self.story_id, self.author_id, self.expires_at)


class View(msgspec.Struct, frozen=True):
    """That somebody has seen a story."""

    story_id: str
    viewer_id: str
    viewed_at: datetime


def is_over(expires_at: datetime, now: datetime) -> bool:
    """Whether the time of a story is over: it is shown exactly while now < expires_at."""
    return now >= expires_at
