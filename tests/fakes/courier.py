"""Carries out what follows from changes, as streams and queues do: late, twice, in any order."""

from collections import deque
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from functions.affinity.domain import Touch
from functions.feed.messages import (
    Backfill,
    Chunk,
    Demote,
    Dispatch,
    Grant,
    Promote,
    Prune,
    Rebuild,
)
from functions.feed.routing import Delayed, after_follow, after_user
from functions.posts.messages import Complete
from functions.posts.routing import after_media, after_post
from functions.stories.domain import View, author_of
from functions.stories.messages import CompleteStory
from functions.stories.routing import after_story
from tests.fakes.world import World

REMEMBERED = 60
"""Jobs that a redrive brings back."""

Pick = Callable[[int], int]
"""Chooses one of so many waiting messages."""


class Courier:
    """Listens to a world's tables and handles what its routers send.

    `waiting` can be handled now; `later` holds what was sent with a delay, and when it falls due.
    """

    def __init__(self, world: World) -> None:
        self._world = world
        self.waiting: deque[Any] = deque()
        self.later: list[tuple[datetime, Any]] = []
        self._seen = 0
        self._done: deque[Any] = deque(maxlen=REMEMBERED)
        world.post_store.rows.listeners.append(
            lambda old, new: self.waiting.extend(m for _, m in after_post(old, new))
        )
        world.media_store.rows.listeners.append(
            lambda old, new: self.waiting.extend(m for _, m in after_media(old, new))
        )
        world.story_store.rows.listeners.append(
            lambda old, new: self.waiting.extend(m for _, m in after_story(old, new))
        )
        world.views.rows.listeners.append(self._viewed)
        world.follows.rows.listeners.append(lambda old, new: self._delay(after_follow(old, new)))
        world.users.rows.listeners.append(
            lambda old, new: self._delay(after_user(old, new, world.bands))
        )

    def _viewed(self, old: View | None, new: View | None) -> None:
        if new is not None and old is None:
            author_id = author_of(new.story_id)
            self.waiting.append(Touch(new.viewer_id, author_id, "view", self._world.clock()))

    def _delay(self, jobs: Delayed) -> None:
        for job, seconds in jobs:
            if seconds:
                self.later.append((self._world.clock() + timedelta(seconds=seconds), job))
            else:
                self.waiting.append(job)

    def fall_due(self) -> None:
        """Let wait what is due by the world's clock."""
        now = self._world.clock()
        self.waiting.extend(message for due, message in self.later if due <= now)
        self.later = [(due, message) for due, message in self.later if due > now]

    def settle(self, pick: Pick = lambda _: 0, twice: Callable[[], bool] = lambda: False) -> None:
        """Handle all that waits, and then what was to come later. `pick` chooses the next, `twice`
        whether it comes once more."""
        while self.waiting or self.later:
            if not self.waiting:
                self.waiting.extend(message for _, message in self.later)
                self.later = []
            self.step(pick, twice)

    def step(self, pick: Pick, twice: Callable[[], bool]) -> None:
        """Handle one message; one whose handling fails comes again."""
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
            self._delay([(one.message, one.delay_seconds) for one in sent[self._seen :]])
            self._seen = len(sent)

    def _handle(self, message: Any) -> None:
        fanout, upkeep = self._world.fanout, self._world.upkeep
        handlers: dict[type, Callable[[Any], None]] = {
            CompleteStory: lambda job: self._world.stories.complete(job.story_id),
            Complete: lambda job: self._world.posts.complete(job.post_id),
            Touch: self._world.affinity.note,
            Dispatch: fanout.dispatch,
            Chunk: fanout.deliver,
            Backfill: upkeep.backfill,
            Prune: upkeep.prune,
            Rebuild: upkeep.rebuild,
            Promote: self._world.migration.promote,
            Demote: self._world.migration.demote,
            Grant: self._grant,
        }
        handlers[type(message)](message)
        if isinstance(message, Promote | Demote | Prune):
            self._done.append(message)

    def redrive(self) -> None:
        """Let jobs that undo or move something come once more, however long after: it is theirs to
        see that they are of the past."""
        self.waiting.extend(dict.fromkeys(self._done))

    def _grant(self, job: Grant) -> None:
        before = self._world.social.grant_all(job.user_id, job.before)
        if before is not None:
            self.waiting.append(Grant(job.user_id, before))
