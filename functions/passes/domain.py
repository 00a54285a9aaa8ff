"""Passes, the accounts that wait for one, and the pause between two."""

from datetime import datetime, timedelta
from typing import Any, Literal

import msgspec

from functions.clock import EPOCH

Purpose = Literal["erase", "export"]

FREE_UNITS = 1000
"""Read units of a pass that needs no pause after it: some 4 MB of tables."""
UNITS_AN_HOUR = 100_000
"""Read units that passes may spend an hour on the average, while a pause of a day is not reached.
They cost $0.0125 in us-east-1."""
LONGEST_PAUSE = timedelta(hours=24)
"""The longest time from the begin of a pass to the begin of the next, so nobody waits longer. A
stage whose pass costs more than a day's units spends one pass a day."""
WAIT_KEPT = timedelta(days=30)
"""How long a wait is kept that nobody removes, as the tombstone of a deleted post is."""

AT_ONCE = 32
"""Calls in flight for the waits of a pass: at 20 ms each, 1,600 a second."""
TOLD_AT_ONCE = 500
"""Waits that a pass tells of its end before it looks at the time and notes how far it has come."""


class Wait(msgspec.Struct, frozen=True, kw_only=True):
    """An account that waits for a pass, or is in one.

    A user waits once for each purpose; a wait with another `ticket` replaces it. `number` is the
    pass that the wait is in, and 0 before. `found` are the tables in which the pass found rows. A
    pass takes only those whose `put_at` is not after its begin.
    """

    user_id: str
    purpose: Purpose
    ticket: str
    username: str = ""
    put_at: datetime = EPOCH
    number: int = 0
    found: list[str] = []
    done: bool = False


class Pass(msgspec.Struct, frozen=True, kw_only=True):
    """The state of the only pass. A stage has one, which begins again under a new number.

    `turn` names the one message that continues it, and `awake_at` is when that message is due.
    `position` says where its scan continues. A pass for exports alone is not `whole`: it reads only
    the tables that an export needs.
    """

    number: int = 0
    step: Literal["idle", "waits", "gathers", "scans", "ends"] = "idle"
    position: dict[str, Any] = {}
    whole: bool = False
    units: float = 0.0
    begun_at: datetime = EPOCH
    earliest: datetime = EPOCH
    turn: str = ""
    awake_at: datetime | None = None


def pause_after(units: float) -> timedelta:
    """Return the time from a pass's begin to the next, by the read units that the pass cost."""
    if units <= FREE_UNITS:
        return timedelta()
    return min(LONGEST_PAUSE, timedelta(hours=units / UNITS_AN_HOUR))
