"""The render pipeline: an upload's bytes in, its renditions' bytes out. Pure.

A large JPEG is decoded at a fraction of its size and resampled once to the full rendition; the
smaller renditions come from the larger ones.
"""

import math
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO

import msgspec
from PIL import Image

from functions.media.exif import Facts
from functions.media.formats import MAX_BYTES, MAX_PIXELS, Refused
from functions.media.placeholder import placeholder
from functions.media.resizing import Size, centred, cropped, fitted, resized
from functions.media.source import Source, read

__all__ = ["MAX_BYTES", "MAX_PIXELS", "Refused", "Rendered", "Rendition", "render"]

FULL, MEDIUM, SMALL, THUMBNAIL = 1080, 640, 320, 150  # sides of the squares they fit into
STORY: Size = (1080, 1920)

# libwebp's method 2 takes half the CPU of its usual 4 and 2.5% more bytes. A rendition is encoded
# once and sent many times, so the full one, two thirds of all bytes, gets the better method.
WEBP_QUALITY = 80
WEBP_METHODS = {"thumbnail": 2, "small": 2, "medium": 2, "full": 4}


class Rendition(msgspec.Struct, frozen=True):
    """One encoded picture; `name` is "thumbnail", "small", "medium" or "full"."""

    name: str
    width: int
    height: int
    content_type: str
    data: bytes


class Rendered(msgspec.Struct, frozen=True):
    """All that is kept of an upload; width and height are the full rendition's, in pixels."""

    width: int
    height: int
    renditions: tuple[Rendition, ...]
    blurhash: str
    color: str
    exif: Facts


def render(data: bytes, kind: str = "post") -> Rendered:
    """The renditions, placeholder and facts of an uploaded picture.

    `kind` is "post" (inside a square of 1080) or "story" (the centre that covers 1080 x 1920).
    Nothing is ever enlarged: a small source still gives all four renditions, at its own size.
    Raises Refused, and nothing else, whatever the bytes are.
    """
    if kind not in ("post", "story"):
        raise ValueError(f"no such kind of picture: {kind!r}")
    images, exif = pictures(data, kind)
    full = images.pop("full")
    blurhash, color = placeholder(images["small"])
    # The full rendition takes as long as the others together, so one thread beside this one is
    # enough; each more would keep an allocator's arena of its own, ten megabytes of it.
    with ThreadPoolExecutor(1) as pool:
        others = pool.map(_encoded, images.items())
        largest = _encoded(("full", full))
    return Rendered(full.width, full.height, (*others, largest), blurhash, color, exif)


def pictures(data: bytes, kind: str) -> tuple[dict[str, Image.Image], Facts]:
    """The renditions' pixels by name, smallest first, and what the EXIF says.

    The decoded original goes out of memory with this function, before any encoder takes some.
    """
    source = read(data, lambda seen: _needed(seen, kind))
    region, size = _framed(source.size, kind)
    full = source.part(region, size)
    medium = resized(full, fitted(size, MEDIUM))
    small = resized(medium, fitted(size, SMALL))
    thumbnail = _thumbnail(source, region, medium, full)
    return {"thumbnail": thumbnail, "small": small, "medium": medium, "full": full}, source.exif


def _framed(seen: Size, kind: str) -> tuple[Size, Size]:
    """What part of the original is shown, and how large at most."""
    if kind == "post":
        return seen, fitted(seen, FULL)
    region = cropped(seen, STORY)
    return region, (min(region[0], STORY[0]), min(region[1], STORY[1]))


def _needed(seen: Size, kind: str) -> Size:
    """The size to decode to at least: enough for the full rendition, and for a thumbnail cut from
    the original, which is sharper than the full one where that is a narrow panorama."""
    region, size = _framed(seen, kind)
    wide, high = (
        max(math.ceil(whole * to / part), min(THUMBNAIL, whole))
        for whole, part, to in zip(seen, region, size, strict=True)
    )
    return wide, high


def _thumbnail(source: Source, region: Size, medium: Image.Image, full: Image.Image) -> Image.Image:
    """The centre square, from the smallest picture that has it in full sharpness."""
    for image in (medium, full):
        edge = min(image.size)
        if edge >= THUMBNAIL or image.size == region:
            side = min(edge, THUMBNAIL)
            return resized(image, (side, side), centred(image.size, (edge, edge)))
    edge = min(region)
    side = min(edge, THUMBNAIL)
    return source.part((edge, edge), (side, side))


def _encoded(named: tuple[str, Image.Image]) -> Rendition:
    name, image = named
    file = BytesIO()
    image.save(file, "WEBP", quality=WEBP_QUALITY, method=WEBP_METHODS[name])
    return Rendition(name, image.width, image.height, "image/webp", file.getvalue())
