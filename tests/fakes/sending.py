"""A record of the messages that are sent to queues."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from functions.aws.sending import Outgoing
from functions.queues import CARRIED, Queue


@dataclass(frozen=True)
class Sent:
    """One message."""

    queue: Queue
    message: Any
    delay_seconds: int = 0


@dataclass
class Outbox:
    """A fake of `functions.aws.sending.send`, and of `send_together`."""

    sent: list[Sent] = field(default_factory=list)

    def __call__(self, queue: Queue, messages: Iterable[Any], delay_seconds: int = 0) -> None:
        self.together({queue: [Outgoing(message, delay_seconds) for message in messages]})

    def together(self, messages: Mapping[Queue, Sequence[Outgoing]]) -> dict[str, set[int]]:
        """Record the messages of several queues. None fails."""
        for queue, outgoing in messages.items():
            for one in outgoing:
                kind = type(one.message)
                assert kind in CARRIED[queue], f"{queue} carries no {kind}"
                self.sent.append(Sent(queue, one.message, one.delay_seconds))
        return {}

    def to(self, queue: Queue) -> list[Any]:
        """Return the messages of a queue, in the order they were sent."""
        return [sent.message for sent in self.sent if sent.queue == queue]
