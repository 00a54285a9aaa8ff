"""Interfaces of the counts table, of the tables that are counted, and of their streams."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Protocol

from functions.counters.domain import Kind, Record, Shard, Tally


class TallyStore(Protocol):
    """The counts table, as counters write it."""

    def read(self, target_id: str) -> Tally:
        """Return a target's row; an empty one if there is none. Reads strongly."""

    def add(
        self, target_id: str, kind: Kind, change: int, shard: str, records: Sequence[Record]
    ) -> tuple[bool, Tally]:
        """Add `change` and move the shard's position to the last of `records`, in one write.

        The write happens only if the position is before the first of them. Return whether it
        happened, and the row as it is then.
        """

    def forget(self, target_id: str, positions: dict[str, str]) -> None:
        """Remove positions, if they have not changed."""

    def replace(self, target_id: str, seen: Tally, tally: Tally) -> bool:
        """Replace the row `seen`. Return False if it has changed meanwhile."""

    def bury(self, target_id: str) -> None:
        """Replace the row of a deleted target with one of zeros that expires."""


class CountedRowStore(Protocol):
    """The tables whose rows are counted."""

    def items(self, kind: Kind, target_id: str) -> Iterable[str]:
        """Return the sort keys of a target's rows. Reads strongly."""

    def targets(self, kind: Kind, after: str | None) -> tuple[list[str], str | None]:
        """Return some of all targets that have rows or counts, and the position to continue from;
        None at the end."""


class RecordStream(Protocol):
    """The stream of one table."""

    arn: str

    def shards(self) -> Sequence[Shard]:
        """Return its shards of the last 24 hours."""

    def read(self, shard_id: str, first: str | None = None) -> Iterator[Record]:
        """Yield a shard's records from its beginning, or from `first`, to its present end.

        Raises:
            Expired: these records are no longer kept.
        """


class Expired(Exception):
    """A stream has dropped the records asked for: they are older than a day."""
