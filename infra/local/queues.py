"""Polls a queue as Lambda does: deletes the messages that succeeded and leaves the failed ones."""

import json
import threading
import time
from contextlib import suppress
from typing import Any

from infra.local.event_sources import Behaviour
from infra.local.faults import Faults
from infra.local.invoke import Function, Outcome, failed_items
from infra.local.wakeup import Wakeup
from infra.local.wire import REGION, Wire

RECEIVE_LIMIT = 10  # messages; SQS ReceiveMessage
LANES = 2
"""Batches of one queue at a time. Lambda runs many more."""

CLOCK_MARGIN_SECONDS = 0.02
"""A message becomes visible shortly after its time."""

Message = dict[str, Any]


class QueueSource:
    """A queue and its function.

    A failed message is delivered again when its visibility timeout ends, until the queue's redrive
    policy moves it to the dead letters.
    """

    lanes = LANES

    def __init__(
        self,
        function: Function,
        *,
        url: str,
        batch_size: int,
        window_seconds: float,
        behaviour: Behaviour,
        faults: Faults,
        sqs: Any,
        wire: Wire,
    ) -> None:
        self.function = function
        self.wakeup = Wakeup()
        self._batch_size = batch_size
        self._window_seconds = window_seconds
        self._reports = behaviour.report_batch_item_failures
        self._faults = faults
        self._sqs = sqs
        self._wire = wire
        self._url = url
        attributes = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
        self._arn = attributes["QueueArn"]
        self._visibility = float(attributes["VisibilityTimeout"])
        self._delay = float(attributes["DelaySeconds"])
        self._held: list[Message] = []
        self._holding = threading.Lock()

    @property
    def arn(self) -> str:
        """The queue's ARN."""
        return str(self._arn)

    def notify(self, delay: float) -> None:
        """Expect a message that becomes visible after `delay` seconds."""
        delay = delay or self._delay
        self.wakeup.schedule(delay + CLOCK_MARGIN_SECONDS if delay else 0.0)

    def step(self, patient: bool) -> None:
        """Deliver one batch if there is one. With `patient`, wait for the batching window."""
        batch = self._next_batch()
        if patient and batch and self._window_seconds and len(batch) < self._batch_size:
            time.sleep(self._window_seconds)  # Lambda's batching window is a wait by definition
            batch += self._receive(self._batch_size - len(batch))
        if not batch:
            return
        self.wakeup.schedule()  # there may be more messages, which another lane can take
        self._deliver(batch)

    def _deliver(self, batch: list[Message]) -> None:
        ids = [message["MessageId"] for message in batch]

        def failures(outcome: Outcome) -> set[str]:
            return failed_items(outcome, ids, self._reports)

        event = {"Records": [self._record(message) for message in batch]}
        _, failed = self.function.invoke(event, failures)
        self._delete([message for message in batch if message["MessageId"] not in failed])
        if failed:
            self.wakeup.schedule(self._visibility + CLOCK_MARGIN_SECONDS)

    def _record(self, message: Message) -> dict[str, Any]:
        attributes = message.get("MessageAttributes", {})
        return {
            "messageId": message["MessageId"],
            "receiptHandle": message["ReceiptHandle"],
            "body": message["Body"],
            "attributes": message.get("Attributes", {}),
            "messageAttributes": {key: _attribute(value) for key, value in attributes.items()},
            "md5OfBody": message["MD5OfBody"],
            "eventSource": "aws:sqs",
            "eventSourceARN": self._arn,
            "awsRegion": REGION,
        }

    def _next_batch(self) -> list[Message]:
        if not self._faults.reorders:
            return self._receive(self._batch_size)
        with self._holding:
            while more := self._receive(RECEIVE_LIMIT):
                self._held += more
            self._faults.order(self._held)
            if self._held and self._faults.delays():
                self.wakeup.schedule()
                return []
            size = self._faults.cut(min(self._batch_size, len(self._held)))
            batch, self._held = self._held[:size], self._held[size:]
            return batch

    def _receive(self, size: int) -> list[Message]:
        batch: list[Message] = []
        while len(batch) < size:
            received = self._sqs.receive_message(
                QueueUrl=self._url,
                MaxNumberOfMessages=min(size - len(batch), RECEIVE_LIMIT),
                MessageSystemAttributeNames=["All"],
                MessageAttributeNames=["All"],
            ).get("Messages", [])
            if not received:
                break
            batch += received
        return batch

    def _delete(self, done: list[Message]) -> None:
        for message in done:
            # Only a first delivery is repeated: repeats count as failures for the redrive policy.
            first = message["Attributes"]["ApproximateReceiveCount"] == "1"
            if first and self._faults.delivers_twice():
                self._change_visibility(message)
                continue
            self._sqs.delete_message(QueueUrl=self._url, ReceiptHandle=message["ReceiptHandle"])

    def _change_visibility(self, message: Message) -> None:
        # The message may have come a second time meanwhile, and been deleted by that receipt.
        with suppress(self._sqs.exceptions.ReceiptHandleIsInvalid):
            self._sqs.change_message_visibility(
                QueueUrl=self._url, ReceiptHandle=message["ReceiptHandle"], VisibilityTimeout=0
            )

    def advance(self) -> bool:
        """Make every waiting message visible. Returns whether there was one."""
        with self._wire.lock:
            waiting = [message for message in self._there() if not _seen(message)]
            for message in waiting:
                message.delayed_until = message.visible_at = 0.0
        if waiting:
            self.wakeup.schedule()
        return bool(waiting)

    def elapse(self, seconds: float) -> None:
        """Reduce the remaining delay of delayed messages by `seconds`."""
        with self._wire.lock:
            for message in self._there():
                message.delayed_until -= seconds * 1000
        self.wakeup.schedule()

    def empty(self) -> bool:
        """Return whether the queue has no messages, visible or not."""
        return not self._held and not self._there()

    def _there(self) -> list[Any]:
        """Return moto's own message objects, which hold the times."""
        from moto.sqs.models import sqs_backends

        name, account = self._url.rpartition("/")[2], self._arn.split(":")[4]
        return list(sqs_backends[account][REGION].queues[name]._messages)  # noqa: SLF001


def _seen(message: Any) -> bool:
    return bool(message.visible and not message.delayed)


def _attribute(value: dict[str, Any]) -> dict[str, Any]:
    """Convert a message attribute to Lambda's form: `{"stringValue": …, "dataType": …}`."""
    lowered = {key[0].lower() + key[1:]: inner for key, inner in value.items()}
    return {"stringListValues": [], "binaryListValues": [], **lowered}


def send(sqs: Any, url: str, body: dict[str, Any]) -> None:
    """Send one JSON message."""
    sqs.send_message(QueueUrl=url, MessageBody=json.dumps(body))
