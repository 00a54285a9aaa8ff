"""Brings back what failed for good, and loses none of it.

A queue's dead letters go back to where they came from. What lies in `stream-dead` is no work but a
position: its records are read from the stream again and given to their function, and the position
is deleted only after the function has taken all of them.
"""

import json
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

from infra.deploy.console import FailedError, say
from infra.deploy.context import Context
from infra.operations import read_dead_letter_queues
from infra.redrive import RECEIVE_LIMIT, WAIT_SECONDS
from infra.redrive import redrive as move_back

STREAM_FAILURES = "stream-dead"
LOOKING_SECONDS = 60
"""How long a position is hidden from others while it is worked on."""
MOST_EMPTY_PAGES = 100
"""A stream answers empty pages between records, and for ever after the last of an open shard."""


def redrive(context: Context, only: str | None) -> None:
    """Redrive all dead-letter queues of a stage, or one by its name without prefix and `-dead`."""
    queues = read_dead_letter_queues()
    if only is not None and f"{only}-dead" not in queues:
        raise FailedError(f"there is no dead-letter queue {only}-dead among {queues}")
    for queue in queues if only is None else [f"{only}-dead"]:
        count = depth(context, queue)
        if count == 0:
            say(f"{queue}: empty")
        elif queue == STREAM_FAILURES:
            say(f"{queue}: {_redrive_positions(context)} of {count} batches run again")
        else:
            say(f"{queue}: {_move(context, queue)} messages moved back")


def depth(context: Context, queue: str) -> int:
    """How many messages are in a queue, about."""
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
            WaitTimeSeconds=WAIT_SECONDS,  # an empty answer without it says nothing
        ).get("Messages", [])
        fresh = [message for message in received if message["MessageId"] not in seen]
        if not fresh:
            return done
        for message in fresh:
            seen.add(message["MessageId"])
            if _run_again(context, json.loads(message["Body"])):
                sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
                done += 1


def _run_again(context: Context, failure: dict[str, Any]) -> bool:
    """Give a batch to its function again. Whether it took all of it."""
    batch = failure["DDBStreamBatchInfo"]
    name = failure["requestContext"]["functionArn"].split(":function:")[1].partition(":")[0]
    records = list(_records(context, batch))
    # A part of them would do for the function, and the position would go with the rest.
    end = batch["endSequenceNumber"]
    if not records or int(records[-1]["dynamodb"]["SequenceNumber"]) != int(end):
        say(
            f"      {name}: the records from {batch['startSequenceNumber']} on are not all there, "
            "for they live 24 hours; see docs/operations.md, dead-letters-stream"
        )
        return False
    answer = context.client("lambda").invoke(
        FunctionName=name, Payload=json.dumps({"Records": records}).encode()
    )
    result = json.loads(answer["Payload"].read() or b"null") or {}
    failed = "FunctionError" in answer or result.get("batchItemFailures")
    if failed:
        say(f"      {name} failed again from {batch['startSequenceNumber']}: see its log")
    return not failed


def _records(context: Context, batch: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The batch's records, as Lambda hands them on; fewer where the stream has lost some."""
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
    """The records of the batch's shard, from its first on."""
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
