"""The feed, wired to AWS."""

from datetime import timedelta
from functools import cache

from functions.clock import utc_now
from functions.config import settings
from functions.cursors import stage_cursors
from functions.events import send
from functions.feed.fanout import Fanout
from functions.feed.service import Feed
from functions.feed.storage import TimelineTable
from functions.posts.bootstrap import hydration, posts
from functions.social.bootstrap import social


@cache
def timelines() -> TimelineTable:
    """The timelines of this stage."""
    return TimelineTable(timedelta(days=settings().timeline_days), utc_now)


@cache
def feed() -> Feed:
    """The feed of this stage."""
    return Feed(timelines(), hydration(), stage_cursors())


@cache
def fanout() -> Fanout:
    """The fan-out of this stage."""
    return Fanout(social().follows, posts().store, timelines(), send, settings().chunk_followers)
