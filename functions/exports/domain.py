"""Exports of a user's data."""

from datetime import datetime, timedelta
from typing import Literal

import msgspec

State = Literal["pending", "ready"]

KEPT = timedelta(days=7)
"""How long an export can be fetched. The bucket's lifecycle rule deletes it a day later."""
LOST_AFTER = timedelta(days=3)
"""The age at which an unfinished export may be asked for again. On a large stage it waits up to a
day for a pass, which may take hours. The message of the earlier one then does nothing."""
PARKED = timedelta(days=14)
"""How long an unfinished export waits for its message to be redriven: as long as SQS keeps it."""
DELAYED_AFTER = timedelta(minutes=20)
"""The age from which on an unfinished export has a hint."""
HINT = "The export is still being prepared. That can take a day; there is no need to ask again."


class Export(msgspec.Struct, frozen=True, kw_only=True):
    """A user's export. A user has one at a time. `bytes` is set once it is ready. After
    `expires_at` the export counts as never asked for."""

    user_id: str
    export_id: str
    state: State
    requested_at: datetime
    expires_at: datetime
    bytes: int | None = None

    def is_delayed(self, now: datetime) -> bool:
        """Return whether it takes longer than usual."""
        return self.state == "pending" and now - self.requested_at >= DELAYED_AFTER

    def is_lost(self, now: datetime) -> bool:
        """Return whether it may be asked for again although it is not ready."""
        return self.state == "pending" and now - self.requested_at >= LOST_AFTER

    @property
    def key(self) -> str:
        """Return the archive's key in the media bucket. No wildcard signature opens it."""
        return export_key(self.user_id, self.export_id)


def found_prefix(user_id: str, export_id: str) -> str:
    """Return where the rows that a pass finds for an export lie in the media bucket. The lifecycle
    rule of this shelf keeps them until the export's message cannot be redriven any more."""
    return f"found/{user_id}/{export_id}/"


def export_key(user_id: str, export_id: str) -> str:
    """Return an archive's key in the media bucket."""
    return f"exports/{user_id}/{export_id}.zip"
