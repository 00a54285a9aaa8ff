"""The next step for a queue message that failed: it comes again after a pause, or is parked.

Lambda shows a failed message again when the queue's visibility timeout ends. That is six times the
function's time limit, so that a throttled message is not taken twice: minutes, while most failures
pass within seconds. So a failed try sets a time of its own.
"""

import random
from collections.abc import Callable

import msgspec

from functions.aws.clients import client
from functions.aws.sending import queue_url
from functions.config import settings
from functions.observability import log

FIRST_PAUSE = 5  # seconds
MOST_RECEIVES = 20
"""Receives after which a message is parked whose tries are not counted, as by the other queues'
maxReceiveCount, in a queue whose own is higher."""
LONGEST_PAUSE = 180
"""The shortest visibility timeout of a queue. With twenty receives (infra/resources.yaml) a message
that always fails is tried for about forty minutes before it is a dead letter."""


class Parked(Exception):
    """Raised by a handler whose message would not succeed by further tries. The message goes to the
    dead letters at once, from where a redrive brings it back."""


class Try(msgspec.Struct, frozen=True):
    """One delivery of a message.

    `message_id` stays the same until a redrive sends the message anew. `received` counts the
    deliveries from 1. Those that Lambda throttled before the handler saw them count, too, so it
    says little about how often the work was tried.
    """

    message_id: str
    received: int


def pause_after(received: int, draw: Callable[[float, float], float] = random.uniform) -> int:
    """Return the seconds until a message that failed comes again. They double with each receive up
    to the longest pause. The second half is random, so that messages that failed together do not
    come together."""
    bound = min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** min(received - 1, 16))
    return round(draw(bound / 2, bound))


def come_again(source_arn: str, receipt: str, received: int) -> None:
    """Let a message that failed come again after a pause. If SQS refuses, it comes when its
    visibility timeout ends."""
    try:
        client("sqs").change_message_visibility(
            QueueUrl=queue_url(_name(source_arn)),
            ReceiptHandle=receipt,
            VisibilityTimeout=pause_after(received),
        )
    except Exception:
        log.warning("a failed message keeps its visibility timeout", source=source_arn)


def park(source_arn: str, body: str) -> None:
    """Send a message to its queue's dead letters. The caller then counts it as done."""
    dead = f"{_name(source_arn)}-dead"
    client("sqs").send_message(QueueUrl=queue_url(dead), MessageBody=body)


def _name(source_arn: str) -> str:
    return source_arn.rpartition(":")[2].removeprefix(settings().queue(""))
