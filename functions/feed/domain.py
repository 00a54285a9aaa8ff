"""A home timeline's entries, and how far it reaches."""

from datetime import datetime, timedelta
from typing import Literal

import msgspec

from functions.clock import ulid_time
from functions.posts.domain import PostRef

TIMELINE_CAP = 500
"""Entries that a reader may go back. Older ones leave by TTL, which costs nothing; trimming by
deletes would cost a write unit an entry."""

Order = Literal["recent"]


class Position(msgspec.Struct, frozen=True):
    """How far a reader has come: behind which entry, and how many were examined to there."""

    last: PostRef
    examined: int


def leaves_at(post: PostRef, kept: timedelta) -> datetime:
    """When a post leaves home timelines. It depends on the post alone, so that every repetition of
    a delivery writes the same row."""
    return ulid_time(post.published_id) + kept
