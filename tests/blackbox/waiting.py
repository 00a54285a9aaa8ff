"""Waits for the effects of a request: a client can only wait for the next answer."""

import time
from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import TypeVar

FIRST_PAUSE_SECONDS = 0.02
LONGEST_PAUSE_SECONDS = 0.25
PATIENCE_SECONDS = 60
"""Only a failure takes so long. A deployed stage starts its functions cold, and this machine may be
busy."""

T = TypeVar("T")


def until(
    ask: Callable[[], T], is_so: Callable[[T], object], patience: float = PATIENCE_SECONDS
) -> T:
    """Repeat a request until the answer is as expected, with short pauses that grow. Fail when
    patience has run out.
    """
    deadline = time.monotonic() + patience
    for pause in _pauses():
        answer = ask()
        if is_so(answer):
            return answer
        assert time.monotonic() < deadline, f"after {patience} s still: {answer!r}"
        time.sleep(pause)
    raise AssertionError


def _pauses() -> Iterator[float]:
    pause = FIRST_PAUSE_SECONDS
    while True:
        yield pause
        pause = min(pause * 1.5, LONGEST_PAUSE_SECONDS)


def are_falling(values: list[str]) -> bool:
    """Return whether each value is smaller than the one before it."""
    return all(earlier > later for earlier, later in pairwise(values))
