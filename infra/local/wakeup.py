"""Wakes an event source when there is work for it, now or at a known time."""

import heapq
import threading
import time


class Wakeup:
    """A queue of due times that a thread can wait on, so that nothing polls."""

    def __init__(self) -> None:
        self._due: list[float] = []
        self._changed = threading.Condition()
        self._closed = False
        self.schedule()

    def schedule(self, delay: float = 0.0) -> None:
        """Wake the event source in `delay` seconds."""
        with self._changed:
            heapq.heappush(self._due, time.monotonic() + delay)
            self._changed.notify()

    def take(self) -> bool:
        """Return whether a time has come since the last call, without waiting."""
        with self._changed:
            return self._take()

    def _take(self) -> bool:
        now = time.monotonic()
        is_due = False
        while self._due and self._due[0] <= now:
            heapq.heappop(self._due)
            is_due = True
        return is_due

    def wait(self) -> bool:
        """Wait until a time has come. Returns False if it was closed instead."""
        with self._changed:
            while not self._closed and not self._take():
                until = self._due[0] - time.monotonic() if self._due else None
                self._changed.wait(until)
            return not self._closed

    def close(self) -> None:
        """End every `wait`."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()

    def open(self) -> None:
        """Allow `wait` again. The inverse of `close`."""
        with self._changed:
            self._closed = False
        self.schedule()
