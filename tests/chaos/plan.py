"""Describes one run: its seed, its length, its faults, and the parts that are left out."""

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random
from typing import Any


@dataclass(frozen=True)
class Plan:
    """All that a run depends on. The same plan gives the same run."""

    seed: int
    operations: int = 150
    rate: float = 0.02
    """The probability of a fault at an AWS call of a request; twice as high in other functions."""
    without_operations: frozenset[int] = frozenset()
    """Numbers of operations that are left out. The others draw as if they were there."""
    without_faults: frozenset[str] = frozenset()
    """Faults that are left out, as `operation.number`."""
    threads: bool = False
    """Work in several threads. Such a run cannot be repeated exactly."""
    verbose: bool = False

    def draws(self, number: int, what: str) -> Random:
        """Return the random source of one operation for one purpose.

        Each operation has its own, so that leaving one out does not change the others.
        """
        return Random(f"{self.seed}/{number}/{what}")  # noqa: S311

    def options(self) -> list[str]:
        """Return the plan as options of `python -m tests.chaos`."""
        given = [f"--seed={self.seed}", f"--operations={self.operations}", f"--rate={self.rate}"]
        if self.without_operations:
            given.append(f"--without-operations={_listed(sorted(self.without_operations))}")
        if self.without_faults:
            given.append(f"--without-faults={_listed(sorted(self.without_faults))}")
        return given + ["--threads"] * self.threads


def _listed(values: Sequence[Any]) -> str:
    return ",".join(str(value) for value in values)
