"""Stories: pictures that are shown for a day, to the second."""

from datetime import datetime, timedelta
from typing import Literal

import msgspec

from functions.clock import ulid_time
from functions.media.domain import Focus, Picture, folder_of

StoryState = Literal["processing", "published", "failed"]

MAX_ACTIVE = 100
"""How many stories an author may have at a time. It bounds what one query of them reads."""
FRESH = timedelta(hours=24)
"""How old a picture may be when it becomes a story. FRESH and the longest STORY_TTL_SECONDS fit
into the days after which the template's lifecycle rule deletes the objects."""
WAITS = timedelta(days=7)
"""How long after its creation a story expires if its picture never arrives. This is long after its
upload form and its media have expired."""
_BETWEEN = "."
"""A character that no ULID contains."""


def story_id_of(author_id: str, ulid: str) -> str:
    """Return the public id of a story. It contains the author, so that one key finds the story."""
    return f"{author_id}{_BETWEEN}{ulid}"


def author_of(story_id: str) -> str:
    """Return the author in a story's id; empty if it is not one."""
    return story_id.rpartition(_BETWEEN)[0]


class StoryRef(msgspec.Struct, frozen=True, tag="story"):
    """The name of a published story in lists. `published_id` is a ULID drawn at publication. It
    orders lists."""

    published_id: str
    story_id: str
    author_id: str
    expires_at: datetime


class Story(msgspec.Struct, frozen=True, kw_only=True):
    """A story. `picture` and `published_id` are set once it is published. Until then `expires_at`
    says when it is given up, and `focus` is the point that the picture will show."""

    story_id: str
    author_id: str
    state: StoryState
    media_id: str
    focus: Focus | None = None
    picture: Picture | None = None
    created_at: datetime
    published_id: str | None = None
    expires_at: datetime
    correlation_id: str

    @property
    def folder(self) -> str | None:
        """Return the folder of the picture's renditions, also before they are made."""
        return self.picture.folder if self.picture is not None else folder_of(None, self.focus)

    @property
    def published(self) -> bool:
        """Return whether everyone who may see the author's content may see it, until it expires."""
        return self.state == "published"

    @property
    def published_at(self) -> datetime | None:
        """Return when it was published. Its time runs from there."""
        return ulid_time(self.published_id) if self.published_id else None

    @property
    def ref(self) -> StoryRef:
        """Return its name in lists. Raises ValueError if it was never published."""
        if self.published_id is None:
            raise ValueError(f"story {self.story_id} was never published")
        return StoryRef(self.published_id, self.story_id, self.author_id, self.expires_at)


class View(msgspec.Struct, frozen=True):
    """A view of a story."""

    story_id: str
    viewer_id: str
    viewed_at: datetime


def is_over(expires_at: datetime, now: datetime) -> bool:
    """Return whether a story has expired: it is shown exactly while now < expires_at."""
    return now >= expires_at
