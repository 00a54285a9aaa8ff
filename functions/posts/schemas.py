"""What the posts' routes take and answer."""

from datetime import datetime
from typing import Annotated

import msgspec
from msgspec import UNSET, Meta, UnsetType

from functions.accounts.schemas import AuthorView
from functions.media.schemas import MediaView
from functions.posts.domain import MAX_CAPTION, MAX_LOCATION, MAX_MEDIA, PostState

MediaId = Annotated[str, Meta(min_length=1, max_length=128)]
Caption = Annotated[str, Meta(max_length=MAX_CAPTION)]
Location = Annotated[str, Meta(max_length=MAX_LOCATION)]
FilterName = Annotated[str, Meta(max_length=64)]


class NewPost(msgspec.Struct, frozen=True):
    """A post to be. It is published at once, or the moment its last picture is ready."""

    media_ids: Annotated[list[MediaId], Meta(min_length=1, max_length=MAX_MEDIA)]
    caption: Caption = ""
    filter: FilterName | None = None
    location: Location | None = None


class PostChanges(msgspec.Struct, frozen=True):
    """What is left out stays."""

    caption: Caption | UnsetType = UNSET
    location: Location | None | UnsetType = UNSET
    filter: FilterName | None | UnsetType = UNSET


class PostView(msgspec.Struct, frozen=True):
    """A post as a viewer sees it."""

    post_id: str
    author: AuthorView
    state: PostState
    caption: str
    location: str | None
    filter: str | None
    media: list[MediaView]
    like_count: int
    comment_count: int
    liked: bool
    created_at: datetime
    published_at: datetime | None
    """Orders feeds and grids: a post that waited for its pictures was made earlier."""
    edited_at: datetime | None
