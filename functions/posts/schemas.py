"""Bodies and answers of the posts' routes."""

from datetime import datetime
from typing import Annotated, ClassVar

import msgspec
from msgspec import UNSET, Meta, UnsetType

from functions.accounts.schemas import AuthorView
from functions.http.fields import Id, line, lines
from functions.media.domain import Focus
from functions.media.schemas import Alt, FilterName, MediaView
from functions.posts.domain import MAX_CAPTION, MAX_LOCATION, MAX_MEDIA, PostState

Caption = Annotated[str, lines(0, MAX_CAPTION)]
Location = Annotated[str, line(0, MAX_LOCATION)]
MediaIds = Annotated[
    list[Id],
    Meta(min_length=1, max_length=MAX_MEDIA, extra_json_schema={"uniqueItems": True}),
]


class PostPicture(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A picture of a post, with the text that stands for it and the point that its crops show. A
    field that is left out stays as it is; in a new post the focal point is that of the upload. Null
    removes the text, and leaves the point to the automatic choice.
    """

    media_id: Id
    alt: Alt | None | UnsetType = UNSET
    focus: Focus | None | UnsetType = UNSET


PostPictures = Annotated[list[PostPicture], Meta(min_length=1, max_length=MAX_MEDIA)]


class NewPost(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A new post. It is published at once, or as soon as its last picture is ready. It has either
    `media_ids` or `media`, which is the longer form.
    """

    needs: ClassVar[tuple[str, ...]] = ("media_ids", "media")
    """Exactly one of these is required."""
    media_ids: MediaIds | UnsetType = UNSET
    media: PostPictures | UnsetType = UNSET
    caption: Caption = ""
    filter: FilterName | None = None
    location: Location | None = None


class PostChanges(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Changes of a post. Fields that are left out stay as they are. `media` names each of the
    post's pictures once, in the order that the post shall have.
    """

    media: PostPictures | UnsetType = UNSET
    caption: Caption | UnsetType = UNSET
    location: Location | None | UnsetType = UNSET
    filter: FilterName | None | UnsetType = UNSET


class PostView(msgspec.Struct, frozen=True):
    """A post as the viewer sees it."""

    post_id: str
    author: AuthorView
    state: PostState
    caption: str
    location: str | None
    filter: FilterName | None
    media: list[MediaView]
    like_count: int
    comment_count: int
    liked: bool
    created_at: datetime
    published_at: datetime | None
    """When it was published. Orders feeds and grids. Later than `created_at` if its pictures had to
    be rendered first."""
    edited_at: datetime | None
