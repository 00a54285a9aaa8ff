"""What is sent to queues, recorded."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Sent:
    """One message."""

    queue: str
    message: Any
    delay_seconds: int = 0


@dataclass
class Outbox:
    """The stand-in of `functions.events.send`."""

    sent: list[Sent] = field(default_factory=list)

    def __call__(self, queue: str, messages: Iterable[Any], delay_seconds: int = 0) -> None:
        self.sent.extend(Sent(queue, message, delay_seconds) for message in messages)

    def each(self, queue: str, delayed: Iterable[tuple[Any, int]]) -> None:
        """The stand-in of `functions.events.send_each`."""
        self.sent.extend(Sent(queue, message, seconds) for message, seconds in delayed)

    def to(self, queue: str) -> list[Any]:
        """The messages of a queue, in the order in which they were sent."""
        return [sent.message for sent in self.sent if sent.queue == queue]
