"""Keeps the index up to date with the users table.

The row is the outbox: each change of a name or a rank leads to one job, and jobs may come late,
twice and in any order. A job carries the entries before and after its change, and reads the account
strongly. It drops what its two entries have and the present one has not. It adds the present entry
if that is the one after its change; otherwise a later job is there to add it. So whichever job
comes last leaves the present entry alone: every entry that an account ever had is in a job that
drops it, and a job that died half-way wrote nothing but what it drops when it comes again.

Two jobs of one account at the same time may undo each other. So each reads the account once more,
and if that has changed, it goes on with the present entry.
"""

from functions.aws.backoff import attempts
from functions.aws.errors import Contended
from functions.queues import IndexUser
from functions.search.domain import Entry, entry_of
from functions.search.ports import PeopleIndex, UserReader

ATTEMPTS = 8


class Indexing:
    """Brings the index in line with the users."""

    def __init__(self, index: PeopleIndex, users: UserReader) -> None:
        self._index = index
        self._users = users

    def follow(self, job: IndexUser) -> None:
        """Let an account be found by its present names alone. May be repeated.

        Raises:
            Contended: the account changed at every attempt.
        """
        stale = [entry for entry in (job.old, job.new) if entry is not None]
        now = self._present(job.user_id)
        adds = now == job.new
        for _ in attempts(ATTEMPTS):
            if adds and now is not None:
                self._index.add(now)
            self._index.drop(stale, now)
            written, now = now, self._present(job.user_id)
            if written == now:
                return
            adds = True  # the rival may have added it before the drop above
            if written is not None:
                stale.append(written)
        raise Contended("the account changed at every attempt")

    def correct(self, entry: Entry) -> bool:
        """Drop an entry that the index holds if it is not the present one. Return whether it was
        dropped. Raises as `follow` does."""
        if self._present(entry.user_id) == entry:
            return False
        self.follow(IndexUser(entry.user_id, None, entry))
        return True

    def _present(self, user_id: str) -> Entry | None:
        user = self._users.get(user_id)
        return None if user is None else entry_of(user)
