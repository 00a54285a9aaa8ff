"""Wakes an event source when there is something for it, now or at a time that is known."""

import heapq
import threading
import time


class Bell:
    """Rung by whoever changes something; waited on by whoever handles it. Nobody polls."""

    def __init__(self) -> None:
        self._rings: list[float] = []
        self._changed = threading.Condition()
        self._closed = False
        self.ring()

    def ring(self, delay: float = 0.0) -> None:
        """Something will be there `delay` seconds from now."""
        with self._changed:
            heapq.heappush(self._rings, time.monotonic() + delay)
            self._changed.notify()

    def take(self) -> bool:
        """Whether it has rung since it was last asked."""
        with self._changed:
            return self._take()

    def _take(self) -> bool:
        now = time.monotonic()
        rung = False
        while self._rings and self._rings[0] <= now:
            heapq.heappop(self._rings)
            rung = True
        return rung

    def wait(self) -> bool:
        """Wait until it rings. False when it was closed instead."""
        with self._changed:
            while not self._closed and not self._take():
                until = self._rings[0] - time.monotonic() if self._rings else None
                self._changed.wait(until)
            return not self._closed

    def close(self) -> None:
        """Let everybody go who waits."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()

    def open(self) -> None:
        """The inverse of `close`."""
        with self._changed:
            self._closed = False
        self.ring()
