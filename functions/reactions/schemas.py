"""Inputs and answers of the routes of likes and comments."""

from datetime import datetime
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from functions.accounts.schemas import AuthorView
from functions.http.fields import Id, lines
from functions.http.pages import DEFAULT_PAGE, MAX_PAGE, Cursor
from functions.reactions.domain import MAX_COMMENT


class NewLike(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The post to like."""

    post_id: Id


class LikeAnswer(msgspec.Struct, frozen=True):
    """Whether the caller likes the post now, and its like count. The caller's own like counts at
    once, other likes within about a second.
    """

    post_id: str
    liked: bool
    like_count: int


class NewComment(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A new comment. A reply to a reply joins its thread."""

    post_id: Id
    text: Annotated[str, lines(1, MAX_COMMENT)]
    reply_to: Id | None = None


class CommentView(msgspec.Struct, frozen=True):
    """A comment as the viewer sees it. Escape `text` where it is shown: it is exactly what was
    written. `reply_to` is the comment at the top of the thread, which may have been deleted."""

    comment_id: str
    post_id: str
    author: AuthorView
    text: str
    reply_to: str | None
    created_at: datetime


class CommentsQuery(msgspec.Struct, frozen=True):
    """The part of a post's comments to return, and their order."""

    limit: Annotated[int, Meta(ge=1, le=MAX_PAGE)] = DEFAULT_PAGE
    cursor: Cursor = ""
    order: Literal["oldest", "newest"] = "oldest"
