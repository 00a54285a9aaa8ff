"""Note what viewers do, and tell whom they are close to."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Protocol

from functions.accounts.lateness import remaining
from functions.accounts.service import Users
from functions.affinity.domain import Closeness, Deed, Touch, added, hour_of, score_at
from functions.backoff import attempts
from functions.clock import Clock
from functions.errors import TooManyRequests
from functions.log import log

ATTEMPTS = 5
"""Tries at a row that another kind of deed changes at the same moment."""
AUTHORS = 2000
"""Authors that a viewer can be close to: about 300 KB, 37 read units. Rows leave by TTL when their
score is nothing, so nobody who has only a life comes near it."""
REMEMBERED = 50_000
"""Visits that a warm process remembers: about 10 MB."""


class ClosenessStore(Protocol):
    """The affinity table."""

    def get(self, viewer_id: str, author_id: str) -> Closeness | None:
        """The row, read strongly."""

    def of(self, viewer_id: str, limit: int) -> Sequence[Closeness]:
        """A viewer's rows, in the order of the authors' ids."""

    def save(self, held: Closeness | None, new: Closeness) -> bool:
        """Write `new` in the place of `held`; False where the row has changed since."""


class Affinity:
    """Closeness, from what viewers do."""

    def __init__(
        self, store: ClosenessStore, users: Users, half_life: timedelta, now: Clock
    ) -> None:
        self._store = store
        self._users = users
        self._half_life = half_life
        self._now = now
        self._visits: set[tuple[str, str, int]] = set()

    def note(self, touch: Touch) -> None:
        """Add a deed; nothing happens for one's own things, where its hour was counted, and where
        it comes late and one of the two has left."""
        both = {touch.viewer_id, touch.author_id}
        if len(both) == 1 or both != remaining(self._users, both, touch.at, self._now()):
            return
        for _ in attempts(ATTEMPTS):
            held = self._store.get(touch.viewer_id, touch.author_id)
            none_yet = Closeness(
                viewer_id=touch.viewer_id, author_id=touch.author_id, as_of=touch.at
            )
            new = added(held or none_yet, touch, self._half_life)
            if new is None or self._store.save(held, new):
                return
        raise TooManyRequests("This closeness is changing; try again.", retry_after=1)

    def visit(self, viewer_id: str, author_id: str) -> None:
        """Note that a viewer looked at an author's profile.

        A visit is no row, so no stream tells of it, and it is noted by its own request: one write
        an hour at most, and a read where this process has not seen the visitor within the hour.
        A visit that cannot be noted is not worth failing for.
        """
        now = self._now()
        visit = (viewer_id, author_id, hour_of(now))
        if viewer_id == author_id or visit in self._visits:
            return
        deed: Deed = "visit"
        try:
            self.note(Touch(viewer_id, author_id, deed, now))
        except TooManyRequests:
            log.info("visit not noted", viewer_id=viewer_id, author_id=author_id)
            return
        if len(self._visits) >= REMEMBERED:
            self._visits.clear()
        self._visits.add(visit)

    def scores(self, viewer_id: str) -> dict[str, float]:
        """How close each author is to a viewer now; who is not named is not close at all."""
        now = self._now()
        return {
            row.author_id: score_at(row, now, self._half_life)
            for row in self._store.of(viewer_id, AUTHORS)
        }
