"""Begins an account's erasure for an operator, who has no password of it: that of somebody who
abuses the service, and once more that of somebody of whom a restore has brought rows back."""

from collections.abc import Callable

from functions.accounts.domain import FIRST_STEP, Erasure
from functions.accounts.service import Pool, Users
from functions.clock import Clock
from functions.errors import NotFound


class Operator:
    """Erases whom an operator names. `is_left` looks for a user everywhere, as the last step of
    an erasure does: a scan of all tables, made for an id only that nobody has."""

    def __init__(
        self, users: Users, pool: Pool, is_left: Callable[[Erasure], bool], now: Clock
    ) -> None:
        self._users = users
        self._pool = pool
        self._is_left = is_left
        self._now = now

    def find(self, user_id: str) -> Erasure:
        """The erasure that there would be, which tells the name: empty where it is not known any
        more. Nothing is changed.

        Raises:
            NotFound: there is nobody of that id, nor any trace of one.
        """
        user, standing = self._users.get(user_id), self._users.erasing(user_id)
        known = [
            user.username if user else "",
            standing.username if standing else "",
            self._pool.name_of(user_id) or "",
        ]
        found = Erasure(
            user_id=user_id,
            username=next(filter(None, known), ""),
            begun_at=self._now(),
            step=FIRST_STEP,
        )
        if not found.username and standing is None and not self._is_left(found):
            raise NotFound("There is no such user, nor anything of one.")
        return found

    def erase(self, found: Erasure) -> None:
        """Hide somebody at once, in this one write; all else follows from the stream. Whatever
        came of an earlier erasure, all its steps are done from the first."""
        self._users.entomb(found)
