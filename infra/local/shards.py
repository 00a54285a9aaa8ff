"""One shard of a stream: its records in order, and how far its function has come."""

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
"""A stream's record, as Lambda spells it."""


def sequence(record: Record) -> str:
    """A record's position in its shard."""
    return str(record["dynamodb"]["SequenceNumber"])


def shard_of(key: dict[str, Any], shards: int) -> int:
    """The shard that a partition key always falls in: `{"S": "01…"}` to 0..shards-1."""
    digest = sha256(repr(sorted(key.items())).encode()).digest()
    return int.from_bytes(digest[:8], "big") % shards


@dataclass
class Shard:
    """Records yet to be handled, oldest first. A failing one holds up those behind it."""

    shard_id: str
    behaviour: Behaviour
    batch_size: int
    waiting: deque[Record] = field(default_factory=deque)
    retries: int = 0
    """How often the batch at the head was tried again."""
    retry_at: float = 0.0
    limit: int = 0
    """How many records the next try may take, while a failing batch is cut; 0 is no limit."""

    def add(self, records: Iterable[Record]) -> None:
        """Append newer records."""
        self.waiting.extend(records)

    def ready(self, now: float) -> bool:
        """Whether there is a batch to try now."""
        return bool(self.waiting) and self.retry_at <= now

    def batch(self, size: int) -> list[Record]:
        """The next batch, of up to `size` records; the same again while it is retried."""
        size = min(size, self.limit or size, len(self.waiting))
        return [self.waiting[i] for i in range(size)]

    def succeeded(self, count: int) -> None:
        """The first `count` records are done. A cut batch grows again."""
        self._drop(count)
        self.limit = min(self.limit * 2, self.batch_size)

    def failed(self, batch: list[Record], failed: set[str]) -> list[Record]:
        """The batch failed from its first failed record on; what went before is done.

        Gives the records that are given up, which is none until the retries are used up.
        """
        done = next(i for i, record in enumerate(batch) if sequence(record) in failed)
        if done:
            # Lambda cuts the batch at the failed record; that is no retry.
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
