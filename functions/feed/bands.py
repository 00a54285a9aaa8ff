"""The three bands: to whom a post is pushed, and when an author passes from one to another. Pure.

Few followers: every post goes to all of them. Many: to those who have been active of late. Very
many: to none; readers pull it. Only the last is a state of the author (`User.band`), since the
follows have to be marked before anything may rely on it; the other two follow from the count.
"""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Literal

import msgspec

from functions.accounts.domain import Band, User
from functions.clock import ulid_time
from functions.feed.messages import Item
from functions.posts.domain import PostRef

Reach = Literal["all", "active", "none"]
"""To which followers an item is pushed."""

DEMOTED_BELOW = 0.8
"""The share of `pull_from` below which an author is demoted: far enough from it that a count which
goes up and down does not move thousands of follows each time."""
LOST_AFTER = timedelta(days=20)
"""A change of band that has not ended by then was lost: longer than the fan-out queue and its dead
letters keep a message (4 and 14 days). A demotion of a million may take some of these days, so a
shorter one would begin it anew for ever; and nothing is missing while it lasts."""


class Bands(msgspec.Struct, frozen=True):
    """Where a stage draws the lines: see `PUSH_ALL_BELOW`, `PULL_FROM`, `ACTIVE_DAYS`."""

    push_all_below: int
    pull_from: int
    active_days: int

    def due(self, author: User, now: datetime) -> Band | None:
        """The band that an author must begin to change to; None while there is nothing to change.

        A change that has begun is ended before another begins; one that was lost on its way begins
        anew.
        """
        if author.band in ("promoting", "demoting"):
            lost = author.band_epoch is None or now - ulid_time(author.band_epoch) > LOST_AFTER
            return author.band if lost else None
        if author.band == "pushed" and author.follower_count >= self.pull_from:
            return "promoting"
        if author.band == "pulled" and author.follower_count < self.pull_from * DEMOTED_BELOW:
            return "demoting"
        return None

    def reach(self, author: User, item: Item) -> Reach:
        """To whom an item of an author is pushed."""
        if not pushed(author, item):
            return "none"
        return "all" if author.follower_count < self.push_all_below else "active"

    def is_active(self, viewer: User, today: date) -> bool:
        """Whether a viewer's timeline is kept up by authors with many followers."""
        return today - viewer.last_active <= timedelta(days=self.active_days)

    def came_back(self, old: User, new: User) -> bool:
        """Whether a viewer was away so long that posts may not have been pushed to them.

        A day less than `is_active` allows, since the two are asked on different clocks.
        """
        return new.last_active - old.last_active >= timedelta(days=self.active_days)


def pushed(author: User, item: Item) -> bool:
    """Whether an item belongs into timelines or trays: while its author is pulled, those since then
    do not.

    It depends on nothing but the item's id, however late it is looked at; so what demotion must
    deliver is exactly what was not pushed.
    """
    return author.band != "pulled" or not _in_era(author, item)


def era_of(author: User, posts: Iterable[PostRef]) -> list[PostRef]:
    """Those of an author's posts that were pulled, not pushed: what a demotion delivers."""
    return [post for post in posts if _in_era(author, post)]


def _in_era(author: User, item: Item) -> bool:
    return author.pulled_from is not None and item.published_id >= author.pulled_from


def pushed_ones(author: User, posts: Iterable[PostRef]) -> list[PostRef]:
    """Those of an author's posts that belong into timelines."""
    return [post for post in posts if pushed(author, post)]
