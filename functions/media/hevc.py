"""HEVC pictures, decoded by libde265 itself.

libheif hides damage: it does not ask for warnings, and fills missing parts with green. Here a
picture counts as decoded only if the decoder saw no fault and every block is there. The planes of
libde265 are read in place, without a copy and without converting all pixels.
"""

import ctypes
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import cast

import msgspec
from PIL import Image, ImageChops

from functions.media.boxes import DamagedError, Reader
from functions.media.native import bundled
from functions.media.planes import IDENTITY, Matrix
from functions.media.resizing import Size
from functions.media.sps import depth_and_chroma, is_header

# Within a unit a 3 always interrupts these bytes (ITU-T H.265, section 7.4.2), so a zeroed range
# gives itself away.
_NEVER_WITHIN = re.compile(rb"\0\0[\0-\2]")

# Warnings that do not concern the pixels: about threads, and about messages besides the picture
# (libde265/de265.h, `de265_error`).
_HARMLESS = frozenset({14, 1000, 1022, 1025, 1036})
_SUPPRESS_FAULTY = 6
_SAMPLES = {0: 1.0, 1: 1.5, 2: 2.0, 3: 3.0}  # per pixel, by `chroma_format_idc`
_NOTES = 0.6  # bytes per pixel, measured
_BYTE = 8  # bits
_UNIT_HEADER = 2  # bytes
_PADDING = 64  # pixels; a coded picture is padded to whole blocks
_UNDONE = 4  # samples of chroma; the smallest block has eight, and filters change its edge


class Stream(msgspec.Struct, frozen=True):
    """The contents of a file's `hvcC`: bits per sample, the chroma format, and the headers'
    units.
    """

    bits: int
    chroma: int
    prefix: int  # bytes of a unit's length
    headers: list[bytes]

    @property
    def samples_a_pixel(self) -> float:
        """Return the samples of luma and chroma per pixel."""
        return _SAMPLES[self.chroma]

    @property
    def bytes_a_pixel(self) -> float:
        """Return the memory per pixel of a decoded picture, with the decoder's notes on its
        blocks.
        """
        return self.samples_a_pixel * (2 if self.bits > _BYTE else 1) + _NOTES


class _Limits(ctypes.Structure):
    _fields_ = (
        ("version", ctypes.c_uint8),
        ("max_image_size_pixels", ctypes.c_uint32),
        ("max_nal_size_bytes", ctypes.c_uint32),
        ("max_sei_messages", ctypes.c_uint32),
    )


class Signal(msgspec.Struct, frozen=True):
    """The colours that the stream itself declares, in codes of H.273; 2 where it declares none."""

    matrix: Matrix
    primaries: int
    transfer: int


class Frame(msgspec.Struct, frozen=True):
    """A decoded picture: planes of L or I;16. They live no longer than the decoder."""

    planes: list[Image.Image]
    bits: int
    signal: Signal


def stream(config: memoryview) -> Stream:
    """Read an `hvcC` (ISO/IEC 14496-15, section 8.3.3.1)."""
    reader = Reader(config)
    reader.bytes(16)
    chroma = reader.number(1) & 3
    bits = 8 + max(reader.number(1) & 7, reader.number(1) & 7)
    reader.bytes(2)
    prefix = (reader.number(1) & 3) + 1
    headers = []
    for _ in range(reader.number(1)):
        reader.number(1)
        headers += [bytes(reader.bytes(reader.number(2))) for _ in range(reader.number(2))]
    return Stream(bits, chroma, prefix, headers)


@contextmanager
def decoded(source: Stream, data: bytes, whole: Size, seen: Size) -> Iterator[Frame]:
    """Decode one item, which must have the size `whole`.

    Raises `DamagedError` unless all of the `seen` part is there. Only a part of a grid's last tiles
    is seen, and phones fill the rest with zeros.
    """
    units = [*source.headers, *_units(data, source.prefix)]
    _check_memory(source, units)
    decoder = _library.de265_new_decoder()
    try:
        limits = _library.de265_get_security_limits(decoder).contents
        limits.max_image_size_pixels = (whole[0] + _PADDING) * (whole[1] + _PADDING)
        _library.de265_set_parameter_bool(decoder, _SUPPRESS_FAULTY, 1)
        for unit in units:
            _library.de265_push_NAL(decoder, unit, len(unit), 0, None)
        frame = _frame(_picture(decoder), whole)
        if _has_undone_blocks(frame, seen):
            raise DamagedError("parts of the picture were not decoded")
        yield frame
    finally:
        _library.de265_free_decoder(decoder)


def _units(data: bytes, prefix: int) -> Iterator[bytes]:
    reader, left = Reader(memoryview(data)), len(data)
    while left:
        size = reader.number(prefix)
        unit = bytes(reader.bytes(size))
        if size < _UNIT_HEADER or _NEVER_WITHIN.search(unit.rstrip(b"\0")):
            raise DamagedError("the picture's data are no HEVC")
        left -= prefix + size
        if not (unit[0] & 1 or unit[1] >> 3):  # of the first layer: other layers refine it
            yield unit


def _check_memory(source: Stream, units: list[bytes]) -> None:
    """Refuse a stream that is not as its container tells: by that alone it was found to fit into
    memory, and the decoder follows the stream."""
    for unit in filter(is_header, units):
        if depth_and_chroma(unit) != (source.bits, source.chroma):
            raise DamagedError("the stream and its container differ in depth or chroma")


def _picture(decoder: int) -> int:
    _library.de265_flush_data(decoder)
    more, picture = ctypes.c_int(1), None
    while more.value and not picture:
        if _library.de265_decode(decoder, ctypes.byref(more)):
            break
        picture = _library.de265_get_next_picture(decoder)
    while warning := _library.de265_get_warning(decoder):
        if warning not in _HARMLESS:
            raise DamagedError(f"libde265 warns of fault {warning}")
    if not picture:
        raise DamagedError("the picture cannot be decoded")
    return int(picture)


def _frame(picture: int, whole: Size) -> Frame:
    """Return the planes, cut to the declared size: encoders pad a picture to whole blocks."""
    coded = _size(picture, 0)
    if any(not 0 <= has - told < _PADDING for has, told in zip(coded, whole, strict=True)):
        raise DamagedError("the picture is not of the size that was told")
    channels = range(3 if _library.de265_get_chroma_format(picture) else 1)
    bits = _library.de265_get_bits_per_pixel(picture, 0)
    if any(_library.de265_get_bits_per_pixel(picture, one) != bits for one in channels):
        raise DamagedError("luma and chroma differ in depth")
    matrix = Matrix(
        _library.de265_get_image_matrix_coefficients(picture),
        bool(_library.de265_get_image_full_range_flag(picture)),
    )
    signal = Signal(
        matrix,
        _library.de265_get_image_colour_primaries(picture),
        _library.de265_get_image_transfer_characteristics(picture),
    )
    return Frame([_plane(picture, channel, bits, whole) for channel in channels], bits, signal)


def _size(picture: int, channel: int) -> Size:
    width = _library.de265_get_image_width(picture, channel)
    return width, _library.de265_get_image_height(picture, channel)


def _plane(picture: int, channel: int, bits: int, whole: Size) -> Image.Image:
    """Wrap the decoder's own memory as an image."""
    stride, luma, (width, height) = ctypes.c_int(), _size(picture, 0), _size(picture, channel)
    start = _library.de265_get_image_plane(picture, channel, ctypes.byref(stride))
    seen = -(-whole[0] * width // luma[0]), -(-whole[1] * height // luma[1])
    mode = "L" if bits <= _BYTE else "I;16"
    samples = (ctypes.c_uint8 * (stride.value * height)).from_address(start)
    return Image.frombuffer(mode, seen, cast("bytes", samples), "raw", mode, stride.value, 1)


def _has_undone_blocks(frame: Frame, seen: Size) -> bool:
    """Tell whether blocks are as the decoder lays them out: all zero, in luma and chroma. No
    colour is coded so, but in planes of green, blue and red black is."""
    if len(frame.planes) == 1 or frame.signal.matrix.code == IDENTITY:
        return False
    luma, blue, red = (_shown(frame, plane, seen) for plane in frame.planes)
    if _least(blue) > 0 or _least(red) > 0:
        return False
    coded = ImageChops.lighter(_nonzero(blue), _nonzero(red))
    undone = coded.point([255] + [0] * 255).reduce(_UNDONE)
    dark = _nonzero(luma).resize(undone.size, Image.Resampling.BOX).point([255] + [0] * 255)
    return bool(ImageChops.darker(undone, dark).getextrema()[1] == 255)  # noqa: PLR2004 - white


def _least(plane: Image.Image) -> float:
    return min(cast("tuple[float, float]", plane.getextrema()))


def _shown(frame: Frame, plane: Image.Image, seen: Size) -> Image.Image:
    whole = frame.planes[0].size
    if seen[0] >= whole[0] and seen[1] >= whole[1]:
        return plane
    width, height = (-(-a * b // c) for a, b, c in zip(seen, plane.size, whole, strict=True))
    return plane.crop((0, 0, min(width, plane.width), min(height, plane.height)))


def _nonzero(plane: Image.Image) -> Image.Image:
    """Return an image that is zero exactly where the plane is zero."""
    if plane.mode == "L":
        return plane
    raw = plane.tobytes()
    low, high = (Image.frombytes("L", plane.size, raw[part::2]) for part in (0, 1))
    return ImageChops.lighter(low, high)


def _loaded() -> ctypes.CDLL:
    library = bundled("pillow_heif", "pillow_heif", "de265")
    pointer, number = ctypes.c_void_p, ctypes.c_int
    signatures = {
        "new_decoder": (pointer,),
        "free_decoder": (number, pointer),
        "get_security_limits": (ctypes.POINTER(_Limits), pointer),
        "set_parameter_bool": (None, pointer, number, number),
        "push_NAL": (number, pointer, ctypes.c_char_p, number, ctypes.c_int64, pointer),
        "flush_data": (number, pointer),
        "decode": (number, pointer, pointer),
        "get_warning": (number, pointer),
        "get_next_picture": (pointer, pointer),
        "get_chroma_format": (number, pointer),
        "get_bits_per_pixel": (number, pointer, number),
        "get_image_plane": (pointer, pointer, number, pointer),
        "get_image_width": (number, pointer, number),
        "get_image_height": (number, pointer, number),
        "get_image_full_range_flag": (number, pointer),
        "get_image_matrix_coefficients": (number, pointer),
        "get_image_colour_primaries": (number, pointer),
        "get_image_transfer_characteristics": (number, pointer),
    }
    for name, (result, *arguments) in signatures.items():
        function = getattr(library, f"de265_{name}")
        function.restype, function.argtypes = result, arguments
    return library


_library = _loaded()
