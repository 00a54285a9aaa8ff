"""Answers of the exports' routes."""

from datetime import datetime
from typing import Literal

import msgspec

from functions.http.fields import Url


class ExportView(msgspec.Struct, frozen=True):
    """The caller's export. `url` is signed, for the caller alone, valid for 15 minutes, and there
    once it is `ready`; `bytes` is its size. The export is deleted at `expires_at` and can then be
    asked for again; one that is not ready can be asked for again after 3 days. `hint` is there
    while its preparation takes long."""

    status: Literal["none", "pending", "ready"]
    url: Url | None = None
    bytes: int | None = None
    requested_at: datetime | None = None
    expires_at: datetime | None = None
    hint: str | msgspec.UnsetType = msgspec.UNSET
