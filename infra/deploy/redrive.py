"""Redrives dead letters without losing any.

Dead letters of a queue are moved back to it. A message in `stream-dead` holds only the position of
a failed batch. Its records are read from the stream again and given to their function; the message
is deleted after the function has handled all of them.
"""

import json
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

from infra.deploy.console import WrongValueError, say
from infra.deploy.context import Context
from infra.operations import read_dead_letter_queues
from infra.redrive import RECEIVE_LIMIT, WAIT_SECONDS
from infra.redrive import redrive as move_back

STREAM_FAILURES = "stream-dead"
LOOKING_SECONDS = 60
"""The visibility timeout of a position while its batch runs again."""
MOST_EMPTY_PAGES = 100
"""Empty pages after which a shard counts as read. DynamoDB also returns some between records, and
an open shard never ends."""


def redrive(context: Context, only: str | None) -> None:
    """Redrive all dead-letter queues, or the one of the queue `only`, named without prefix."""
    queues = read_dead_letter_queues()
    if only is not None and f"{only}-dead" not in queues:
        names = ", ".join(name.removesuffix("-dead") for name in queues)
        raise WrongValueError(f"QUEUE={only} does not exist; the queues are {names}")
    for queue in queues if only is None else [f"{only}-dead"]:
        count = depth(context, queue)
        if count == 0:
            say(f"{queue}: empty")
        elif queue == STREAM_FAILURES:
            say(f"{queue}: {_redrive_positions(context)} of {count} batches run again")
        else:
            say(f"{queue}: {_move(context, queue)} messages moved back")


def depth(context: Context, queue: str) -> int:
    """Return the approximate number of messages in a queue."""
    sqs = context.client("sqs")
    found = sqs.get_queue_attributes(
        QueueUrl=_url(context, queue), AttributeNames=["ApproximateNumberOfMessages"]
    )
    return int(found["Attributes"]["ApproximateNumberOfMessages"])


def _url(context: Context, queue: str) -> str:
    found = context.client("sqs").get_queue_url(QueueName=f"{context.prefix}-{queue}")
    return str(found["QueueUrl"])


def _move(context: Context, queue: str) -> int:
    urls = [_url(context, name) for name in (queue, queue.removesuffix("-dead"))]
    return move_back(context.client("sqs"), *urls)


def _redrive_positions(context: Context) -> int:
    sqs, url = context.client("sqs"), _url(context, STREAM_FAILURES)
    done, seen = 0, set[str]()
    while True:
        received = sqs.receive_message(
            QueueUrl=url,
            MaxNumberOfMessages=RECEIVE_LIMIT,
            VisibilityTimeout=LOOKING_SECONDS,
            WaitTimeSeconds=WAIT_SECONDS,
        ).get("Messages", [])
        # A batch that fails again becomes visible again: each is tried once, so that this ends.
        fresh = [message for message in received if message["MessageId"] not in seen]
        if not fresh:
            return done
        for message in fresh:
            seen.add(message["MessageId"])
            if _run_again(context, json.loads(message["Body"])):
                sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
                done += 1


def _run_again(context: Context, failure: dict[str, Any]) -> bool:
    """Invoke the function with a failed batch again. Returns whether it handled all records."""
    batch = failure["DDBStreamBatchInfo"]
    name = failure["requestContext"]["functionArn"].split(":function:")[1].partition(":")[0]
    records = list(_records(context, batch))
    # The function could succeed on a part of the batch; deleting the position would lose the rest.
    end = batch["endSequenceNumber"]
    if not records or int(records[-1]["dynamodb"]["SequenceNumber"]) != int(end):
        say(
            f"      {name}: records from {batch['startSequenceNumber']} on are missing: a stream "
            "keeps them for 24 hours; see docs/operations.md, dead-letters-stream"
        )
        return False
    answer = context.client("lambda").invoke(
        FunctionName=name, Payload=json.dumps({"Records": records}).encode()
    )
    result = json.loads(answer["Payload"].read() or b"null") or {}
    failed = "FunctionError" in answer or result.get("batchItemFailures")
    if failed:
        say(f"      {name} failed again from {batch['startSequenceNumber']} on: see its log")
    return not failed


def _records(context: Context, batch: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield the batch's records as Lambda passes them on, without those that have expired."""
    first, last = int(batch["startSequenceNumber"]), int(batch["endSequenceNumber"])
    streams = context.client("dynamodbstreams")
    gone = (
        streams.exceptions.TrimmedDataAccessException,
        streams.exceptions.ResourceNotFoundException,
    )
    with suppress(*gone):
        for record in _shard_from(streams, batch):
            number = int(record["dynamodb"]["SequenceNumber"])
            if first <= number <= last:
                yield _as_event(record, batch["streamArn"])
            if number >= last:
                return


def _shard_from(streams: Any, batch: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield the records of the batch's shard from the batch's first record on."""
    iterator = streams.get_shard_iterator(
        StreamArn=batch["streamArn"],
        ShardId=batch["shardId"],
        ShardIteratorType="AT_SEQUENCE_NUMBER",
        SequenceNumber=batch["startSequenceNumber"],
    )["ShardIterator"]
    empty = 0
    while iterator and empty < MOST_EMPTY_PAGES:
        page = streams.get_records(ShardIterator=iterator)
        yield from page["Records"]
        empty = 0 if page["Records"] else empty + 1
        iterator = page.get("NextShardIterator")


def _as_event(record: dict[str, Any], stream: str) -> dict[str, Any]:
    change = dict(record["dynamodb"])
    created = change.pop("ApproximateCreationDateTime", None)
    if created is not None:
        change["ApproximateCreationDateTime"] = created.timestamp()
    return {**record, "dynamodb": change, "eventSourceARN": stream}
