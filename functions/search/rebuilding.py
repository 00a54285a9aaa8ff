"""Builds the index anew beside the running service: all users are added, then all rows are checked.

An operator does this when search comes to a stage that has users, and after a change of the rules
in `words.py` or `domain.py`. Searches go on meanwhile.
"""

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import msgspec

from functions.accounts.domain import User
from functions.queues import IndexUser
from functions.search.domain import Entry, entry_of
from functions.search.indexing import Indexing

AT_ONCE = 16
"""Accounts in work at the same time."""

Positions = Mapping[str, Any]
UserScan = Callable[[Any], tuple[Sequence[User], Positions]]
EntryScan = Callable[[Any], tuple[Sequence[Entry], Positions]]


class Progress(msgspec.Struct, frozen=True):
    """Where a rebuild is: the stage of work, and the positions of its scan. `positions` is empty at
    the end."""

    step: str
    positions: dict[str, Any]


class Rebuilding:
    """Rebuilds the index, part by part. `start` returns the positions at which a scan begins."""

    def __init__(
        self,
        indexing: Indexing,
        users: UserScan,
        entries: EntryScan,
        start: Callable[[], dict[str, Any]],
    ) -> None:
        self._indexing = indexing
        self._users = users
        self._entries = entries
        self._start = start

    def begin(self) -> Progress:
        """Return the beginning."""
        return Progress("users", self._start())

    def part(self, at: Progress) -> tuple[Progress, int]:
        """Do a part. Return the progress after it and the number of accounts that it added, or of
        wrong entries that it dropped. May be repeated."""
        if at.step == "users":
            users, positions = self._users(at.positions)
            with ThreadPoolExecutor(AT_ONCE) as pool:
                list(pool.map(self._add, users))
            if positions:
                return Progress("users", dict(positions)), len(users)
            return Progress("rows", self._start()), len(users)
        entries, positions = self._entries(at.positions)
        with ThreadPoolExecutor(AT_ONCE) as pool:
            dropped = sum(pool.map(self._indexing.correct, entries))
        return Progress("rows", dict(positions)), dropped

    def _add(self, user: User) -> None:
        self._indexing.follow(IndexUser(user.user_id, None, entry_of(user)))
