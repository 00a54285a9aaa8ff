"""What the routes of likes and comments take and answer."""

from datetime import datetime
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from functions.accounts.schemas import AuthorView
from functions.pages import DEFAULT_PAGE, MAX_PAGE
from functions.reactions.domain import MAX_COMMENT

Id = Annotated[str, Meta(min_length=1, max_length=128)]


class NewLike(msgspec.Struct, frozen=True):
    """Which post is liked."""

    post_id: Id


class LikeAnswer(msgspec.Struct, frozen=True):
    """How a post now stands for the caller. `like_count` has the caller's own like in it at once;
    others' follow within about a second."""

    post_id: str
    liked: bool
    like_count: int


class NewComment(msgspec.Struct, frozen=True):
    """A comment to be. A reply to a reply joins the thread that it is in."""

    post_id: Id
    text: Annotated[str, Meta(min_length=1, max_length=MAX_COMMENT)]
    reply_to: Id | None = None


class CommentView(msgspec.Struct, frozen=True):
    """A comment as a viewer sees it. `text` is as it was written: escape it where it is shown.
    `reply_to` is the comment at the top of its thread, which may have been deleted since."""

    comment_id: str
    post_id: str
    author: AuthorView
    text: str
    reply_to: str | None
    created_at: datetime


class CommentsQuery(msgspec.Struct, frozen=True):
    """Which part of a post's comments, and from which end."""

    limit: Annotated[int, Meta(ge=1, le=MAX_PAGE)] = DEFAULT_PAGE
    cursor: str | None = None
    order: Literal["oldest", "newest"] = "oldest"
