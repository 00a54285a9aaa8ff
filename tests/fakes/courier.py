"""Handles the jobs that follow from changes, as streams and queues do: late, twice, in any
order."""

from collections import deque
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import Any

from functions.affinity.domain import Interaction
from functions.queues import (
    CARRIED,
    Backfill,
    Chunk,
    Complete,
    CompleteStory,
    Demote,
    Dispatch,
    Grant,
    Promote,
    Prune,
    Rebuild,
)
from functions.streams import follows, media, posts, stories, story_views, users
from functions.streams.jobs import Job
from tests.fakes.sending import Sent
from tests.fakes.world import World

REMEMBERED = 60
"""The number of jobs that a redrive brings back."""

Pick = Callable[[int], int]
"""Chooses one of so many waiting messages."""


class Courier:
    """The courier of a world. It listens to the tables and handles the jobs that follow from
    changes.

    `waiting` can be handled now. `later` holds the messages sent with a delay, and when they fall
    due.
    """

    def __init__(self, world: World) -> None:
        self._world = world
        self.waiting: deque[Any] = deque()
        self.later: list[tuple[datetime, Any]] = []
        self._seen = 0
        self._done: deque[Any] = deque(maxlen=REMEMBERED)
        self._listen(world.post_store, posts.after)
        self._listen(world.media_store, media.after)
        self._listen(world.story_store, lambda old, new: stories.after(old, new, world.clock()))
        self._listen(world.follows, follows.after)
        self._listen(world.users, lambda old, new: users.after(old, new, world.bands))
        world.views.rows.listeners.append(
            lambda old, new: self.waiting.extend(story_views.after(old, new, world.clock()))
        )

    def _listen(self, table: Any, after: Callable[[Any, Any], list[Job]]) -> None:
        """Listen to a table. Erasure is left out, because its tests call the eraser."""
        table.rows.listeners.append(
            lambda old, new: self._add([job for job in after(old, new) if job.queue != "erasure"])
        )

    def _add(self, jobs: Iterable[Job | Sent]) -> None:
        for job in jobs:
            assert type(job.message) in CARRIED[job.queue]
            if job.delay_seconds:
                due = self._world.clock() + timedelta(seconds=job.delay_seconds)
                self.later.append((due, job.message))
            else:
                self.waiting.append(job.message)

    def fall_due(self) -> None:
        """Move messages that are due by the world's clock to the waiting ones."""
        now = self._world.clock()
        self.waiting.extend(message for due, message in self.later if due <= now)
        self.later = [(due, message) for due, message in self.later if due > now]

    def settle(self, pick: Pick = lambda _: 0, twice: Callable[[], bool] = lambda: False) -> None:
        """Handle all waiting messages, then the delayed ones. `pick` chooses the next, and `twice`
        whether it comes once more."""
        while self.waiting or self.later:
            if not self.waiting:
                self.waiting.extend(message for _, message in self.later)
                self.later = []
            self.step(pick, twice)

    def step(self, pick: Pick, twice: Callable[[], bool]) -> None:
        """Handle one message. If its handling fails, it comes again."""
        index = pick(len(self.waiting))
        message = self.waiting[index]
        if not twice():
            del self.waiting[index]
        try:
            self._handle(message)
        except Exception:
            self.waiting.append(message)
            raise
        finally:
            sent = self._world.send.sent
            self._add(sent[self._seen :])
            self._seen = len(sent)

    def _handle(self, message: Any) -> None:
        fanout, upkeep = self._world.fanout, self._world.upkeep
        handlers: dict[type, Callable[[Any], None]] = {
            CompleteStory: lambda job: self._world.stories.complete(job.story_id),
            Complete: lambda job: self._world.posts.complete(job.post_id),
            Interaction: self._world.affinity.record,
            Dispatch: fanout.dispatch,
            Chunk: fanout.deliver,
            Backfill: upkeep.backfill,
            Prune: upkeep.prune,
            Rebuild: upkeep.rebuild,
            Promote: self._world.migration.promote,
            Demote: self._world.migration.demote,
            Grant: self._world.granting.grant,
        }
        handlers[type(message)](message)
        if isinstance(message, Promote | Demote | Prune):
            self._done.append(message)

    def redrive(self) -> None:
        """Deliver jobs that undo or move something once more, however late. They must notice
        themselves that they are out of date."""
        self.waiting.extend(dict.fromkeys(self._done))
