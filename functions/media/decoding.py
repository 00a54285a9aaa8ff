"""Decodes an uploaded file to pixels: one module per format, imported when it is first needed."""

from collections.abc import Callable
from io import BytesIO
from typing import TypeVar

from PIL import Image

from functions.media.formats import (
    DAMAGED,
    MAX_PIXELS,
    Refused,
    check_memory,
    check_pixels,
    sniff,
)
from functions.media.stills import Picture

# Pillow raises an error from twice this number on, which limits what a decoder allocates while it
# opens a file. From this number on it only warns, but `check_pixels` has refused such a picture by
# then.
Image.MAX_IMAGE_PIXELS = MAX_PIXELS

_OUT_OF_MEMORY = "out of memory"
"""The words of Pillow's OSError when a decoder could not allocate memory."""

Result = TypeVar("Result")


def opened(data: bytes) -> Picture:
    """Open a picture, so that its size is known but its pixels are not decoded.

    Raises Refused when the bytes are not a picture of an allowed format and size.
    """
    decoder = _DECODERS[sniff(data)]
    picture = guarded(lambda: decoder(BytesIO(data)))
    check_pixels(*picture.size)
    check_memory(*picture.size, guarded(lambda: picture.bytes_a_pixel))
    return picture


def loaded(picture: Picture) -> None:
    """Decode a picture, unless it will be decoded to a size later. Of several pictures in a file,
    take the first.
    """
    guarded(picture.load)
    check_pixels(*picture.size)  # a container's header and its payload may disagree


def guarded(step: Callable[[], Result]) -> Result:
    """Run the step and return its result. Any error in it becomes Refused, unless it may lie in the
    machine: a lack of memory, or a library that cannot be loaded.

    Decoders answer hostile bytes with a dozen kinds of exception, which change from one release to
    the next. So everything is caught here, but only around their calls.
    """
    try:
        return step()
    except Refused:
        raise
    except (MemoryError, ImportError):
        raise
    except Image.DecompressionBombError as error:
        raise Refused("too_many_pixels", "The picture needs too much memory.") from error
    except Exception as error:
        if _OUT_OF_MEMORY in str(error):
            raise MemoryError from error
        raise Refused("corrupt", DAMAGED) from error


# The plugin classes are called directly: `Image.open` would import unwanted plugins, and would also
# read the further pictures of a multi-picture JPEG.


def _jpeg(file: BytesIO) -> Picture:
    from functions.media.jpeg import Jpeg

    return Jpeg(file)


def _png(file: BytesIO) -> Picture:
    from functions.media.png import Png

    return Png(file)


def _webp(file: BytesIO) -> Picture:
    from functions.media import webp

    return webp.opened(file)


def _gif(file: BytesIO) -> Picture:
    from functions.media.gif import Gif

    return Gif(file)


def _avif(file: BytesIO) -> Picture:
    from functions.media.avif import Avif

    return Avif(file)


def _heif(file: BytesIO) -> Picture:
    try:
        from functions.media.heif import Heif
    except ModuleNotFoundError as error:
        raise Refused("unsupported_type", "HEIC pictures are not taken here.") from error
    return Heif(file)


_DECODERS: dict[str, Callable[[BytesIO], Picture]] = {
    "JPEG": _jpeg,
    "PNG": _png,
    "WEBP": _webp,
    "GIF": _gif,
    "HEIF": _heif,
    "AVIF": _avif,
}
