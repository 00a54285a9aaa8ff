"""What the stories' routes take and answer."""

from datetime import datetime
from typing import Annotated

import msgspec
from msgspec import UNSET, Meta, UnsetType

from functions.accounts.schemas import AuthorView, UserView
from functions.stories.domain import StoryState


class NewStory(msgspec.Struct, frozen=True):
    """A story to be, of a picture that was uploaded as one within the last 24 hours. It is
    published at once, or the moment its picture is ready."""

    media_id: Annotated[str, Meta(min_length=1, max_length=128)]


class StoryView(msgspec.Struct, frozen=True, kw_only=True):
    """A story as a viewer sees it. What is not known before its picture is ready is null; its
    time begins when it is published. `view_count` is told to its author alone."""

    story_id: str
    author: AuthorView
    state: StoryState
    url: str
    width: int | None
    height: int | None
    blurhash: str | None
    created_at: datetime
    published_at: datetime | None
    expires_at: datetime | None
    seen: bool
    view_count: int | UnsetType = UNSET


class ViewerView(msgspec.Struct, frozen=True):
    """Somebody who has seen a story."""

    user: UserView
    viewed_at: datetime


class TrayItem(msgspec.Struct, frozen=True):
    """An author's stories, oldest first. `seen` says that the viewer has seen them all."""

    author: AuthorView
    stories: list[StoryView]
    seen: bool
