"""JPEG, decoded at a fraction of its size, and refused if the decoder met damage."""

import re
from collections.abc import Iterator
from io import BytesIO
from itertools import islice

from PIL import Image
from PIL.JpegImagePlugin import JpegImageFile

from functions.media.formats import MISSING, Refused, unsupported
from functions.media.libjpeg import Warnings, warnings
from functions.media.planes import Planar
from functions.media.resizing import Size
from functions.media.stills import Still

# Every scan of a progressive JPEG processes the whole picture, so a small file with thousands of
# empty scans would cost minutes. Encoders write about ten.
MAX_SCANS = 64
_START_OF_SCAN = re.compile(b"\xff\xda")  # three times as fast as bytes.count
_END_OF_IMAGE = b"\xff\xd9"

# Frames by their marker (ITU-T T.81, table B.1): the range of markers, those in it that are not
# frames, and the kinds that are accepted.
_MARKER, _SCAN, _HUFFMAN = 0xFF, 0xDA, 0xC4
_FRAMES = range(0xC0, 0xD0)
_TABLES = frozenset({0xC4, 0xC8, 0xCC})
_TAKEN = frozenset({0xC0, 0xC1, 0xC2, 0xC9, 0xCA})
_BITS = 8
_END_OF_BLOCK = 0
_BLANK = bytes(64)

# Some encoders fill a file up before its end marker, with zeros or with text. Coded pixels look
# like noise: one in fifty has four such bytes at its end.
_FILLING = re.compile(rb"[\0\t\n\r -~]+")
_FEW = 4


class Jpeg(Still):
    """A JPEG. A missing end does not count as damage; any warning about the pixels does."""

    def __init__(self, file: BytesIO) -> None:
        self._data = file.getvalue()
        _check_kind(self._data)
        self._jpeg = JpegImageFile(file)
        self._scan = file.tell()
        self._later = _later_scans(self._data, self._scan)
        super().__init__(self._jpeg)

    @property
    def bytes_a_pixel(self) -> float:
        """Return the memory per pixel. A single scan is decoded row by row, at half size if it is
        large. Several scans are collected as coefficients of two bytes for each sample of each
        colour, before any pixel is made.
        """
        areas = [across * down for _, across, down, _ in self._jpeg.layer]
        return 1 + 2 * sum(areas) / max(areas) if self._later else 1

    def load(self) -> None:
        """Do nothing: `workable` decodes to a size."""

    def workable(self, needed: Size) -> Image.Image | Planar:
        """libjpeg makes a half, a quarter or an eighth by itself, if that is still enough."""
        self._jpeg.draft(None, needed)
        skipped = self._decode()
        if not self._later and _has_blank_part(self._data, self._scan, skipped):
            raise Refused("corrupt", MISSING)
        return super().workable(needed)

    def _decode(self) -> int:
        """Decode, and return how many bytes the end marker was away from the last scan."""
        picture, tile = self._jpeg, self._jpeg.tile[0]
        picture.load_prepare()
        # Pillow's own loop would drop the decoder, and with it the count of warnings.
        decoder = Image._getdecoder(  # noqa: SLF001
            picture.mode, tile.codec_name, tile.args, picture.decoderconfig
        )
        decoder.setimage(picture.im, tile.extents)
        data = memoryview(self._data)
        before, fault = decoder.decode(data[: self._scan])
        unasked = warnings(decoder)  # of the headers: no pixel depends on what it warns of
        rest, fault = (before, fault) if before < 0 else decoder.decode(data[before:])
        if rest >= 0:
            rest, fault = decoder.decode(bytes(data[before + rest :]) + _END_OF_IMAGE)
        met = warnings(decoder)
        if rest >= 0 or fault or self._is_damage(unasked, met):
            raise Refused("corrupt", MISSING)
        picture.tile = []
        return met.skipped if met else 0

    def _is_damage(self, unasked: Warnings | None, met: Warnings | None) -> bool:
        """Tell whether warnings since the headers are of the pixels. Where none can be read, all
        pictures would be refused otherwise."""
        if unasked is None or met is None:
            return False
        count = met.count - unasked.count
        return count > 1 or (count == 1 and not (met.skipped and self._is_filling(met.skipped)))

    def _is_filling(self, skipped: int) -> bool:
        """Tell whether zeros or text were skipped before the end marker. Anything else may be the
        rest of a damaged scan, and zeros up to the end of the file are a broken transfer."""
        end = _end(self._data, self._scan)
        if end == len(self._data):
            return False
        if not any(self._data[end - skipped : end]):
            return True
        return _FILLING.fullmatch(self._data, end - max(skipped, _FEW), end) is not None


def _later_scans(data: bytes, start: int) -> int:
    later = sum(1 for _ in islice(_START_OF_SCAN.finditer(data, start), MAX_SCANS))
    if later >= MAX_SCANS:
        raise Refused("corrupt", "The JPEG has more scans than a photograph needs.")
    return later


def _segments(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield the markers before the first scan, with their contents."""
    at = 2
    while at + 4 <= len(data) and data[at] == _MARKER and data[at + 1] != _SCAN:
        if data[at + 1] == _MARKER:  # padding
            at += 1
            continue
        end = at + 2 + int.from_bytes(data[at + 2 : at + 4], "big")
        yield data[at + 1], data[at + 4 : end]
        at = end


def _check_kind(data: bytes) -> None:
    """Refuse the kinds of JPEG that neither browsers nor the decoder show."""
    for marker, body in _segments(data):
        if marker in _FRAMES and marker not in _TABLES and body:
            if marker not in _TAKEN:
                raise unsupported("a lossless JPEG")
            if body[0] != _BITS:
                raise unsupported(f"a JPEG of {body[0]} bits")


def _end(data: bytes, scan: int) -> int:
    """Find the end marker, or the end of a file that has none."""
    found = data.find(_END_OF_IMAGE, scan)
    return len(data) if found < 0 else found


def _has_blank_part(data: bytes, scan: int, skipped: int) -> bool:
    """Tell whether a range of the only scan was zeroed, up to what the decoder skipped. It may take
    that for blocks, in just the right number; but where a zero bit does not say "nothing follows",
    no encoder wrote it."""
    if data.find(_BLANK, scan, _end(data, scan) - skipped) < 0:
        return False
    return any(symbol != _END_OF_BLOCK for symbol in _first_symbols(data))


def _first_symbols(data: bytes) -> Iterator[int]:
    """Return the meaning of zero bits in each table of AC coefficients: T.81, B.2.4.2."""
    for marker, body in _segments(data):
        at = 0
        while marker == _HUFFMAN and at + 17 < len(body):
            if body[at] >> 4:
                yield body[at + 17]
            at += 17 + sum(body[at + 1 : at + 17])
