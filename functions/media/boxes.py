"""The items of a HEIC or AVIF file: where their bytes are and what the file says about them.

ISO/IEC 14496-12 describes the container, ISO/IEC 23008-12 the image items. Other decoders paper
over a file that was cut. Here every box and every extent must lie within the file, or reading
raises `DamagedError`.
"""

from collections.abc import Callable, Iterator
from typing import ClassVar

import msgspec

# The boxes that writers put at the top level. Data of another form after them, such as a maker's
# trailer, ends the walk. If one of these boxes extends past the end of the file, the file was cut.
_TOP_LEVEL = frozenset(
    {b"ftyp", b"meta", b"mdat", b"moov", b"free", b"skip", b"idat", b"uuid", b"moof", b"mfra"}
)
_HEADER, _LARGE_HEADER, _UUID = 8, 16, 16
_MAX_ITEMS = 4096  # libheif's own limit is a quarter of it
_MAX_EXTENTS = 65_536


class DamagedError(Exception):
    """An error: the container contradicts itself, or parts of it are missing."""


class Box(msgspec.Struct, frozen=True):
    """A box: its four letters and its payload."""

    kind: bytes
    payload: memoryview


class Reference(msgspec.Struct, frozen=True):
    """A typed reference from one item to others."""

    kind: bytes
    source: int
    targets: list[int]


class Reader:
    """Reads big-endian numbers from a payload; raises `DamagedError` at its end."""

    def __init__(self, payload: memoryview) -> None:
        self._rest = payload

    def bytes(self, count: int) -> memoryview:
        if count > len(self._rest):
            raise DamagedError("a box ends too early")
        taken, self._rest = self._rest[:count], self._rest[count:]
        return taken

    def number(self, size: int) -> int:
        return int.from_bytes(self.bytes(size), "big")

    def full(self) -> tuple[int, int]:
        """Read the version and the flags of a full box."""
        return self.number(1), self.number(3)


def boxes(data: memoryview, *, top: bool = False) -> Iterator[Box]:
    """Yield the boxes in `data`, one after the other. `top` is set for the file itself."""
    at = 0
    while len(data) - at >= _HEADER:
        size, kind = int.from_bytes(data[at : at + 4], "big"), bytes(data[at + 4 : at + 8])
        header = _HEADER
        if size == 1:
            size = int.from_bytes(data[at + _HEADER : at + _LARGE_HEADER], "big")
            header = _LARGE_HEADER
        elif size == 0:
            size = len(data) - at
        if top and kind not in _TOP_LEVEL and (size < header or at + size > len(data)):
            return
        if size < header or at + size > len(data):
            raise DamagedError(f"the box {kind!r} passes the end")
        yield Box(kind, data[at + header : at + size])
        at += size


def first(found: Iterator[Box], kind: bytes) -> memoryview | None:
    """Return the payload of the first box of that kind."""
    return next((box.payload for box in found if box.kind == kind), None)


class Items:
    """The items of one file. Raises `DamagedError` if the file contradicts itself."""

    def __init__(self, data: bytes) -> None:
        self._file = memoryview(data)
        top = list(boxes(self._file, top=True))
        meta = first(iter(top), b"meta")
        self.has_movie = any(box.kind == b"moov" for box in top)
        self.primary: int | None = None
        self.kinds: dict[int, bytes] = {}
        self.references: list[Reference] = []
        self._extents: dict[int, tuple[int, list[tuple[int, int]]]] = {}
        self._idat = memoryview(b"")
        self._properties: list[Box] = []
        self._associated: dict[int, list[int]] = {}
        if meta is not None:
            for box in boxes(meta[4:]):
                read = self._readers.get(box.kind)
                if read is not None:
                    read(self, box.payload)

    def properties(self, item: int) -> list[Box]:
        """Return the properties of an item, in the order in which they apply."""
        found = []
        for index in self._associated.get(item, ()):
            if index > len(self._properties):
                raise DamagedError("an item has a property that is not there")
            if index:
                found.append(self._properties[index - 1])
        return found

    def property(self, item: int, kind: bytes) -> memoryview | None:
        """Return the payload of an item's first property of that kind."""
        return first(iter(self.properties(item)), kind)

    def targets(self, kind: bytes, item: int) -> list[int]:
        """Return the items that this item refers to."""
        arrows = (one for one in self.references if one.kind == kind and one.source == item)
        return [target for one in arrows for target in one.targets]

    def sources(self, kind: bytes, item: int) -> list[int]:
        """Return the items that refer to this item."""
        return [one.source for one in self.references if one.kind == kind and item in one.targets]

    def data(self, item: int) -> bytes:
        """Return an item's bytes."""
        if item not in self._extents:
            raise DamagedError("an item has no bytes")
        method, extents = self._extents[item]
        if method not in (0, 1):
            raise DamagedError("an item lies within another")
        source = self._file if method == 0 else self._idat
        return b"".join(self._extent(source, offset, length) for offset, length in extents)

    @staticmethod
    def _extent(source: memoryview, offset: int, length: int) -> memoryview:
        if offset + length > len(source):
            raise DamagedError("an item lies outside of the file")
        return source[offset : offset + length] if length else source[offset:]

    def _read_pitm(self, payload: memoryview) -> None:
        reader = Reader(payload)
        version, _ = reader.full()
        self.primary = reader.number(4 if version else 2)

    def _read_iinf(self, payload: memoryview) -> None:
        version = Reader(payload).full()[0]
        for box in boxes(payload[8 if version else 6 :]):
            reader = Reader(box.payload)
            version, _ = reader.full()
            item = reader.number(4 if version > 2 else 2)  # noqa: PLR2004 - infe's versions
            reader.number(2)
            self.kinds[item] = bytes(reader.bytes(4))
        if len(self.kinds) > _MAX_ITEMS:
            raise DamagedError("the file has too many items")

    def _read_iref(self, payload: memoryview) -> None:
        size = 4 if Reader(payload).full()[0] else 2
        for box in boxes(payload[4:]):
            reader = Reader(box.payload)
            source, count = reader.number(size), reader.number(2)
            targets = [reader.number(size) for _ in range(count)]
            self.references.append(Reference(box.kind, source, targets))

    def _read_iloc(self, payload: memoryview) -> None:
        reader = Reader(payload)
        version, _ = reader.full()
        sizes, bases = reader.number(1), reader.number(1)
        wide, left = 4 if version > 1 else 2, _MAX_EXTENTS
        for _ in range(reader.number(wide)):
            item = reader.number(wide)
            method = reader.number(2) & 15 if version else 0
            reader.number(2)
            base, count = reader.number(bases >> 4), reader.number(2)
            left -= count  # the extents here may have no bytes of their own, so count them
            if left < 0:
                raise DamagedError("the file is cut into too many pieces")
            extents = []
            for _ in range(count):
                reader.number(bases & 15 if version else 0)
                offset, length = reader.number(sizes >> 4), reader.number(sizes & 15)
                extents.append((base + offset, length))
            self._extents[item] = method, extents

    def _read_idat(self, payload: memoryview) -> None:
        self._idat = payload

    def _read_iprp(self, payload: memoryview) -> None:
        for box in boxes(payload):
            if box.kind == b"ipco":
                self._properties = list(boxes(box.payload))
            elif box.kind == b"ipma":
                self._read_ipma(box.payload)

    def _read_ipma(self, payload: memoryview) -> None:
        reader = Reader(payload)
        version, flags = reader.full()
        size, mask = (2, 0x7FFF) if flags & 1 else (1, 0x7F)
        for _ in range(reader.number(4)):
            item = reader.number(4 if version else 2)
            indices = [reader.number(size) & mask for _ in range(reader.number(1))]
            self._associated.setdefault(item, []).extend(indices)

    _readers: ClassVar[dict[bytes, Callable[["Items", memoryview], None]]] = {
        b"pitm": _read_pitm,
        b"iinf": _read_iinf,
        b"iref": _read_iref,
        b"iloc": _read_iloc,
        b"idat": _read_idat,
        b"iprp": _read_iprp,
    }
