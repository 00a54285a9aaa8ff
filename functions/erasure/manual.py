"""Begins an account's erasure for an operator, without the user's password. An operator removes an
abusive account this way, or repeats an erasure after a restore has brought rows back."""

from collections.abc import Callable

from functions.accounts.domain import FIRST_STEP, Erasure
from functions.accounts.named_pool import NamedPool
from functions.accounts.ports import UserStore
from functions.accounts.refusals import refusals_as_problems
from functions.clock import Clock
from functions.errors import NotFound


class ManualErasure:
    """The erasure of an account that an operator names. `is_left` searches for a user everywhere,
    as the last step of an erasure does. It scans all tables, so it runs only for an unknown id."""

    def __init__(
        self, users: UserStore, pool: NamedPool, is_left: Callable[[Erasure], bool], now: Clock
    ) -> None:
        self._users = users
        self._pool = pool
        self._is_left = is_left
        self._now = now

    def find(self, user_id: str) -> Erasure:
        """Return the erasure that `erase` would begin, with the username, or an empty one if it is
        not known any more. Change nothing.

        Raises:
            NotFound: there is neither a user of that id nor a trace of one.
            TooManyRequests: the user pool is busy.
        """
        with refusals_as_problems():
            return self._found(user_id)

    def _found(self, user_id: str) -> Erasure:
        user, standing = self._users.get(user_id), self._users.get_erasure(user_id)
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
            raise NotFound("There is no such user, and no trace of one.")
        return found

    def erase(self, found: Erasure) -> None:
        """Hide a user at once, in this one write. Everything else follows from the stream. All
        steps run from the first, even if an earlier erasure has begun or ended."""
        self._users.overwrite_with_tombstone(found)
