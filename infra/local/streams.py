"""Reads a table's stream as Lambda does and passes its records on in order and in batches."""

import base64
import time
from collections.abc import Callable
from datetime import datetime
from typing import Any

from infra.local.event_sources import Behaviour
from infra.local.faults import Faults
from infra.local.invoke import Function, Outcome, failed_items, function_arn
from infra.local.shards import Record, Shard, sequence, shard_of
from infra.local.wakeup import Wakeup
from infra.local.windows import Windows
from infra.local.wire import REGION

READ_LIMIT = 1000  # records; DynamoDB Streams GetRecords

MAX_RETRIES_AT_ONCE = 100
"""Retries after which `settle` assumes that a function without a retry limit always fails."""

Undelivered = Callable[[dict[str, Any]], None]
"""Called with the position of a batch that failed permanently."""


class UnsettledError(RuntimeError):
    """The events do not come to an end."""


class StreamSource:
    """A table's stream and its function.

    moto's streams have one shard. It is split by partition key into `shards`, so that tests see the
    stream of a large table: ordered within a key, but not between keys.
    """

    lanes = 1  # one reader a shard, and in order

    def __init__(
        self,
        function: Function,
        *,
        arn: str,
        batch_size: int,
        behaviour: Behaviour,
        shards: int,
        faults: Faults,
        client: Any,
        undelivered: Undelivered | None,
    ) -> None:
        self.function = function
        self.arn = arn
        self.wakeup = Wakeup()
        self._batch_size = batch_size
        self._behaviour = behaviour
        self._faults = faults
        self._client = client
        self._undelivered = undelivered
        stream = client.describe_stream(StreamArn=arn)["StreamDescription"]
        self.table = str(stream["TableName"])
        self._hash_key = next(k["AttributeName"] for k in stream["KeySchema"]
                              if k["KeyType"] == "HASH")  # fmt: skip
        real = stream["Shards"][0]["ShardId"]
        self._shards = [
            Shard(real if shards == 1 else f"{real}-{number:03}", behaviour, batch_size)
            for number in range(shards)
        ]
        self._windows = Windows(behaviour.tumbling_window_seconds)
        self._iterator = client.get_shard_iterator(
            StreamArn=arn, ShardId=real, ShardIteratorType="TRIM_HORIZON"
        )["ShardIterator"]

    def notify(self, delay: float) -> None:
        """Expect records of a write to the table."""
        self.wakeup.schedule(delay)

    def step(self, patient: bool) -> None:
        """Read new records and deliver one batch per shard. With `patient`, retries wait."""
        self._read()
        shards = list(self._shards)
        self._faults.order(shards)
        for shard in shards:
            now = time.monotonic() if patient else float("inf")
            if shard.ready(now) and not self._faults.delays():
                self._deliver(shard)
        for shard in shards:
            if shard.waiting:
                wait = max(0.0, shard.retry_at - time.monotonic()) if patient else 0.0
                self.wakeup.schedule(wait)
            elif self._windows.ended(shard.shard_id, time.time()):
                self._close_window(shard)
            if not patient and shard.retries > MAX_RETRIES_AT_ONCE:
                raise UnsettledError(f"{self.function.name} fails for ever on {shard.batch(1)}")

    def advance(self) -> bool:
        """Close each open window. Returns whether any was open."""
        closed = [self._close_window(shard) for shard in self._shards]
        return any(closed)

    def _read(self) -> None:
        while True:
            answer = self._client.get_records(ShardIterator=self._iterator, Limit=READ_LIMIT)
            self._iterator = answer["NextShardIterator"]
            for raw in answer["Records"]:
                number = shard_of(raw["dynamodb"]["Keys"][self._hash_key], len(self._shards))
                self._shards[number].add([self._record(raw)])
            if len(answer["Records"]) < READ_LIMIT:
                return

    def _record(self, raw: dict[str, Any]) -> Record:
        change = dict(raw["dynamodb"])
        created: datetime = change["ApproximateCreationDateTime"]
        change["ApproximateCreationDateTime"] = created.timestamp()
        for part in {"Keys", "NewImage", "OldImage"} & change.keys():
            change[part] = _plain(change[part])
        identity = raw.get("userIdentity", {}).items()
        who = {key[0].lower() + key[1:]: value for key, value in identity}
        return {
            "eventID": raw["eventID"],
            "eventName": raw["eventName"],
            "eventVersion": "1.1",
            "eventSource": "aws:dynamodb",
            "awsRegion": REGION,
            "dynamodb": change,
            "eventSourceARN": self.arn,
            **({"userIdentity": who} if who else {}),
        }

    def _deliver(self, shard: Shard) -> None:
        batch = shard.batch(self._faults.cut(self._batch_size))
        batch, closing = self._windows.cut(shard.shard_id, batch)
        if closing:
            self._close_window(shard)
        event = {"Records": batch, **self._windows.fields(shard.shard_id, batch, self.arn)}
        outcome, failed = self._invoke(event, [sequence(record) for record in batch])
        if failed:
            given_up = shard.failed(batch, failed)
            if given_up and self._undelivered:
                self._undelivered(self._failure(shard.shard_id, given_up, outcome))
            return
        self._windows.answered(shard.shard_id, outcome.value)
        if (left := self._windows.seconds_left(shard.shard_id, time.time())) is not None:
            self.wakeup.schedule(left)
        # A worker that dies between its work and its checkpoint leaves the batch to be read again.
        if not self._faults.delivers_twice():
            shard.succeeded(len(batch))

    def _invoke(self, event: dict[str, Any], ids: list[str]) -> tuple[Outcome, set[str]]:
        reports = self._behaviour.report_batch_item_failures
        return self.function.invoke(event, lambda outcome: failed_items(outcome, ids, reports))

    def _close_window(self, shard: Shard) -> bool:
        """Invoke the function for the end of its tumbling window. Returns whether one was open."""
        event = self._windows.close(shard.shard_id, self.arn)
        if event is not None:
            self._invoke(event, [])
        return event is not None

    def _failure(self, shard_id: str, batch: list[Record], outcome: Outcome) -> dict[str, Any]:
        """Return the message that Lambda sends to an on-failure queue: positions, not records."""
        first, last = (batch[i]["dynamodb"]["ApproximateCreationDateTime"] for i in (0, -1))
        return {
            "requestContext": {
                "requestId": outcome.request_id,
                "functionArn": function_arn(self.function.name),
                "condition": "RetryAttemptsExhausted",
                "approximateInvokeCount": (self._behaviour.max_retries or 0) + 1,
            },
            "responseContext": {
                "statusCode": 200,
                "executedVersion": "$LATEST",
                "functionError": "Unhandled" if outcome.error else None,
            },
            "version": "1.0",
            "timestamp": _rfc3339(time.time()),
            "DDBStreamBatchInfo": {
                "shardId": shard_id,
                "startSequenceNumber": sequence(batch[0]),
                "endSequenceNumber": sequence(batch[-1]),
                "approximateArrivalOfFirstRecord": _rfc3339(first),
                "approximateArrivalOfLastRecord": _rfc3339(last),
                "batchSize": len(batch),
                "streamArn": self.arn,
            },
        }


def _plain(value: Any) -> Any:
    """Convert an image for JSON: bytes become base64, sets become lists."""
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    if isinstance(value, dict):
        return {key: _plain(inner) for key, inner in value.items()}
    return [_plain(inner) for inner in value] if isinstance(value, (list, set)) else value


def _rfc3339(timestamp: float) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(timestamp))
