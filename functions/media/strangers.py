"""Formats that are recognised but not accepted, so that a refusal can name them."""

import struct
from collections.abc import Iterator

_SIGNATURES = (
    (b"BM", "a BMP picture"),
    (b"\xff\x0a", "a JPEG XL picture"),
    (b"\0\0\0\x0cJXL ", "a JPEG XL picture"),
    (b"\0\0\0\x0cjP  ", "a JPEG 2000 picture"),
    (b"\xff\x4f\xff\x51", "a JPEG 2000 picture"),
    (b"8BPS", "a Photoshop document"),
    (b"II*\0\x10\0\0\0CR", "a Canon RAW file"),
    (b"HEAPCCDR", "a Canon RAW file"),
    (b"FUJIFILMCCD-RAW", "a Fujifilm RAW file"),
    (b"FOVb", "a Sigma RAW file"),
    (b"\0MRM", "a Minolta RAW file"),
    (b"IIU\0", "a Panasonic RAW file"),
    (b"IIRO", "an Olympus RAW file"),
    (b"IIRS", "an Olympus RAW file"),
    (b"MMOR", "an Olympus RAW file"),
    (b"\0\0\1\0", "an icon"),
    (b"qoif", "a QOI picture"),
    (b"gimp xcf", "a GIMP document"),
    (b"%PDF", "a PDF document"),
    (b"\x1aE\xdf\xa3", "a video"),
)
_BRANDS = {
    b"crx ": "a Canon RAW file",
    b"jp2 ": "a JPEG 2000 picture",
    b"jxl ": "a JPEG XL picture",
    b"msf1": "a HEIC image sequence",
}
_VIDEO = "a video"
_SVG = (b"<svg", b"<!DOCTYPE svg", b":svg")
_TEXT = 1024  # the first bytes, in which an SVG names itself

_ORDERS = {b"II*\0": "<", b"MM\0*": ">", b"II+\0": "<", b"MM\0+": ">"}
_MAKE, _COMPRESSION, _SUB_IFDS, _DNG_VERSION = 271, 259, 330, 50706
_OF_TIFF = frozenset({1, 2, 3, 4, 5, 6, 7, 8, 32773, 32946, 34712, 50000, 50001})


def recognised(data: bytes) -> str | None:
    """Name the file's format in words, "a BMP picture"; None if it is unknown here."""
    for signature, name in _SIGNATURES:
        if data.startswith(signature):
            return name
    if data[:4] in _ORDERS:
        return _tiff(data)
    if data[:4] == b"RIFF" and data[8:12] == b"AVI ":
        return _VIDEO
    if data[4:8] == b"ftyp":
        return _BRANDS.get(data[8:12], _VIDEO)
    text = data[:_TEXT].lstrip(b"\xef\xbb\xbf \t\r\n")
    if text.startswith(b"<") and any(mark in text for mark in _SVG):
        return "an SVG drawing"
    return None


def _tiff(data: bytes) -> str:
    """Recognise RAW files, which cameras write as TIFF with tags of their own or nested
    pictures.
    """
    try:
        tags = dict(_tags(data, _ORDERS[data[:4]]))
    except struct.error:
        return "a TIFF picture"
    if _DNG_VERSION in tags:
        return "a DNG RAW file"
    compressed = tags.get(_COMPRESSION, 1) not in _OF_TIFF
    if _MAKE in tags and (_SUB_IFDS in tags or compressed):
        maker = bytes(data[tags[_MAKE] : tags[_MAKE] + 40]).split(b"\0")[0].split(b" ")[0]
        if maker.isalpha():
            return f"a {maker.decode().capitalize()} RAW file"
    return "a TIFF picture"


def _tags(data: bytes, order: str) -> Iterator[tuple[int, int]]:
    """Return the first directory's tags with their values, or the positions of these (TIFF 6.0,
    section 2).
    """
    (start,) = struct.unpack_from(f"{order}I", data, 4)
    (count,) = struct.unpack_from(f"{order}H", data, start)
    for index in range(count):
        tag, kind, _, value = struct.unpack_from(f"{order}HHII", data, start + 2 + 12 * index)
        if kind == 3 and order == ">":  # noqa: PLR2004 - a short lies in the upper half
            value >>= 16
        yield tag, value
