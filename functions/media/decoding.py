"""From an uploaded file to pixels: one decoder a format, imported when it is first met."""

import re
from collections.abc import Callable
from io import BytesIO
from itertools import islice
from typing import TypeVar

from PIL import Image
from PIL.ImageFile import ImageFile

from functions.media.formats import MAX_PIXELS, Refused, check_pixels, sniff

# A progressive JPEG is decoded scan by scan over the whole picture, so a small file of thousands
# of empty scans costs minutes. Encoders write about ten.
MAX_SCANS = 64
_START_OF_SCAN = re.compile(b"\xff\xda")  # three times as fast as bytes.count

# Pillow raises from twice this number, for what a decoder allocates while it opens a file.
# (At once this number it only warns; `check_pixels` has refused such a picture by then.)
Image.MAX_IMAGE_PIXELS = MAX_PIXELS

Result = TypeVar("Result")


def opened(data: bytes) -> ImageFile:
    """The picture with its size and metadata known and its pixels not yet decoded.

    Raises Refused when the bytes are not a picture of an allowed format and size.
    """
    name = sniff(data)
    if name == "JPEG" and any(islice(_START_OF_SCAN.finditer(data), MAX_SCANS, None)):
        raise Refused("corrupt", "The JPEG has more scans than a photograph needs.")
    decoder = _DECODERS[name]
    picture = guarded(lambda: decoder(BytesIO(data)))
    check_pixels(*picture.size)
    return picture


def loaded(picture: ImageFile) -> ImageFile:
    """The same picture, decoded: the first frame or primary image of a file with several."""
    guarded(picture.load)
    check_pixels(*picture.size)  # a container's header and its payload may disagree
    return picture


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


def _heif(file: BytesIO) -> ImageFile:
    try:
        from pillow_heif.as_plugin import (  # type: ignore[import-not-found, unused-ignore]
            HeifImageFile,
        )
    except ImportError as error:
        raise Refused("unsupported_type", "HEIC pictures are not taken here.") from error
    picture: ImageFile = HeifImageFile(file)  # type: ignore[no-untyped-call, unused-ignore]
    return picture


_DECODERS: dict[str, Callable[[BytesIO], ImageFile]] = {
    "JPEG": _jpeg,
    "PNG": _png,
    "WEBP": _webp,
    "GIF": _gif,
    "HEIF": _heif,
    "AVIF": _avif,
}
