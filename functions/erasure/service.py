"""Deletes everything that belongs to a deleted post, picture or account.

Every job may be repeated and may stop anywhere, because it searches again for what is left to
delete. Only the erasure of an account has a state, on the user's tombstone, because it scans
tables.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from typing import Any

import msgspec

from functions.accounts.domain import Erasure
from functions.accounts.ports import UserStore
from functions.aws.sending import Send
from functions.clock import Clock
from functions.media.service import MediaService
from functions.observability import log
from functions.queues import ChangeAvatar, EraseAccount, EraseMedia, ErasePost

AT_A_TIME = timedelta(seconds=20)
"""The time after which a job continues in a new message. Its function has 60 seconds."""
TOMBSTONE_KEPT = timedelta(days=1)
"""How long the tombstone stays after an erasure. The pool's last token expires an hour after the
account has left the pool. Until then the tombstone refuses it."""
REPEAT_SECONDS = 300
MOST_ROUNDS = 6
"""How often all steps run before a person must look. The first round finds rows that no key leads
to, so most erasures take two."""

Position = dict[str, Any]
"""Where a step continues, in its own terms."""
WAITS: Position = {"waits": True}
"""The position of a step that waits for work which is done elsewhere."""

Trail = Callable[[str], bool]
"""Deletes some of what belongs to a post, by its id. Returns whether nothing is left."""


class TracesLeftError(Exception):
    """Traces of a user are left where none should be. `where` names the places."""

    def __init__(self, where: Sequence[str]) -> None:
        super().__init__(f"traces are left in {', '.join(where)}")
        self.where = list(where)


class Step(msgspec.Struct, frozen=True):
    """One step of an account's erasure.

    `run` does a part of the step from a position, and returns the next position, or None when the
    step is done. It may be repeated. It begins `after` this many seconds, so that work caused by
    earlier steps can end. If it raises TracesLeftError, all steps run again. If it returns `WAITS`,
    something else sends the message that continues it.
    """

    name: str
    run: Callable[[Erasure], Position | None]
    after: int = 0


class Eraser:
    """The erasure of posts, pictures and accounts. `trails` delete what belongs to a post, by name.
    `steps` are the steps of an account's erasure, in order."""

    def __init__(
        self,
        users: UserStore,
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
        """Delete what belongs to a post. The feed retracts its entries in timelines."""
        until = self._now() + AT_A_TIME
        author = self._users.get(job.author_id)
        for media_id in job.media_ids:
            if author is not None and media_id == author.picture_as_avatar:
                self._media.store.release(media_id, job.post_id)  # it is still the author's avatar
            else:
                self._media.store.drop(media_id, job.post_id)
        for name, erase_some in self._trails.items():
            while not erase_some(job.post_id):
                if self._now() >= until:
                    self._send("erasure", [job])
                    return
            log.info(f"{name} of a post erased", post_id=job.post_id)

    def media(self, job: EraseMedia) -> None:
        """Delete the objects of media whose row is gone."""
        self._media.erase(job.owner_id, job.media_id, job.kind)
        log.info("media erased", media_id=job.media_id, correlation_id=job.correlation_id)

    def avatar(self, job: ChangeAvatar) -> None:
        """Keep a picture that is an avatar itself, as in earlier releases, although no post has
        claimed it, and let the old one go."""
        user = self._users.get(job.user_id)
        shown = user.picture_as_avatar if user is not None else None
        if shown is not None:
            self._media.store.keep(shown)
        if job.old is not None and job.old != shown:
            self._media.store.drop(job.old, None)

    def account(self, job: EraseAccount, attempt: int = 1) -> None:
        """Continue an account's erasure for some seconds, then in a new message.

        A condition guards the state, so if two run at once, one of them stops. The state also
        counts the rounds. After the last one every try of the message fails, so it becomes a dead
        letter. The first try of a redrive begins with new rounds.

        Raises:
            TracesLeftError: something is still there after six rounds.
        """
        until = self._now() + AT_A_TIME
        state = self._users.get_erasure(job.user_id)
        if state is not None and state.rounds >= MOST_ROUNDS:
            state = self._with_new_rounds(state, attempt)
        while state is not None and state.step is not None:
            moved, waits = self._part(state)
            if not self._moved(state, moved):
                log.info("erasure overtaken", user_id=job.user_id)
                return
            if moved.rounds >= MOST_ROUNDS:
                raise TracesLeftError(moved.position["left"])
            if moved.position == WAITS:
                return
            if moved.step is not None and (waits or self._now() >= until):
                self._send("erasure", [job], delay_seconds=waits)
                return
            state = moved

    def _with_new_rounds(self, state: Erasure, attempt: int) -> Erasure | None:
        """Return an erasure that is out of rounds with new ones, at the first try of a message.
        Return None if another message was faster."""
        if attempt > 1:
            raise TracesLeftError(state.position.get("left", []))
        again = msgspec.structs.replace(state, position={}, rounds=0)
        return again if self._moved(state, again) else None

    def _part(self, state: Erasure) -> tuple[Erasure, int]:
        """Do a part of the next step. Return the new state and how many seconds to wait."""
        step = self._step(state)
        try:
            moved = self._after(step, state, step.run(state))
        except TracesLeftError as left:
            return self._next_round(state, left.where), REPEAT_SECONDS
        return moved, 0 if moved.step == step.name else self._step(moved).after

    def _next_round(self, state: Erasure, where: Sequence[str]) -> Erasure:
        """Return the state that begins with the first step again. The first round has traces
        whenever the user liked or commented: it deletes what only a pass finds."""
        tell = log.error if state.rounds else log.info
        tell("erasure left traces", user_id=state.user_id, where=where, round=state.rounds + 1)
        rounds = state.rounds + 1
        position = {"left": list(where)} if rounds >= MOST_ROUNDS else {}
        return msgspec.structs.replace(
            state, step=self._steps[0].name, position=position, rounds=rounds
        )

    def _step(self, state: Erasure) -> Step:
        named = (step for step in self._steps if step.name == state.step)
        return next(named, self._steps[0])

    def _after(self, step: Step, state: Erasure, position: Position | None) -> Erasure:
        """Return the state after a part of a step."""
        if position is not None:
            return msgspec.structs.replace(state, step=step.name, position=position)
        index = self._steps.index(step) + 1
        following = self._steps[index].name if index < len(self._steps) else None
        log.info("erasure step done", user_id=state.user_id, step=step.name, following=following)
        return msgspec.structs.replace(state, step=following, position={})

    def _moved(self, state: Erasure, moved: Erasure) -> bool:
        if moved.step is not None:
            return self._users.update_erasure(state, moved)
        nameless = msgspec.structs.replace(moved, username="")
        return self._users.update_erasure(state, nameless, self._now() + TOMBSTONE_KEPT)
