"""Sends messages to queues: ten a call, several calls at once, and the refused ones again."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import Any

import msgspec

from functions.aws.backoff import attempts
from functions.aws.clients import client
from functions.aws.tables import batched
from functions.config import settings
from functions.observability import log

SEND_BATCH_LIMIT = 10  # messages; SQS SendMessageBatch
SEND_ATTEMPTS = 5
CALLS_AT_ONCE = 8
"""Calls in flight. At 10 ms each, that is 8,000 messages a second."""


class Outgoing(msgspec.Struct, frozen=True):
    """A message for a queue, and the delay in seconds before it can be received."""

    message: msgspec.Struct
    delay_seconds: int = 0


@cache
def queue_url(name: str) -> str:
    """Return a queue's URL. Asked for once a process."""
    found = client("sqs").get_queue_url(QueueName=settings().queue(name))
    return str(found["QueueUrl"])


Send = Callable[..., None]
"""The type of `send` and of its fake."""


def send(queue: str, messages: Iterable[msgspec.Struct], delay_seconds: int = 0) -> None:
    """Send messages to a queue, all with the same delay.

    Raises if any message could not be sent after retries. The caller's own event then comes again,
    and sends them all once more.
    """
    for batch in batched((Outgoing(one, delay_seconds) for one in messages), SEND_BATCH_LIMIT):
        if unsent := _unsent(queue, batch):
            raise RuntimeError(f"{len(unsent)} messages could not be sent to {queue}")


def send_together(messages: Mapping[str, Sequence[Outgoing]]) -> dict[str, set[int]]:
    """Send the messages of several queues, several calls at once and in no order. Return which of a
    queue's messages could not be sent, by their index."""
    calls = [
        (queue, batch)
        for queue, outgoing in messages.items()
        for batch in batched(enumerate(outgoing), SEND_BATCH_LIMIT)
    ]
    failed: dict[str, set[int]] = {}
    if not calls:
        return failed
    with ThreadPoolExecutor(min(CALLS_AT_ONCE, len(calls))) as pool:
        unsent = pool.map(lambda call: _tried(call[0], [one for _, one in call[1]]), calls)
        for (queue, batch), places in zip(calls, unsent, strict=True):
            failed.setdefault(queue, set()).update(batch[place][0] for place in places)
    return failed


def _tried(queue: str, batch: Sequence[Outgoing]) -> set[int]:
    try:
        return _unsent(queue, batch)
    except Exception:
        log.exception("messages could not be sent", queue=queue, messages=len(batch))
        return set(range(len(batch)))


def _unsent(queue: str, batch: Sequence[Outgoing]) -> set[int]:
    """Send up to ten messages. Return the places of those that SQS refused at every attempt."""
    entries = [_entry(str(place), one) for place, one in enumerate(batch)]
    for _ in attempts(SEND_ATTEMPTS):
        answer = client("sqs").send_message_batch(QueueUrl=queue_url(queue), Entries=entries)
        failed = {failure["Id"] for failure in answer.get("Failed", [])}
        entries = [entry for entry in entries if entry["Id"] in failed]
        if not entries:
            break
    return {int(entry["Id"]) for entry in entries}


def _entry(entry_id: str, one: Outgoing) -> dict[str, Any]:
    delay = {"DelaySeconds": one.delay_seconds} if one.delay_seconds else {}
    return {"Id": entry_id, "MessageBody": msgspec.json.encode(one.message).decode(), **delay}
