"""The interface of a stage that the machine uses, and the small limits that let few people fill
it."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from random import Random
from typing import Literal, Protocol

import pytest

from functions.feed import fanout, migration, pulled, upkeep
from functions.feed.bands import Bands
from functions.feed.domain import Order
from functions.queues import INDEX_TRAILS_SECONDS

SMALL = Bands(push_all_below=2, pull_from=3, active_days=2)
CHUNK = 2
TRAILS_AT_MOST = INDEX_TRAILS_SECONDS // 2
"""The longest time in seconds that a read is stale. A job that runs after the delay may read one
index for a change that another index has hidden until then. (A backfill reads the authors' index,
because dispatch may have missed the follower in the followers' index.) So the two together must
have caught up."""

Trailing = Literal["followers", "pulled", "author", "users", "timelines"]
"""The reads that may be stale: three indexes, and two tables that are read eventually."""
TRAILING: Sequence[Trailing] = ("followers", "pulled", "author", "users", "timelines")

Act = Callable[[], None]


@dataclass(frozen=True)
class Weather:
    """The events while messages are handled. `chance` draws. `acts` are done in the middle of a
    handler, before one of its reads or writes. `dies` lets a handler end there and come again.

    `at` names the read or write before which an act is done, and `twice` is how often a message
    comes once more. Only the fakes use these two and `dies`.
    """

    chance: Random
    acts: list[Act]
    dies: bool
    at: str | None = None
    twice: float = 0.2


@dataclass(frozen=True)
class Read:
    """A page, as the ids of its posts."""

    post_ids: list[str]
    next_cursor: str | None


class Stage(Protocol):
    """A stage of the machine's own. Its ids name people."""

    def now(self) -> datetime:
        """Return the present time, which stands still or runs on its own."""

    def sleep(self, seconds: float) -> None:
        """Let time pass. Trailing reads catch up in time, and delayed messages fall due."""

    def sign_up(self) -> str: ...

    def greet(self, viewer: str) -> None:
        """Send any request of a user."""

    def follow(self, follower: str, followee: str, meanwhile: Act) -> None:
        """Follow. `meanwhile` runs when the followee has been read; on moto just before."""

    def unfollow(self, follower: str, followee: str) -> None: ...

    def accept(self, followee: str, follower: str) -> None: ...

    def turn_private(self, user: str, private: bool) -> None: ...

    def publish(self, author: str, ready: bool) -> str:
        """Publish a post whose picture is ready or will be."""

    def finish(self, post_id: str) -> None:
        """Let a post's picture be ready."""

    def delete(self, author: str, post_id: str) -> None: ...

    def like(self, post_id: str, likes: int) -> None:
        """Set how often a post is liked."""

    def rebuild(self, viewer: str) -> None:
        """Ask for a rebuild of the timeline."""

    def page(self, viewer: str, order: Order, limit: int, cursor: str | None) -> Read: ...

    def published_id(self, post_id: str) -> str | None: ...

    def is_pulled(self, author: str) -> bool:
        """Return whether readers pull an author's posts."""

    def follows(self, follower: str, followee: str) -> bool:
        """Return whether a follow exists and is granted."""

    def pulls(self, follower: str, followee: str) -> bool:
        """Return whether a follow is marked as a follow of such an author."""

    def trail(self, what: Trailing) -> None:
        """Let eventual reads show this moment from now on, for `TRAILS_AT_MOST` seconds."""

    def deliver(self, count: int, weather: Weather) -> None:
        """Handle up to `count` of the messages that are due."""

    def redrive(self) -> None:
        """Deliver handled jobs once more, where the stage remembers them."""

    def pending(self) -> bool:
        """Return whether any message waits, now or later."""


@contextmanager
def in_small() -> Iterator[None]:
    """Make pages, heads and jobs of two or three, so that five people fill several."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(fanout, "FOLLOWERS_PAGE", 2)
        patch.setattr(fanout, "PAGES_A_DISPATCH", 1)
        patch.setattr(migration, "FOLLOWERS_A_PROMOTION", 2)
        patch.setattr(migration, "ENTRIES_A_DEMOTION", 3)
        patch.setattr(upkeep, "FOLLOWEES_A_REBUILD", 2)
        patch.setattr(pulled, "HEAD", 2)
        yield
