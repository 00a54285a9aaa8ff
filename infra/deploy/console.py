"""Tells how far a deploy is, step by step, and what to do when one fails."""

import signal
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

TOGETHER_SECONDS = 1.0
"""Signals that come so close are one: `make` hands on what its whole group has had already."""


class FailedError(Exception):
    """Why a command cannot go on, in words for the person who runs it."""


@dataclass(frozen=True)
class Step:
    """One step. `run` may be repeated at any time, and gives what it has done in a few words."""

    title: str
    run: Callable[[Any], str]
    if_it_fails: str


def say(line: str) -> None:
    """One line to the person who runs the command."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def stop_once() -> None:
    """Have Ctrl-C and SIGTERM both raise KeyboardInterrupt, so that what is under way is tidied up;
    not once more for what comes together."""
    last = float("-inf")

    def stop(*_: object) -> None:
        nonlocal last
        before, last = last, time.monotonic()
        if last - before >= TOGETHER_SECONDS:
            raise KeyboardInterrupt

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, stop)


def run_steps(steps: Sequence[Step], context: Any) -> None:
    """Run all steps in order. Raises `FailedError` with what to do about the one that failed."""
    for number, step in enumerate(steps, 1):
        say(f"[{number}/{len(steps)}] {step.title}")
        begun = time.monotonic()
        try:
            done = step.run(context)
        except Exception as error:
            raise FailedError(
                f"{step.title}: {error}\n      {step.if_it_fails}\n"
                "      Then run the same command again: what is done is not done twice."
            ) from error
        say(f"      {done} ({time.monotonic() - begun:.1f} s)")
