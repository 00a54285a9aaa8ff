"""Who is still there when a message comes late.

An erasure waits for what follows from an account to be done before it looks for the last time. What
comes later than that, from a backlog or sent back from the dead letters, must look for itself.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from functions.accounts.service import Users

LATE = timedelta(seconds=60)
"""An erasure waits longer than this, so what is younger need not look."""


def remaining(users: Users, user_ids: Iterable[str], made_at: datetime, now: datetime) -> set[str]:
    """Those of the users who are there still; all of them, unread, where what concerns them was
    made a moment ago."""
    asked = set(user_ids)
    return set(users.read(asked)) if now - made_at > LATE else asked
