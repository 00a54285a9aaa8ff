"""The archive: JSON and pictures in a zip that is written as it is made, without a temporary
file."""

import zipfile
from collections.abc import Iterable
from typing import IO, Any

import msgspec

Items = Iterable[Any]


class Archive:
    """A zip, written to `out`, which need not seek. Pictures are already compressed, so they are
    stored as they are."""

    def __init__(self, out: IO[bytes]) -> None:
        self._zip = zipfile.ZipFile(out, "w")

    def __enter__(self) -> "Archive":
        return self

    def __exit__(self, kind: object, *_: object) -> None:
        if kind is None:
            self._zip.close()

    def list(self, name: str, items: Items) -> None:
        """Write a list as JSON, an item at a time."""
        entry = zipfile.ZipInfo(f"{name}.json")
        entry.compress_type = zipfile.ZIP_DEFLATED
        with self._zip.open(entry, "w", force_zip64=True) as file:
            before = b"["
            for item in items:
                file.write(before + b"\n" + msgspec.json.encode(item))
                before = b","
            file.write(b"[]\n" if before == b"[" else b"\n]\n")

    def picture(self, name: str, data: bytes) -> None:
        """Write a picture as it is."""
        self._zip.writestr(zipfile.ZipInfo(f"pictures/{name}"), data)
