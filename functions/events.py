"""What the event handlers share: records in, one call each, and the failed ones named to Lambda.

Every delivery is at least once. A record that fails is logged with its traceback and handed back
as a batch item failure, so Lambda brings that record again and not its neighbours.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import cache
from typing import Any, TypeVar

import msgspec
from chalice.app import DynamoDBEvent, SQSEvent

from functions.aws import client
from functions.backoff import attempts
from functions.config import settings
from functions.log import log
from functions.tables import batched

Message = TypeVar("Message")
Image = Mapping[str, Any]
"""A row as a stream writes it: `{"post_id": {"S": "01…"}}`."""
Failures = Mapping[str, Any]
"""Lambda's partial batch response: `{"batchItemFailures": [{"itemIdentifier": …}]}`."""

SEND_BATCH_LIMIT = 10  # messages; SQS SendMessageBatch
SEND_ATTEMPTS = 5
CHANGES_AT_ONCE = 16
"""Changes of one batch in flight: at a few milliseconds each, some thousand a second."""


class Change(msgspec.Struct, frozen=True):
    """One change of a row. `old` is None for a new row, `new` for a deleted one; `at` is when it
    was made, to about a second, and the same however often it is delivered."""

    old: Image | None
    new: Image | None
    at: datetime


def each_message(event: SQSEvent, kind: Any, handle: Callable[[Any, int], None]) -> Failures:
    """Hand each message of an SQS batch, decoded as `kind`, to `handle`, and which try this is,
    counted from 1."""

    def record_handler(record: Any) -> None:
        attempt = int(record.attributes.approximate_receive_count)
        told: dict[str, Any] = {"source": record.event_source_arn, "record": record.message_id}
        told["attempt"] = attempt
        with _shown(told):
            message = msgspec.json.decode(record.body, type=kind)
            told["correlation_id"] = getattr(message, "correlation_id", None)
            handle(message, attempt)

    return _process("SQS", event.to_dict(), record_handler)


def each_change(event: DynamoDBEvent, handle: Callable[[Change], None]) -> Failures:
    """Hand each change of a table's stream to `handle`, in order."""

    def record_handler(record: Any) -> None:
        raw = record.raw_event["dynamodb"]
        with _shown(_place(record.event_source_arn, raw)):
            handle(_change(raw))

    return _process("DynamoDBStreams", event.to_dict(), record_handler)


def changes_at_once(event: DynamoDBEvent, handle: Callable[[Change], None]) -> Failures:
    """Hand the changes of a table's stream to `handle`, several at once and in no order: for what
    depends on none, where one after the other would not keep up with a busy shard."""
    batch = event.to_dict()
    with ThreadPoolExecutor(CHANGES_AT_ONCE) as pool:
        raw = [record["dynamodb"] for record in batch["Records"]]
        begun = {one["SequenceNumber"]: pool.submit(handle, _change(one)) for one in raw}

        def record_handler(record: Any) -> None:
            one = record.raw_event["dynamodb"]
            with _shown(_place(record.event_source_arn, one)):
                begun[one["SequenceNumber"]].result()

        return _process("DynamoDBStreams", batch, record_handler)


def _change(raw: Mapping[str, Any]) -> Change:
    at = datetime.fromtimestamp(raw["ApproximateCreationDateTime"], UTC)
    return Change(raw.get("OldImage"), raw.get("NewImage"), at)


def _place(source: str, raw: Mapping[str, Any]) -> dict[str, Any]:
    """Where a change is found again, and what it followed from, if its row knows."""
    image: Image = raw.get("NewImage") or raw.get("OldImage") or {}
    followed = image.get("correlation_id", {}).get("S")
    return {"source": source, "record": raw["SequenceNumber"], "correlation_id": followed}


@contextmanager
def _shown(told: Mapping[str, Any]) -> Iterator[None]:
    """Log what escapes from the block, with what is told by then, and let it go on to mark the
    record as failed."""
    try:
        yield
    except Exception:
        log.exception("record failed", **told)
        raise


def _process(source: str, event: dict[str, Any], record_handler: Callable[..., None]) -> Failures:
    # Imported where it is used: the API function registers these handlers too, and never runs one.
    from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType
    from aws_lambda_powertools.utilities.batch import process_partial_response as process

    processor = BatchProcessor(EventType[source], raise_on_entire_batch_failure=False)
    return process(event, record_handler, processor)


@cache
def queue_url(name: str) -> str:
    """Where a queue is; asked once a process."""
    found = client("sqs").get_queue_url(QueueName=settings().queue(name))
    return str(found["QueueUrl"])


def send(queue: str, messages: Iterable[msgspec.Struct], delay_seconds: int = 0) -> None:
    """Send messages to a queue, as `send_each` does."""
    send_each(queue, ((message, delay_seconds) for message in messages))


def send_each(queue: str, delayed: Iterable[tuple[msgspec.Struct, int]]) -> None:
    """Send messages to a queue, ten a call, each to be seen after so many seconds.

    Raises when any message could not be sent after retries: the caller's own event is then brought
    again, and sends them all once more.
    """
    for batch in batched(delayed, SEND_BATCH_LIMIT):
        entries = [
            {
                "Id": str(i),
                "MessageBody": msgspec.json.encode(message).decode(),
                **({"DelaySeconds": seconds} if seconds else {}),
            }
            for i, (message, seconds) in enumerate(batch)
        ]
        _send_batch(queue, entries)


def route(routed: Iterable[tuple[str, msgspec.Struct]]) -> None:
    """Send each message to its queue, and tell so."""
    for queue, message in routed:
        send(queue, [message])
        log.info("routed", queue=queue, correlation_id=getattr(message, "correlation_id", None))


def _send_batch(queue: str, entries: list[dict[str, Any]]) -> None:
    for _ in attempts(SEND_ATTEMPTS):
        answer = client("sqs").send_message_batch(QueueUrl=queue_url(queue), Entries=entries)
        failed = {failure["Id"] for failure in answer.get("Failed", [])}
        entries = [entry for entry in entries if entry["Id"] in failed]
        if not entries:
            return
    raise RuntimeError(f"{len(entries)} messages could not be sent to {queue}")
