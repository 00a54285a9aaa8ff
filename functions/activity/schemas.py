"""Bodies and answers of the routes of activity."""

from datetime import datetime
from typing import Annotated

import msgspec

from functions.accounts.domain import ActivityKind
from functions.accounts.schemas import AuthorView
from functions.http.fields import MAX_ID, spelled
from functions.posts.schemas import PostView
from functions.reactions.schemas import CommentView

UpTo = Annotated[
    str,
    spelled(
        r"[A-Za-z0-9_.:+-]+", 1, MAX_ID, "an `activity_id` or a `created_at` of the activity list"
    ),
]


class ActivityView(msgspec.Struct, frozen=True, kw_only=True):
    """Everything of one kind that happened to the caller on one day, about one post if the kind
    concerns posts. `actors` are up to three of `actor_count` people, newest first. `comment` is the
    newest comment or reply. `created_at` is when it last happened."""

    activity_id: str
    kind: ActivityKind
    actors: list[AuthorView]
    actor_count: int
    post: PostView | None
    comment: CommentView | None
    created_at: datetime
    read: bool


class ReadUpTo(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The newest entry that the caller has seen, or its time. It and everything older is read."""

    up_to: UpTo


class UnreadView(msgspec.Struct, frozen=True):
    """How many entries are unread, up to 30."""

    unread: int
