"""Drop deleted users from work that comes late.

An erasure waits for everything that follows from an account before it searches for the last time. A
message that comes even later, from a backlog or from the dead letters, must check for itself.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from functions.accounts.ports import UserStore

LATE = timedelta(seconds=60)
"""Younger messages need no check: an erasure waits longer than this."""


def existing_users(
    users: UserStore, user_ids: Iterable[str], made_at: datetime, now: datetime
) -> set[str]:
    """Return the users that still exist. If the work was made a moment ago, return all of them
    without a read."""
    asked = set(user_ids)
    return set(users.read(asked)) if now - made_at > LATE else asked
