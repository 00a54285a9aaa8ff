"""Prints a deploy's progress step by step, and what to do when a step fails."""

import signal
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

TOGETHER_SECONDS = 1.0
"""Signals this close together count as one: Ctrl-C reaches the whole process group, and `make`
passes it on once more."""


class FailedError(Exception):
    """A command cannot continue. The message is for the person who runs it."""


class WrongValueError(FailedError):
    """A value on the command line or in infra/stages.yaml is wrong."""


@dataclass(frozen=True)
class Step:
    """One step. `run` may be repeated at any time. It returns what it did in a few words."""

    title: str
    run: Callable[[Any], str]
    if_it_fails: str


def say(line: str) -> None:
    """Print one line at once, even if the output is a pipe."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def stop_once() -> None:
    """Raise KeyboardInterrupt on Ctrl-C and on SIGTERM, so that commands can clean up.

    A second signal within `TOGETHER_SECONDS` is ignored: it would interrupt the clean-up.
    """
    last = float("-inf")

    def stop(*_: object) -> None:
        nonlocal last
        before, last = last, time.monotonic()
        if last - before >= TOGETHER_SECONDS:
            raise KeyboardInterrupt

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, stop)


def run_steps(steps: Sequence[Step], context: Any) -> None:
    """Run all steps in order. Raise `FailedError`, with advice, for the first that fails."""
    for number, step in enumerate(steps, 1):
        say(f"[{number}/{len(steps)}] {step.title}")
        begun = time.monotonic()
        try:
            done = step.run(context)
        except Exception as error:
            raise FailedError(
                f"{step.title}: {error}\n      {step.if_it_fails}\n"
                "      Then run the same command again: it skips what is done."
            ) from error
        say(f"      {done} ({time.monotonic() - begun:.1f} s)")
