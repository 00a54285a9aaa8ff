"""What the exports' routes answer."""

from datetime import datetime
from typing import Literal

import msgspec


class ExportView(msgspec.Struct, frozen=True):
    """The caller's export. `url` is signed, the caller's alone, and there once it is `ready`;
    `bytes` is its size. It is gone at `expires_at`, and can then be asked for again."""

    status: Literal["none", "pending", "ready"]
    url: str | None = None
    bytes: int | None = None
    requested_at: datetime | None = None
    expires_at: datetime | None = None
