"""Shared code of the event handlers: call a handler for each record, and report the failed ones to
Lambda.

Every delivery is at least once. A record that fails is logged with its traceback and returned as a
batch item failure, so Lambda brings that record again but not its neighbours.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from typing import Any, TypeVar

import msgspec
from chalice.app import DynamoDBEvent, SQSEvent

from functions.aws.redelivery import MOST_RECEIVES, Parked, Try, come_again, park
from functions.aws.tables import Image
from functions.observability import log

Decision = TypeVar("Decision")
Failures = Mapping[str, Any]
"""Lambda's partial batch response: `{"batchItemFailures": [{"itemIdentifier": …}]}`."""

CHANGES_AT_ONCE = 16
"""Changes of one batch in flight. At a few milliseconds each, that is some thousand a second."""


class Change(msgspec.Struct, frozen=True):
    """One change of a row. `old` is None for a new row, `new` for a deleted one. `at` is when it
    was made, to about a second, and is the same however often it is delivered."""

    old: Image | None
    new: Image | None
    at: datetime


def each_message(event: SQSEvent, kind: Any, handle: Callable[[Any, Try], None]) -> Failures:
    """Pass each message of an SQS batch to `handle`, decoded as `kind`. A message that fails comes
    again after a pause. If `handle` raises Parked, it goes to the dead letters at once."""

    def record_handler(record: Any) -> None:
        source, received = record.event_source_arn, int(record.attributes.approximate_receive_count)
        told: dict[str, Any] = {"source": source, "record": record.message_id, "attempt": received}
        try:
            with _shown(told):
                message = _decoded(record.body, kind, received)
                told["correlation_id"] = getattr(message, "correlation_id", None)
                handle(message, Try(record.message_id, received))
        except Parked:
            park(source, record.body)
        except Exception:
            come_again(source, record.receipt_handle, received)
            raise

    return _process("SQS", event.to_dict(), record_handler)


def _decoded(body: str, kind: Any, received: int) -> Any:
    """Decode a message. One that cannot be decoded may come from a newer release, so it is parked
    only after many receives."""
    try:
        return msgspec.json.decode(body, type=kind)
    except msgspec.DecodeError as error:
        if received > MOST_RECEIVES:
            raise Parked("the message cannot be read") from error
        raise


def decided(
    event: DynamoDBEvent, decide: Callable[[Change], Decision]
) -> tuple[list[tuple[str, Decision]], set[str]]:
    """Return what `decide` returns for each change of a table's stream, by the change's position,
    and the positions of those for which it raised."""
    found: list[tuple[str, Decision]] = []
    failed: set[str] = set()
    for record in event.to_dict()["Records"]:
        raw = record["dynamodb"]
        position = str(raw["SequenceNumber"])
        try:
            with _shown(_place(record["eventSourceARN"], raw)):
                found.append((position, decide(_change(raw))))
        except Exception:
            failed.add(position)
    return found, failed


def failures(failed: Iterable[str]) -> Failures:
    """Return the answer to a batch of which these records failed."""
    return {"batchItemFailures": [{"itemIdentifier": one} for one in sorted(failed)]}


def attempt_each(event: DynamoDBEvent, handle: Callable[[Change], None], seconds: float) -> None:
    """Pass the changes of a table's stream to `handle`, several at once and in no order. Use it for
    work that deserves one attempt and not more.

    A change that fails is logged and does not come again. After this many seconds it starts no more
    changes and waits for none.
    """
    records = event.to_dict()["Records"]
    pool = ThreadPoolExecutor(CHANGES_AT_ONCE)
    begun = {pool.submit(lambda one: handle(_change(one["dynamodb"])), one): one for one in records}
    done, late = wait(begun, timeout=seconds)
    pool.shutdown(wait=False, cancel_futures=True)
    for future in done:
        one = begun[future]
        with suppress(Exception), _shown(_place(one["eventSourceARN"], one["dynamodb"])):
            future.result()
    if late:
        log.warning("changes were not attempted in time", changes=len(late), of=len(records))


def window(failed: Iterable[str]) -> Failures:
    """Return the answer to a batch within a tumbling window. The window's state is not used."""
    return {"state": {}, **failures(failed)}


def _change(raw: Mapping[str, Any]) -> Change:
    at = datetime.fromtimestamp(raw["ApproximateCreationDateTime"], UTC)
    return Change(raw.get("OldImage"), raw.get("NewImage"), at)


def _place(source: str, raw: Mapping[str, Any]) -> dict[str, Any]:
    """Return where to find a change again, and the correlation id of its row, if it has one."""
    image: Image = raw.get("NewImage") or raw.get("OldImage") or {}
    followed = image.get("correlation_id", {}).get("S")
    return {"source": source, "record": raw["SequenceNumber"], "correlation_id": followed}


@contextmanager
def _shown(told: Mapping[str, Any]) -> Iterator[None]:
    """Log an exception with the fields collected so far, then re-raise it so that the record is
    reported as failed."""
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
