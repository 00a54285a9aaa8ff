"""Registers operations, and gives each what it needs."""

from collections.abc import Callable
from dataclasses import dataclass
from random import Random
from typing import Any

from tests.chaos.arena import Arena
from tests.chaos.client import Client, Result
from tests.chaos.journal import Journal, Person

LOOKS = ("dawn", "ember", "ink")


@dataclass
class Run:
    """The state of a run, and the random source of the present operation."""

    arena: Arena
    client: Client
    journal: Journal
    draw: Random

    def one(self) -> Person:
        """Draw somebody who is here."""
        return self.draw.choice(self.journal.here)

    def two(self) -> tuple[Person, Person]:
        """Draw two different people who are here."""
        first, second = self.draw.sample(self.journal.here, 2)
        return first, second

    def unexpected(self, what: str, result: Result) -> None:
        """Note an answer that should not have come."""
        self.journal.lose("answer", f"{what}: {result.status} {result.json}")


@dataclass(frozen=True)
class Operation:
    """Something that people do, with its weight among all operations."""

    name: str
    weight: int
    calls: tuple[str, ...]
    """The names of the API's operations that it calls."""
    act: Callable[[Run], Any]


OPERATIONS: list[Operation] = []


def operation(weight: int, *calls: str) -> Callable[[Callable[[Run], Any]], Callable[[Run], Any]]:
    """Register a function as an operation."""

    def registered(act: Callable[[Run], Any]) -> Callable[[Run], Any]:
        OPERATIONS.append(Operation(act.__name__, weight, calls, act))
        return act

    return registered
