"""Carries out what follows from changes, as streams and queues do: late, twice, in any order."""

from collections import deque
from collections.abc import Callable
from typing import Any

from functions.affinity.domain import Touch
from functions.feed.messages import (
    Backfill,
    Chunk,
    Demote,
    Dispatch,
    Promote,
    Prune,
    Rebuild,
)
from functions.feed.routing import after_follow, after_user
from functions.posts.messages import Complete
from functions.posts.routing import after_media, after_post
from functions.stories.domain import View, author_of
from functions.stories.messages import CompleteStory
from functions.stories.routing import after_story
from tests.fakes.world import World

Pick = Callable[[int], int]
"""Chooses one of so many waiting messages."""


class Courier:
    """Listens to a world's tables and handles what its routers send."""

    def __init__(self, world: World) -> None:
        self._world = world
        self.waiting: deque[Any] = deque()
        self._seen = 0
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
        world.follows.rows.listeners.append(
            lambda old, new: self.waiting.extend(job for job, _ in after_follow(old, new))
        )
        world.users.rows.listeners.append(
            lambda old, new: self.waiting.extend(
                job for job, _ in after_user(old, new, world.bands)
            )
        )

    def _viewed(self, old: View | None, new: View | None) -> None:
        if new is not None and old is None:
            author_id = author_of(new.story_id)
            self.waiting.append(Touch(new.viewer_id, author_id, "view", self._world.clock()))

    def settle(self, pick: Pick = lambda _: 0, twice: Callable[[], bool] = lambda: False) -> None:
        """Handle all that waits. `pick` chooses the next, `twice` whether it comes once more."""
        while self.waiting:
            index = pick(len(self.waiting))
            message = self.waiting[index]
            if not twice():
                del self.waiting[index]
            self._handle(message)
            sent = self._world.send.sent
            self.waiting.extend(one.message for one in sent[self._seen :])
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
        }
        handlers[type(message)](message)
