"""Counts a batch of a stream as Lambda hands it over."""

from collections.abc import Mapping
from typing import Any

from functions.counters.domain import Kind, record_of, shard_key
from functions.counters.service import Counter


def count_batch(counter: Counter, kind: Kind, batch: Mapping[str, Any]) -> list[str]:
    """Count a batch. Return the sequence numbers of the records that must come again.

    The shard's id is in the batch only because the event source has a tumbling window. The window's
    state is not used, and its last batch has no records.
    """
    raw = batch["Records"]
    if not raw:
        return []
    shard = shard_key(kind, raw[0]["eventSourceARN"], batch["shardId"])
    records = [record_of(kind, one) for one in raw]
    failed = {*counter.count(kind, shard, records)}
    return [
        one["dynamodb"]["SequenceNumber"]
        for one, record in zip(raw, records, strict=True)
        if record.sequence in failed
    ]
