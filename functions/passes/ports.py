"""Interfaces of the passes table, and of the scan that a pass makes."""

from collections.abc import Sequence
from typing import Any, Protocol

from functions.passes.domain import Pass, Wait


class PassStore(Protocol):
    """The passes table: the state of the pass, and a row for each wait. All reads are strong."""

    def state(self) -> tuple[Pass, int]:
        """Return the state of the pass, and how many waits were ever announced."""

    def move(self, held: Pass, moved: Pass, announced: int | None = None) -> bool:
        """Replace the state `held`. Return False if it has changed, or if a wait was announced
        since `announced`."""

    def announce(self) -> Pass:
        """Count a new wait, so that the pass cannot end without it. Return the state after it."""

    def get(self, user_id: str, purpose: str) -> Wait | None:
        """Return a wait; None if there is none."""

    def put(self, wait: Wait) -> None:
        """Write a wait. Overwrites one with another ticket."""

    def waits(self) -> Sequence[Wait]:
        """Return all waits."""

    def enter(self, wait: Wait, number: int) -> None:
        """Put a wait into a pass, unless it has been replaced."""

    def note(self, wait: Wait, table: str) -> None:
        """Add a table to what the pass found for a wait."""

    def finish(self, wait: Wait) -> None:
        """Mark a wait as done by its pass, unless it has been replaced."""

    def remove(self, user_id: str, purpose: str) -> None:
        """Delete a wait, if there is one."""


class Scan(Protocol):
    """The scan of tables that a pass makes."""

    def begin(self, *, whole: bool) -> dict[str, Any]:
        """Return the first position."""

    def part(
        self, position: dict[str, Any], waits: Sequence[Wait], *, whole: bool
    ) -> tuple[dict[str, Any] | None, int, float]:
        """Scan a part of a table for these waits. Return the next position, or None at the end; the
        seconds to wait before it; and the read units consumed."""
