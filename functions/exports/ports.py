"""Interfaces of the exports table and of the bucket."""

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from typing import IO, Protocol

from functions.aws.tables import Image
from functions.exports.domain import Export
from functions.passes.domain import Wait


class ExportStore(Protocol):
    """The exports table: one row a user."""

    def get(self, user_id: str) -> Export | None:
        """Return the user's export; None if there is none or it has expired. Reads strongly."""

    def ask(self, export: Export) -> bool:
        """Write a new export. Return False if there is one that has neither expired nor is lost."""

    def finish(self, export: Export) -> bool:
        """Set the state of this export. Return False if another one has replaced it."""

    def from_image(self, image: Image | None) -> Export | None:
        """Return the export in a stream's image of a row."""


class FoundRowStore(Protocol):
    """The rows that a pass has found for exports, beside the archives."""

    def put(self, wait: Wait, name: str, rows: Sequence[Image]) -> None:
        """Keep some rows of a list. A part of a pass that is repeated keeps them twice."""

    def read(self, user_id: str, export_id: str, name: str) -> Iterator[Image]:
        """Yield the rows of a list, each once."""

    def delete(self, user_id: str, export_id: str) -> None:
        """Delete all rows of an export."""


class ArchiveStore(Protocol):
    """The media bucket, where archives are written."""

    def writing(self, key: str, file_name: str) -> AbstractContextManager[IO[bytes]]:
        """Open a file that becomes an object when the block ends, which is saved under the file
        name. If the block raises, no object is written. The file can only be written, and keeps at
        most 8 MiB in memory."""

    def delete(self, key: str) -> None:
        """Delete an archive if it exists."""
