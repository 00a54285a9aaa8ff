"""What exports need of their table and of the bucket."""

from contextlib import AbstractContextManager
from typing import IO, Protocol

from functions.events import Image
from functions.exports.domain import Export


class ExportStore(Protocol):
    """The exports table: one row a user."""

    def get(self, user_id: str) -> Export | None:
        """The user's export, read strongly; None once it has expired."""

    def ask(self, export: Export) -> bool:
        """Ask for an export; False where one is there that has not expired."""

    def finish(self, export: Export) -> bool:
        """Set what has become of this very export; False where it is no longer the one."""

    def of_image(self, image: Image | None) -> Export | None:
        """The export in a stream's image of a row."""


class Archives(Protocol):
    """The media bucket, where archives are written."""

    def writing(self, key: str) -> AbstractContextManager[IO[bytes]]:
        """A file that becomes an object when the block ends, and nothing when it raises. It can be
        written only, and holds 8 MiB of what was written at most."""

    def delete(self, key: str) -> None:
        """Delete an archive, if it is there."""
