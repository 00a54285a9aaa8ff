"""PNG: decodes the pixels, whatever the state of the metadata.

Pillow refuses a picture whose text is too long, or whose checksum is broken in an unneeded chunk.
So it gets only the chunks that make the pixels. The other needed chunks are read here, within
limits.
"""

import re
import struct
import zlib
from collections.abc import Iterator, Mapping
from io import BytesIO, RawIOBase
from typing import Any

import msgspec
from PIL import Image
from PIL.PngImagePlugin import PngImageFile

from functions.media.boxes import DamagedError
from functions.media.exif import orientation
from functions.media.spaces import of_gamma
from functions.media.stills import Still

_SIGNATURE = 8  # bytes
_FRAME = 12  # bytes of a chunk besides its data: length, name, checksum
_CRITICAL = frozenset({b"IHDR", b"PLTE", b"IDAT"})
_TEXTS = frozenset({b"tEXt", b"zTXt", b"iTXt"})
_END = bytes(4) + b"IEND" + zlib.crc32(b"IEND").to_bytes(4, "big")

# The longest metadata to read, unpacked. Profiles of printers have up to 2 MB.
MAX_PROFILE = 4_000_000
MAX_RAW_PROFILE = 1_000_000
_RAW_PROFILE = re.compile(rb"Raw profile type (?:exif|APP1)\0")
# A name, a length that may be wrong, and digits.
_HEX = re.compile(rb"\s*\w+\s+\d+\s([0-9a-fA-F\s]*)")
_EXIF = b"Exif\0\0"

_GAMMA, _CHROMATICITIES, _CICP = 4, 32, 4  # bytes of these chunks
_SCALE = 100_000  # of the numbers in the first two


class Chunk(msgspec.Struct, frozen=True):
    """A chunk: its name, its data, and all of its bytes."""

    name: bytes
    data: memoryview
    whole: memoryview

    @property
    def is_whole(self) -> bool:
        """Return whether all of its bytes are there."""
        return len(self.whole) == _FRAME + int.from_bytes(self.whole[:4], "big")

    @property
    def is_sound(self) -> bool:
        """Return whether its checksum is right."""
        return zlib.crc32(self.data, zlib.crc32(self.name)).to_bytes(4, "big") == self.whole[-4:]


class Png(Still):
    """A PNG. Of an APNG, the picture that viewers without animation show."""

    def __init__(self, file: BytesIO) -> None:
        data = memoryview(file.getvalue())
        pixels = [data[:_SIGNATURE]]
        self._told: dict[bytes, memoryview] = {}
        for chunk in _chunks(data):
            if chunk.name in _CRITICAL:
                if chunk.is_whole and not chunk.is_sound:
                    raise DamagedError("a chunk of pixels has a wrong checksum")
                pixels.append(chunk.whole)
            elif chunk.name == b"tRNS" and chunk.is_sound:
                pixels.append(chunk.whole)
            elif chunk.is_sound:  # libpng, too, ignores a damaged chunk
                self._told.setdefault(*_entry(chunk))
        super().__init__(PngImageFile(_Pieces([*pixels, memoryview(_END)])))  # type: ignore[arg-type]
        self.info = _colours(self._told, is_grey=self.is_grey)

    def exif(self) -> Image.Exif:
        exif = Image.Exif()
        exif.load(bytes(self._told.get(b"eXIf", b"")) or _raw_profile(self._told))
        return exif

    def turn(self) -> int:
        """Return the turn in the chunk eXIf. Browsers ignore the orientation in the older raw
        profiles.
        """
        return orientation(self.exif()) if b"eXIf" in self._told else 1


class _Pieces(RawIOBase):
    """A file made of parts of another one, without copying them."""

    def __init__(self, pieces: list[memoryview]) -> None:
        self._pieces = pieces
        self._index, self._place = 0, 0

    def read(self, size: int = -1) -> bytes:
        taken = bytearray()
        while self._index < len(self._pieces) and len(taken) != size:
            piece = self._pieces[self._index][self._place :]
            part = piece if size < 0 else piece[: size - len(taken)]
            taken += part
            self._place += len(part)
            if len(part) == len(piece):
                self._index, self._place = self._index + 1, 0
        return bytes(taken)

    def tell(self) -> int:
        return sum(len(piece) for piece in self._pieces[: self._index]) + self._place

    def seek(self, offset: int, whence: int = 0) -> int:
        if whence:
            raise OSError("a PNG is read forwards")
        self._index, self._place = 0, 0
        self.read(offset)
        return offset


def _chunks(data: memoryview) -> Iterator[Chunk]:
    """Yield the chunks to the end of the file. A chunk that is cut off has only the bytes there
    are.
    """
    at = _SIGNATURE
    while at + _FRAME <= len(data):
        end = at + _FRAME + int.from_bytes(data[at : at + 4], "big")
        name = bytes(data[at + 4 : at + 8])
        yield Chunk(name, data[at + 8 : end - 4], data[at:end])
        if name == b"IEND":
            return
        at = end


def _entry(chunk: Chunk) -> tuple[bytes, memoryview]:
    """Return the name under which a chunk is stored: the name of a raw profile is in its text."""
    if chunk.name in _TEXTS and (found := _RAW_PROFILE.match(chunk.data)):
        return b"profile in " + chunk.name, chunk.data[found.end() :]
    return chunk.name, chunk.data


def _colours(told: Mapping[bytes, memoryview], *, is_grey: bool) -> dict[Any, Any]:
    """Return the one that takes precedence of all that a PNG may say about its colours: PNG,
    section 4.3.
    """
    cicp = told.get(b"cICP", b"")
    if len(cicp) == _CICP and tuple(cicp[2:]) == (0, 1):  # RGB in the full range
        return {"cicp": (cicp[0], cicp[1])}
    packed = bytes(told.get(b"iCCP", b"")).partition(b"\0")[2][1:]
    profile = _unpacked(packed, MAX_PROFILE) if packed else None
    if profile is None and b"sRGB" not in told and len(told.get(b"gAMA", b"")) == _GAMMA:
        (gamma,) = struct.unpack(">I", told[b"gAMA"])
        corners = told.get(b"cHRM", b"")
        numbers = struct.unpack(">8I", corners) if len(corners) == _CHROMATICITIES else ()
        places = tuple(number / _SCALE for number in numbers)
        profile = of_gamma(gamma / _SCALE, places, is_grey=is_grey)
    return {} if profile is None else {"icc_profile": profile}


def _unpacked(packed: bytes, most: int) -> bytes | None:
    """Unpack a zlib stream. Return None if it is damaged or has more than `most` bytes."""
    stream = zlib.decompressobj()
    try:
        unpacked = stream.decompress(packed, most)
    except zlib.error:
        return None
    return unpacked if stream.eof else None


def _raw_profile(told: Mapping[bytes, memoryview]) -> bytes:
    """Return EXIF as ImageMagick writes it: digits in a text, whose length is often wrong."""
    for name in _TEXTS:
        text: bytes | None = bytes(told.get(b"profile in " + name, b""))
        if name == b"zTXt":
            text = _unpacked((text or b"")[1:], MAX_RAW_PROFILE)
        elif name == b"iTXt":
            text = (text or b"")[2:].split(b"\0", 2)[-1]  # after the languages
        digits = _HEX.match(text or b"")
        if digits is not None:
            packed = bytes.fromhex("".join(digits[1].decode("ascii").split()))
            if packed.startswith(_EXIF):
                return packed
    return b""
