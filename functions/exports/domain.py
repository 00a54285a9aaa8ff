"""An export, from its request to its end."""

from datetime import datetime, timedelta
from typing import Literal

import msgspec

State = Literal["pending", "ready"]

KEPT = timedelta(days=7)
"""How long an export can be fetched. The bucket's lifecycle rule deletes it a day later."""
LOST_AFTER = timedelta(hours=6)
"""After this an export that was never finished may be asked for again: all tries have ended."""


class Export(msgspec.Struct, frozen=True, kw_only=True):
    """One user's export; there is one at a time. `bytes` is there once it is ready. At `expires_at`
    it is as if it had never been asked for."""

    user_id: str
    export_id: str
    state: State
    requested_at: datetime
    expires_at: datetime
    bytes: int | None = None

    @property
    def key(self) -> str:
        """Where the archive lies in the media bucket: no signature with a wildcard reaches it."""
        return export_key(self.user_id, self.export_id)


def export_key(user_id: str, export_id: str) -> str:
    """Where an archive lies in the media bucket."""
    return f"exports/{user_id}/{export_id}.zip"
