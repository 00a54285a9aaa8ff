"""Rows by key, which report changes to listeners as a table's stream does; and reads of several
tables."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from functions.aws.tables import Key

Row = TypeVar("Row")
EVERY = ""
"""The name that stands for all indexes of a table."""


class Rows(Generic[Row]):
    """A table. Its index shows the table's rows, until a test holds the index back."""

    def __init__(self) -> None:
        self._rows: dict[Any, Row] = {}
        self._held: dict[str, dict[Any, Row]] = {}
        self.listeners: list[Callable[[Row | None, Row | None], None]] = []

    def get(self, key: Any) -> Row | None:
        """Return the row, read strongly."""
        return self._rows.get(key)

    def put(self, key: Any, row: Row) -> None:
        """Write a row. Writing an identical row tells nobody, as in a stream."""
        old = self._rows.get(key)
        self._rows[key] = row
        if old != row:
            self._tell(old, row)

    def drop(self, key: Any) -> None:
        """Delete a row. The inverse of put."""
        old = self._rows.pop(key, None)
        if old is not None:
            self._tell(old, None)

    def rows(self) -> list[Row]:
        """Return all rows, read strongly."""
        return list(self._rows.values())

    def seen(self, key: Any) -> Row | None:
        """Return the row, read eventually: perhaps an old state."""
        return self._trailing(EVERY).get(key)

    def indexed(self, index: str = EVERY) -> Iterator[Row]:
        """Return the rows as an index shows them: perhaps an old state."""
        return iter(list(self._trailing(index).values()))

    def _trailing(self, index: str) -> dict[Any, Row]:
        return self._held.get(index, self._held.get(EVERY, self._rows))

    def hold_index(self, index: str = EVERY) -> None:
        """Let an index trail from now on: it shows the rows of this moment. `EVERY` holds all
        indexes, and eventual reads of the table."""
        self._held[index] = dict(self._rows)

    def release_index(self, index: str = EVERY) -> None:
        """Let an index catch up. The inverse of hold_index."""
        self._held.pop(index, None)

    def _tell(self, old: Row | None, new: Row | None) -> None:
        for listener in self.listeners:
            listener(old, new)


@dataclass(frozen=True)
class Held(Generic[Row]):
    """A fake of `functions.aws.tables.Lookup`."""

    find: Callable[[Key], Row | None]
    keys: list[Key]

    @classmethod
    def of(cls, find: Callable[[Key], Row | None], keys: Iterable[Key]) -> "Held[Row]":
        """Return a look-up of these keys."""
        return cls(find, list(keys))

    def read(self) -> dict[Key, Row]:
        """Return the rows that exist, by key."""
        found = ((key, self.find(key)) for key in self.keys)
        return {key: row for key, row in found if row is not None}


class Reader:
    """A fake of `functions.aws.tables.read_together`. It counts its round trips."""

    def __init__(self) -> None:
        self.reads: list[int] = []
        """The number of keys that each read asked for."""

    def __call__(self, *lookups: Any) -> list[dict[Key, Any]]:
        self.reads.append(sum(len(set(lookup.keys)) for lookup in lookups))
        return [lookup.read() for lookup in lookups]
