"""The feed, wired to AWS."""

from datetime import timedelta
from functools import cache
from typing import TYPE_CHECKING

from functions.accounts.bootstrap import accounts
from functions.clock import new_ulid, utc_now
from functions.config import settings
from functions.cursors import stage_cursors
from functions.events import send
from functions.posts.bootstrap import hydration, posts
from functions.social.bootstrap import social
from functions.stories.bootstrap import tray

if TYPE_CHECKING:
    from functions.feed.bands import Bands
    from functions.feed.fanout import Fanout
    from functions.feed.migration import Migration
    from functions.feed.service import Feed
    from functions.feed.storage import TimelineTable
    from functions.feed.upkeep import Upkeep


@cache
def timelines() -> "TimelineTable":
    """The timelines of this stage."""
    from functions.feed.storage import TimelineTable

    return TimelineTable(timedelta(days=settings().timeline_days), utc_now)


@cache
def bands() -> "Bands":
    """Where this stage draws the lines between the bands."""
    from functions.feed.bands import Bands

    stage = settings()
    return Bands(stage.push_all_below, stage.pull_from, stage.active_days)


@cache
def feed() -> "Feed":
    """The feed of this stage."""
    from functions.feed.pulled import PulledPosts
    from functions.feed.ranking import formula
    from functions.feed.service import Feed

    stage = settings()
    kept = timedelta(days=stage.timeline_days)
    pulled = PulledPosts(social().follows, posts().store, kept, utc_now)
    score = formula(stage.ranking, stage.ranking_gravity)
    muted = social().muted
    return Feed(timelines(), pulled, hydration(), muted, stage_cursors(), score, utc_now)


@cache
def fanout() -> "Fanout":
    """The fan-out of this stage."""
    from functions.feed.fanout import Fanout

    follows, users, size = social().follows, accounts().users, settings().chunk_followers
    return Fanout(follows, users, timelines(), tray(), bands(), send, utc_now, new_ulid, size)


@cache
def upkeep() -> "Upkeep":
    """The upkeep of this stage's timelines."""
    from functions.feed.upkeep import Upkeep

    return Upkeep(social().follows, accounts().users, posts().store, timelines(), tray(), send)


@cache
def migration() -> "Migration":
    """The way between the bands, of this stage."""
    from functions.feed.migration import Migration

    return Migration(
        social().follows, accounts().users, posts().store, timelines(), tray(), fanout(), bands(),
        send, new_ulid,
    )  # fmt: skip
