"""Interfaces of the tables that count requests."""

from typing import Protocol


class UseStore(Protocol):
    """The limits table."""

    def lease(self, bucket: str, uses: int, most: int, expires_at: int) -> int | None:
        """Add uses to a bucket. Return its new count; None, adding nothing, if it would exceed
        `most`.
        """
