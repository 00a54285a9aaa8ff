"""Makes a process deterministic: its time, its randomness, and the order of its work.

Everything here must run before the product and moto are imported, because both bind such names
when they are imported. `PYTHONHASHSEED` must be 0 when Python starts.
"""

import concurrent.futures
import concurrent.futures.thread
import os
import random
import time
from collections.abc import Callable
from concurrent.futures import Executor, Future
from datetime import UTC, datetime
from typing import Any

import time_machine

BEGINNING = datetime(2026, 11, 28, 8, tzinfo=UTC)


class InThisThread(Executor):
    """An executor that does the work when it is submitted, in the caller's thread."""

    def __init__(self, *arguments: Any, **named: Any) -> None: ...

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        """Do the work and return its result or its exception in a finished future."""
        done: Future[Any] = Future()
        try:
            done.set_result(fn(*args, **kwargs))
        except Exception as error:
            done.set_exception(error)
        return done


class VirtualTime:
    """The time of the process. It stands still unless it is moved."""

    def __init__(self) -> None:
        # Nothing here is wall clock: time_machine replaces time.time and datetime.now.
        self._coordinates = time_machine.travel(BEGINNING, tick=False).start()
        time.sleep = self.pass_by  # type: ignore[assignment]

    def pass_by(self, seconds: float) -> None:
        """Let time pass."""
        self._coordinates.shift(seconds)

    @property
    def now(self) -> float:
        """The present time in epoch seconds."""
        return time.time()


def make_deterministic(seed: int, *, threads: bool) -> VirtualTime:
    """Replace the sources of chance. With `threads`, only time and random numbers are replaced."""
    if not threads:
        for module in (concurrent.futures, concurrent.futures.thread):
            module.ThreadPoolExecutor = InThisThread  # type: ignore[attr-defined]
    random.seed(seed)
    drawn = random.Random(f"{seed}/bytes")  # noqa: S311
    os.urandom = drawn.randbytes
    random._urandom = drawn.randbytes  # type: ignore[attr-defined]
    return VirtualTime()
