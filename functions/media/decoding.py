"""From an uploaded file to pixels: one decoder a format, imported when it is first met."""

import re
from collections.abc import Callable
from io import BytesIO
from itertools import islice
from typing import Any, Protocol, TypeVar

from PIL import Image
from PIL.ImageFile import ImageFile

from functions.media.formats import (
    MAX_PIXELS,
    Refused,
    check_memory,
    check_pixels,
    sniff,
)

# Every scan of a progressive JPEG goes over the whole picture, so a small file of thousands of
# empty scans would cost minutes. Encoders write about ten.
MAX_SCANS = 64
_START_OF_SCAN = re.compile(b"\xff\xda")  # three times as fast as bytes.count

# What a decoder holds at its peak, in bytes a pixel (measured), without and with alpha. AVIF's
# keeps luma and chroma beside the colours; WebP's, made for animations, two canvases and a copy.
_BYTES = {"PNG": (4, 4), "GIF": (4, 4), "WEBP": (18, 18), "AVIF": (9, 13)}

# Pillow raises from twice this number, for what a decoder allocates while it opens a file.
# (At once this number it only warns; `check_pixels` has refused such a picture by then.)
Image.MAX_IMAGE_PIXELS = MAX_PIXELS

Result = TypeVar("Result")


class Picture(Protocol):
    """What is asked of an opened file, be it Pillow's or our own HEIC."""

    @property
    def format(self) -> str | None: ...
    @property
    def size(self) -> tuple[int, int]: ...
    @property
    def mode(self) -> str: ...
    @property
    def info(self) -> dict[Any, Any]: ...
    def load(self) -> Any: ...
    def getexif(self) -> Image.Exif: ...
    def crop(self, box: tuple[int, int, int, int]) -> Image.Image: ...


def opened(data: bytes) -> Picture:
    """The picture with its size and metadata known and its pixels not yet decoded.

    Raises Refused when the bytes are not a picture of an allowed format and size.
    """
    name = sniff(data)
    decoder = _DECODERS[name]
    picture = guarded(lambda: decoder(BytesIO(data)))
    check_pixels(*picture.size)
    check_memory(*picture.size, guarded(lambda: _bytes_a_pixel(name, picture, data)))
    return picture


def loaded(picture: Picture) -> None:
    """Decodes: the first frame or primary image of a file with several."""
    guarded(picture.load)
    check_pixels(*picture.size)  # a container's header and its payload may disagree


def guarded(step: Callable[[], Result]) -> Result:
    """The step's result; any error in it is told as Refused.

    Decoders answer hostile bytes with a dozen kinds of exception, which change from one release
    to the next, so everything is caught here, and only around their calls.
    """
    try:
        return step()
    except Refused:
        raise
    except (Image.DecompressionBombError, MemoryError) as error:
        raise Refused("too_many_pixels", "The picture needs too much memory.") from error
    except Exception as error:
        raise Refused("corrupt", "The file is damaged and cannot be read.") from error


def _bytes_a_pixel(name: str, picture: Any, data: bytes) -> float:
    if name == "JPEG":
        return _jpeg_bytes(picture, data)
    if name == "HEIF":
        return float(picture.bytes_a_pixel)
    return _BYTES[name]["A" in picture.mode]


def _jpeg_bytes(picture: Any, data: bytes) -> float:
    """One scan is decoded row by row, at half size where it is large. Several are gathered as
    coefficients of two bytes for each sample of each colour, before any pixel is made."""
    later = sum(1 for _ in islice(_START_OF_SCAN.finditer(data, picture.fp.tell()), MAX_SCANS))
    if later >= MAX_SCANS:
        raise Refused("corrupt", "The JPEG has more scans than a photograph needs.")
    areas = [across * down for _, across, down, _ in picture.layer]
    return 1 + 2 * sum(areas) / max(areas) if later else 1


# The plugin classes are called directly: `Image.open` would import plugins that are not wanted
# here, and would read a multi-picture JPEG's further pictures.


def _jpeg(file: BytesIO) -> ImageFile:
    from PIL.JpegImagePlugin import JpegImageFile

    return JpegImageFile(file)


def _png(file: BytesIO) -> ImageFile:
    from PIL.PngImagePlugin import PngImageFile

    return PngImageFile(file)


def _webp(file: BytesIO) -> ImageFile:
    from PIL.WebPImagePlugin import WebPImageFile

    return WebPImageFile(file)


def _gif(file: BytesIO) -> ImageFile:
    from PIL.GifImagePlugin import GifImageFile

    return GifImageFile(file)


def _avif(file: BytesIO) -> ImageFile:
    from PIL.AvifImagePlugin import AvifImageFile

    return AvifImageFile(file)


def _heif(file: BytesIO) -> Picture:
    try:
        from functions.media.heif import HeifPicture
    except ImportError as error:
        raise Refused("unsupported_type", "HEIC pictures are not taken here.") from error
    return HeifPicture(file)


_DECODERS: dict[str, Callable[[BytesIO], Picture]] = {
    "JPEG": _jpeg,
    "PNG": _png,
    "WEBP": _webp,
    "GIF": _gif,
    "HEIF": _heif,
    "AVIF": _avif,
}
