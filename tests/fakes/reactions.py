"""Counts and likes, in memory."""

from collections.abc import Iterable
from typing import Any

from functions.counters.domain import Counts
from tests.fakes.rows import Held


class FakeCounts:
    """Counts by target."""

    def __init__(self) -> None:
        self.rows: dict[str, Counts] = {}

    def lookup(self, target_ids: Iterable[str]) -> Any:
        return Held.of(lambda key: self.rows.get(key[0]), [(target,) for target in target_ids])


class FakeLikes:
    """Likes as (post, user) pairs."""

    def __init__(self) -> None:
        self.rows: set[tuple[str, str]] = set()

    def lookup(self, pairs: Iterable[tuple[str, str]]) -> Any:
        return Held.of(lambda key: True if key in self.rows else None, pairs)
