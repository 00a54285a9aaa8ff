"""One shard of a stream: its waiting records and the retries of the first batch."""

import time
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from infra.local.event_sources import Behaviour

FIRST_BACKOFF_SECONDS = 0.2
LAST_BACKOFF_SECONDS = 30.0

Record = dict[str, Any]
"""A stream's record in Lambda's form."""


def sequence(record: Record) -> str:
    """Return a record's position in its shard."""
    return str(record["dynamodb"]["SequenceNumber"])


def shard_of(key: dict[str, Any], shards: int) -> int:
    """Return the number of a partition key's shard, always the same: `{"S": "01…"}` to 0..n-1."""
    digest = sha256(repr(sorted(key.items())).encode()).digest()
    return int.from_bytes(digest[:8], "big") % shards


@dataclass
class Shard:
    """Records to be handled, oldest first. A failing record holds up all later ones."""

    shard_id: str
    behaviour: Behaviour
    batch_size: int
    waiting: deque[Record] = field(default_factory=deque)
    retries: int = 0
    """How often the first batch was retried."""
    retry_at: float = 0.0
    limit: int = 0
    """The size of the next batch while a failing one is being split. 0 means no limit."""

    def add(self, records: Iterable[Record]) -> None:
        """Append newer records."""
        self.waiting.extend(records)

    def ready(self, now: float) -> bool:
        """Return whether there is a batch to try now."""
        return bool(self.waiting) and self.retry_at <= now

    def batch(self, size: int) -> list[Record]:
        """Return the next batch, of up to `size` records. A retry returns the same batch."""
        size = min(size, self.limit or size, len(self.waiting))
        return [self.waiting[i] for i in range(size)]

    def succeeded(self, count: int) -> None:
        """Remove the first `count` records, which were handled. The batch size grows again."""
        self._drop(count)
        self.limit = min(self.limit * 2, self.batch_size)

    def failed(self, batch: list[Record], failed: set[str]) -> list[Record]:
        """Remove the records before the first failed one, and prepare the retry of the rest.

        Returns the records that are given up, none until the retries are used up.
        """
        done = next(i for i, record in enumerate(batch) if sequence(record) in failed)
        if done:
            # Lambda splits the batch at the failed record, without counting a retry.
            self._drop(done)
            self.limit = len(batch) - done
            return []
        if self.behaviour.bisect_on_error and len(batch) > 1:
            self.limit = (len(batch) + 1) // 2
            return []
        if self.retries == self.behaviour.max_retries:
            self._drop(len(batch))
            return batch
        self.limit = len(batch)
        self._back_off()
        return []

    def _drop(self, count: int) -> None:
        for _ in range(count):
            self.waiting.popleft()
        self.retries = 0
        self.retry_at = 0.0

    def _back_off(self) -> None:
        wait = min(FIRST_BACKOFF_SECONDS * 2**self.retries, LAST_BACKOFF_SECONDS)
        self.retries += 1
        self.retry_at = time.monotonic() + wait
