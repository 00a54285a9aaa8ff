"""The three bands: which followers a post is pushed to, and when an author changes band. Pure.

An author with few followers: every post goes to all of them. With many: posts go to the recently
active ones. With very many: posts go to nobody, and readers pull them. Only the last band is stored
on the author (`User.band`), because the follows must be marked before anything may rely on it. The
other two follow from the count.
"""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Literal

import msgspec

from functions.accounts.domain import Band, User
from functions.clock import ulid_time
from functions.posts.domain import PostRef
from functions.queues import Item

Reach = Literal["all", "active", "none"]
"""The followers that an item is pushed to."""

DEMOTED_BELOW = 0.8
"""The share of `pull_from` below which an author is demoted. It leaves a gap, so that a count that
goes up and down does not move thousands of follows each time."""
LOST_AFTER = timedelta(days=20)
"""The age at which an unfinished change of band counts as lost. It is longer than the fan-out queue
and its dead letters keep a message (4 and 14 days). A demotion of a million followers may take some
of these days, so a shorter time would restart it for ever. Nothing is missing while a change
lasts."""


class Bands(msgspec.Struct, frozen=True):
    """The limits between the bands: see `PUSH_ALL_BELOW`, `PULL_FROM`, `ACTIVE_DAYS`."""

    push_all_below: int
    pull_from: int
    active_days: int

    def due(self, author: User, now: datetime) -> Band | None:
        """Return the band that an author must begin to change to; None if nothing must change.

        A change that has begun ends before another begins. A change that was lost on its way begins
        again.
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
        """Return which followers an author's item is pushed to."""
        if not pushed(author, item):
            return "none"
        return "all" if author.follower_count < self.push_all_below else "active"

    def is_active(self, viewer: User, today: date) -> bool:
        """Return whether authors with many followers still push to this viewer."""
        return today - viewer.last_active <= timedelta(days=self.active_days)

    def came_back(self, old: User, new: User) -> bool:
        """Return whether a viewer was away so long that posts may not have been pushed to them.

        The limit is a day less than in `is_active`, because the two run on different clocks.
        """
        return new.last_active - old.last_active >= timedelta(days=self.active_days)


def pushed(author: User, item: Item) -> bool:
    """Return whether an item belongs in timelines or trays. While its author is pulled, items
    published since the author turned do not.

    The answer depends on the item's id alone, and is the same however late it is asked for. So a
    demotion must deliver exactly the items that were not pushed.
    """
    return author.band != "pulled" or not _in_era(author, item)


def pulled_era_posts(author: User, posts: Iterable[PostRef]) -> list[PostRef]:
    """Return the author's posts that were pulled, not pushed. A demotion delivers these."""
    return [post for post in posts if _in_era(author, post)]


def _in_era(author: User, item: Item) -> bool:
    return author.pulled_from is not None and item.published_id >= author.pulled_from


def pushed_posts(author: User, posts: Iterable[PostRef]) -> list[PostRef]:
    """Return the author's posts that belong in timelines."""
    return [post for post in posts if pushed(author, post)]
