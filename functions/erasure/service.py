"""What goes with a post, with a picture and with an account.

Everything may be repeated, and may end anywhere: what is deleted is looked for anew. Only the
erasure of an account, which scans tables, has a state, on the tombstone of its user.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from typing import Any

import msgspec

from functions.accounts.domain import Erasure
from functions.accounts.service import Users
from functions.clock import Clock
from functions.erasure.messages import ChangeAvatar, EraseAccount, EraseMedia, ErasePost
from functions.log import log
from functions.media.service import MediaService

AT_A_TIME = timedelta(seconds=20)
"""After this a job hands on to itself; its function has 60 seconds."""
TOMBSTONE_KEPT = timedelta(days=1)
"""How long a finished erasure leaves its tombstone. The pool's last token expires an hour after
the account has left the pool; until then the tombstone is what refuses it."""
REPEAT_SECONDS = 300
MOST_ROUNDS = 6

Send = Callable[..., None]
"""`functions.events.send`, or its stand-in."""
Trail = Callable[[str], bool]
"""Deletes some of what trails a post, by its id; whether nothing is left."""


class TracesLeftError(Exception):
    """A user's traces that were found where there should be none. `where` names the places."""

    def __init__(self, where: Sequence[str]) -> None:
        super().__init__(f"traces are left in {', '.join(where)}")
        self.where = list(where)


class Step(msgspec.Struct, frozen=True):
    """One step of an account's erasure. `run` does a part, given where it goes on, and says where
    to go on next; None when nothing is left to do. It may be repeated. It begins `after` so many
    seconds, for what follows from the steps before. One that raises TracesLeftError has them all
    done again."""

    name: str
    run: Callable[[Erasure], dict[str, Any] | None]
    after: int = 0


class Eraser:
    """Erases. `trails` are what trails a post, by name; `steps` an account's, in order."""

    def __init__(
        self,
        users: Users,
        media: MediaService,
        trails: Mapping[str, Trail],
        steps: Sequence[Step],
        send: Send,
        now: Clock,
    ) -> None:
        self._users = users
        self._media = media
        self._trails = trails
        self._steps = steps
        self._send = send
        self._now = now

    def post(self, job: ErasePost) -> None:
        """Delete what trails a post. Its entries in timelines are retracted by the feed."""
        until = self._now() + AT_A_TIME
        author = self._users.get(job.author_id)
        for media_id in job.media_ids:
            if author is not None and author.avatar_media_id == media_id:
                self._media.store.release(media_id, job.post_id)  # it is still the author's face
            else:
                self._media.store.drop(media_id, job.post_id)
        for name, erase_some in self._trails.items():
            while not erase_some(job.post_id):
                if self._now() >= until:
                    self._send("erasure", [job])
                    return
            log.info(f"{name} of a post erased", post_id=job.post_id)

    def media(self, job: EraseMedia) -> None:
        """Delete the objects of media whose row has gone."""
        self._media.erase(job.owner_id, job.media_id, job.kind)
        log.info("media erased", media_id=job.media_id, correlation_id=job.correlation_id)

    def avatar(self, job: ChangeAvatar) -> None:
        """Keep a profile's picture though no post has taken it; let the one before go."""
        user = self._users.get(job.user_id)
        shown = user.avatar_media_id if user is not None else None
        if shown is not None:
            self._media.store.keep(shown)
        if job.old is not None and job.old != shown:
            self._media.store.drop(job.old, None)

    def account(self, job: EraseAccount) -> None:
        """Go on with an account's erasure, for some seconds, and then by another message.

        The state moves by a condition, so of two that run at once one ends.

        Raises:
            TracesLeftError: after six rounds something is still there.
        """
        until = self._now() + AT_A_TIME
        state = self._users.erasing(job.user_id)
        while state is not None and state.step is not None:
            moved, waits = self._part(state)
            if not self._moved(state, moved):
                log.info("erasure overtaken", user_id=job.user_id)
                return
            if moved.step is not None and (waits or self._now() >= until):
                self._send("erasure", [job], delay_seconds=waits)
                return
            state = moved

    def _part(self, state: Erasure) -> tuple[Erasure, int]:
        """Do a part of what comes next: the state behind it, and how many seconds to wait."""
        step = self._step(state)
        try:
            moved = self._after(step, state, step.run(state))
        except TracesLeftError as left:
            log.error("erasure left traces", user_id=state.user_id, where=left.where)
            again = msgspec.structs.replace(
                state, step=self._steps[0].name, position={}, rounds=state.rounds + 1
            )
            if again.rounds >= MOST_ROUNDS:
                self._moved(state, again)  # the next try of this message does all steps again
                raise
            return again, REPEAT_SECONDS
        return moved, 0 if moved.step == step.name else self._step(moved).after

    def _step(self, state: Erasure) -> Step:
        named = (step for step in self._steps if step.name == state.step)
        return next(named, self._steps[0])

    def _after(self, step: Step, state: Erasure, position: dict[str, Any] | None) -> Erasure:
        """The state behind a part of a step."""
        if position is not None:
            return msgspec.structs.replace(state, step=step.name, position=position)
        index = self._steps.index(step) + 1
        following = self._steps[index].name if index < len(self._steps) else None
        log.info("erasure step done", user_id=state.user_id, step=step.name, following=following)
        return msgspec.structs.replace(state, step=following, position={})

    def _moved(self, state: Erasure, moved: Erasure) -> bool:
        if moved.step is not None:
            return self._users.move_on(state, moved)
        nameless = msgspec.structs.replace(moved, username="")
        return self._users.move_on(state, nameless, self._now() + TOMBSTONE_KEPT)
