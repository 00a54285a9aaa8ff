"""Records the interactions of viewers, and returns the authors that they are close to."""

from datetime import timedelta

from functions.accounts.deleted import existing_users
from functions.accounts.ports import UserStore
from functions.affinity.domain import (
    Closeness,
    Interaction,
    hour_of,
    score_at,
    with_interaction,
)
from functions.affinity.ports import ClosenessStore
from functions.aws.backoff import attempts
from functions.aws.errors import Contended
from functions.clock import Clock
from functions.observability import log

ATTEMPTS = 5
"""Attempts at a row that other interactions change at the same moment."""
AUTHORS = 2000
"""Authors read for one viewer: about 300 KB, 37 read units. Rows expire with their score, so nobody
comes near this number."""
REMEMBERED = 50_000
"""Visits that a warm process keeps in memory: about 10 MB."""


class Affinity:
    """Closeness, derived from the interactions that this records."""

    def __init__(
        self, store: ClosenessStore, users: UserStore, half_life: timedelta, now: Clock
    ) -> None:
        self._store = store
        self._users = users
        self._half_life = half_life
        self._now = now
        self._visits: set[tuple[str, str, int]] = set()

    def record(self, interaction: Interaction) -> None:
        """Add an interaction to its closeness.

        Does nothing for the viewer's own content, if its kind was already counted in its hour, or
        if it comes late and one of the two accounts was deleted meanwhile.
        """
        both = {interaction.viewer_id, interaction.author_id}
        if len(both) == 1 or both != existing_users(self._users, both, interaction.at, self._now()):
            return
        for _ in attempts(ATTEMPTS):
            held = self._store.get(interaction.viewer_id, interaction.author_id)
            none_yet = Closeness(
                viewer_id=interaction.viewer_id,
                author_id=interaction.author_id,
                as_of=interaction.at,
            )
            new = with_interaction(held or none_yet, interaction, self._half_life)
            if new is None or self._store.save(held, new):
                return
        raise Contended("other interactions changed the closeness at every attempt")

    def record_visit(self, viewer_id: str, author_id: str) -> None:
        """Record that a viewer looked at an author's profile.

        A visit writes no row of its own, so no stream reports it and the request itself records it:
        at most one write an hour, plus a read if this process has not seen the visit this hour.
        A visit that cannot be recorded does not fail the request.
        """
        now = self._now()
        visit = (viewer_id, author_id, hour_of(now))
        if viewer_id == author_id or visit in self._visits:
            return
        try:
            self.record(Interaction(viewer_id, author_id, "visit", now))
        except Contended:
            log.info("visit not recorded", viewer_id=viewer_id, author_id=author_id)
            return
        if len(self._visits) >= REMEMBERED:
            self._visits.clear()
        self._visits.add(visit)

    def scores(self, viewer_id: str) -> dict[str, float]:
        """Return the present score of each author that the viewer is close to, by author id."""
        now = self._now()
        return {
            row.author_id: score_at(row, now, self._half_life)
            for row in self._store.of(viewer_id, AUTHORS)
        }
