"""The limits table, in memory."""

from threading import Lock


def plain_digest(purpose: str, data: bytes) -> str:
    """Return bytes with their purpose, readable."""
    return f"{purpose} {data.decode()}"


class FakeUses:
    """Uses by bucket. `writes` counts the write units it would take, including the units of
    refusals."""

    def __init__(self) -> None:
        self.used: dict[str, int] = {}
        self.writes = 0
        self._lock = Lock()

    def lease(self, bucket: str, uses: int, most: int, expires_at: int) -> int | None:
        with self._lock:
            self.writes += 1
            if self.used.get(bucket, 0) + uses > most:
                return None
            self.used[bucket] = self.used.get(bucket, 0) + uses
            return self.used[bucket]
