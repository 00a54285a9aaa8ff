"""Adds tumbling windows to a stream's events, as Lambda does.

https://docs.aws.amazon.com/lambda/latest/dg/services-ddb-windows.html
"""

import time
from typing import Any

from infra.local.shards import Record


class Windows:
    """The open window of each shard and the state that its function returned."""

    def __init__(self, seconds: int) -> None:
        self._seconds = seconds
        self._open: dict[str, float] = {}
        self._state: dict[str, Any] = {}

    def cut(self, shard_id: str, batch: list[Record]) -> tuple[list[Record], bool]:
        """Return the records in the first record's window, and whether an older one must close."""
        if not self._seconds:
            return batch, False
        start = self._start(batch[0])
        inside = [record for record in batch if self._start(record) == start]
        return inside, self._open.get(shard_id, start) != start

    def fields(self, shard_id: str, batch: list[Record], arn: str) -> dict[str, Any]:
        """Open the batch's window. Returns the fields that its event has besides the records."""
        if not self._seconds:
            return {}
        self._open[shard_id] = self._start(batch[0])
        return self._fields(shard_id, arn, is_final=False)

    def answered(self, shard_id: str, answer: Any) -> None:
        """Keep the state that the function returned."""
        if self._seconds and isinstance(answer, dict):
            self._state[shard_id] = answer.get("state") or {}

    def seconds_left(self, shard_id: str, now: float) -> float | None:
        """Return how long a shard's window stays open, or None if none is open."""
        start = self._open.get(shard_id)
        return None if start is None else max(0.0, start + self._seconds - now)

    def ended(self, shard_id: str, now: float) -> bool:
        """Return whether a shard's window is open although its time is over."""
        return self.seconds_left(shard_id, now) == 0.0

    def close(self, shard_id: str, arn: str) -> dict[str, Any] | None:
        """Close a shard's window. Returns its last event, or None if no window is open."""
        if shard_id not in self._open:
            return None
        event = {"Records": [], **self._fields(shard_id, arn, is_final=True)}
        del self._open[shard_id]
        self._state.pop(shard_id, None)
        return event

    def _fields(self, shard_id: str, arn: str, is_final: bool) -> dict[str, Any]:
        start = self._open[shard_id]
        return {
            "shardId": shard_id,
            "eventSourceARN": arn,
            "window": {"start": _utc(start), "end": _utc(start + self._seconds)},
            "state": self._state.get(shard_id, {}),
            "isFinalInvokeForWindow": is_final,
            "isWindowTerminatedEarly": False,
        }

    def _start(self, record: Record) -> float:
        created = float(record["dynamodb"]["ApproximateCreationDateTime"])
        return created // self._seconds * self._seconds


def _utc(timestamp: float) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(timestamp))
