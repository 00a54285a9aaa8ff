"""The information besides the pixels of a HEIC or AVIF file: colours and EXIF."""

from typing import Any

import msgspec
from PIL import Image

from functions.media.boxes import DamagedError, Items, Reader
from functions.media.planes import Matrix

_ICC = (b"prof", b"rICC")


class Description(msgspec.Struct, frozen=True):
    """The colours of an item: an ICC profile, the codes of primaries and transfer (H.273), and the
    matrix; None for each one that is not given.
    """

    profile: bytes | None = None
    cicp: tuple[int, int] | None = None
    matrix: Matrix | None = None

    @property
    def info(self) -> dict[Any, Any]:
        """Return the colours in Pillow's form. A profile takes precedence over the codes."""
        if self.profile is not None:
            return {"icc_profile": self.profile}
        return {} if self.cicp is None else {"cicp": self.cicp}


def described(items: Items, *candidates: int) -> Description:
    """Return the colours of the first of these items that has any."""
    for item in candidates:
        found = _described(items, item)
        if found != Description():
            return found
    return Description()


def _described(items: Items, item: int) -> Description:
    profile, cicp, matrix = None, None, None
    for box in items.properties(item):
        if box.kind != b"colr":
            continue
        kind, rest = bytes(box.payload[:4]), box.payload[4:]
        if kind in _ICC and profile is None:
            profile = bytes(rest)
        elif kind == b"nclx" and cicp is None:
            reader = Reader(rest)
            cicp = reader.number(2), reader.number(2)
            matrix = Matrix(reader.number(2), bool(reader.number(1) & 128))
    return Description(profile, cicp, matrix)


def exif_of(items: Items, item: int) -> Image.Exif:
    """Return the EXIF that describes an item; empty if it is missing or damaged."""
    exif = Image.Exif()
    for source in items.sources(b"cdsc", item):
        if items.kinds.get(source) == b"Exif":
            try:
                told = items.data(source)
            except DamagedError:
                continue
            exif.load(told[4 + int.from_bytes(told[:4], "big") :])
            break
    return exif
