"""Waits for what follows from a request: a client has nothing to wait on but the next answer."""

import time
from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import TypeVar

from tests.blackbox import deployed

FIRST_PAUSE_SECONDS = 0.02
LONGEST_PAUSE_SECONDS = 0.25
PATIENCE_SECONDS = 60 if deployed.URL else 10
"""A deployed stage starts its functions cold."""

T = TypeVar("T")


def until(
    ask: Callable[[], T], is_so: Callable[[T], object], patience: float = PATIENCE_SECONDS
) -> T:
    """Ask until the answer is so, with short pauses that grow; fail when patience has run out."""
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
    """Whether each value is smaller than the one before it."""
    return all(earlier > later for earlier, later in pairwise(values))
