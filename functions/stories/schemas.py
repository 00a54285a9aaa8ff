"""Bodies and answers of the stories' routes."""

from datetime import datetime

import msgspec
from msgspec import UNSET, UnsetType

from functions.accounts.schemas import AuthorView, UserView
from functions.http.fields import Id, Url
from functions.media.domain import Focus
from functions.stories.domain import StoryState


class NewStory(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A new story. Its picture was uploaded for a story within the last 24 hours. It is published
    at once, or as soon as its picture is ready. Its crop shows `focus`; left out, the point is that
    of the upload, and null leaves it to the automatic choice."""

    media_id: Id
    focus: Focus | None | UnsetType = UNSET


class StoryView(msgspec.Struct, frozen=True, kw_only=True):
    """A story as the viewer sees it. What is unknown until its picture is ready is null. Its time
    begins when it is published. Only its author gets `view_count`."""

    story_id: str
    author: AuthorView
    state: StoryState
    url: Url
    width: int | None
    height: int | None
    blurhash: str | None
    created_at: datetime
    published_at: datetime | None
    expires_at: datetime | None
    seen: bool
    view_count: int | UnsetType = UNSET


class ViewerView(msgspec.Struct, frozen=True):
    """A user who has seen a story."""

    user: UserView
    viewed_at: datetime


class TrayItem(msgspec.Struct, frozen=True):
    """An author's stories, oldest first. `seen` says whether the viewer has seen all of them."""

    author: AuthorView
    stories: list[StoryView]
    seen: bool
