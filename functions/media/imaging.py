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
from functions.media.filters import FILTERS
from functions.media.filters.looks import filtered
from functions.media.formats import MAX_BYTES, MAX_PIXELS, Refused
from functions.media.interest import best_square
from functions.media.placeholder import placeholder
from functions.media.resizing import Size, cropped, fitted, resized
from functions.media.source import Source, read

__all__ = ["FILTERS", "MAX_BYTES", "MAX_PIXELS", "Refused", "Rendered", "Rendition", "render"]

FULL, MEDIUM, SMALL, THUMBNAIL = 1080, 640, 320, 150  # sides of the squares they fit into
STORY: Size = (1080, 1920)

# libwebp's method 2 takes half the CPU of its usual 4 and 2.5% more bytes. A rendition is encoded
# once and sent many times, so the full one, two thirds of all bytes, gets the better method.
WEBP_QUALITY = 80
JPEG_QUALITY = 82
WEBP_METHODS = {"thumbnail": 2, "small": 2, "medium": 2, "full": 4}


_STRIP = 16


class Rendition(msgspec.Struct, frozen=True):
    """One encoded picture; `name` is "thumbnail", "small", "medium", "full" or "full_jpeg"."""

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


def render(
    data: bytes,
    kind: str = "post",
    filter: str | None = None,  # noqa: A002 - the word of the API
    *,
    jpeg: bool = False,
    position: bool = False,
) -> Rendered:
    """The renditions, placeholder and facts of an uploaded picture.

    `kind` is "post" (inside a square of 1080) or "story" (the centre that covers 1080 x 1920).
    `filter` is one of FILTERS, or None. With `jpeg` a fifth rendition "full_jpeg" follows, the
    full one for clients that cannot show WebP; with `position` the facts say where it was taken.
    Nothing is ever enlarged: a small source gives all
    renditions too, at its own size. Raises Refused, and nothing else, whatever the bytes are.
    """
    if kind not in ("post", "story"):
        raise ValueError(f"no such kind of picture: {kind!r}")
    if filter is not None and filter not in FILTERS:
        raise ValueError(f"no such filter: {filter!r}")
    images, exif = pictures(data, kind, filter, position=position)
    full = images["full"]
    blurhash, color = placeholder(images["small"])
    if jpeg:
        images["full_jpeg"] = full
    renditions = _encoded_beside(images)
    return Rendered(full.width, full.height, renditions, blurhash, color, exif)


def pictures(
    data: bytes, kind: str, look: str | None = None, *, position: bool = False
) -> tuple[dict[str, Image.Image], Facts]:
    """The renditions' pixels by name, smallest first, and what the EXIF says.

    The decoded original goes out of memory with this function, before any encoder takes some.
    """
    source = read(data, lambda seen: _needed(seen, kind), position=position)
    region, size = _framed(source.size, kind)
    full = filtered(source.part(region, size), look)
    medium = resized(full, fitted(size, MEDIUM))
    small = resized(medium, fitted(size, SMALL))
    thumbnail = _thumbnail(medium, full, region) or filtered(_strip(source, region), look)
    images = {"thumbnail": _square(thumbnail), "small": small, "medium": medium, "full": full}
    return images, source.exif


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


def _thumbnail(medium: Image.Image, full: Image.Image, region: Size) -> Image.Image | None:
    """The smallest picture that holds a thumbnail in full sharpness."""
    sharp = (one for one in (medium, full) if min(one.size) >= THUMBNAIL or one.size == region)
    return next(sharp, None)


def _strip(source: Source, region: Size) -> Image.Image:
    """The middle of a panorama, no higher than a thumbnail but sixteen times as long."""
    edge = min(region)
    middle = (min(region[0], _STRIP * edge), min(region[1], _STRIP * edge))
    return source.part(middle, fitted(middle, max(middle) * min(edge, THUMBNAIL) // edge))


def _square(image: Image.Image) -> Image.Image:
    side = min(*image.size, THUMBNAIL)
    return resized(image, (side, side), best_square(image))


def _encoded_beside(images: dict[str, Image.Image]) -> tuple[Rendition, ...]:
    """The full rendition takes as long as the others together, so one thread beside this one is
    enough; each more would keep an allocator's arena of its own, ten megabytes of it."""
    others = {name: image for name, image in images.items() if name != "full"}
    with ThreadPoolExecutor(1) as pool:
        beside = pool.map(_encoded, others.items())
        made = {"full": _encoded(("full", images["full"]))}
        made |= {one.name: one for one in beside}
    return tuple(made[name] for name in images)


def _encoded(named: tuple[str, Image.Image]) -> Rendition:
    name, image = named
    file = BytesIO()
    if name == "full_jpeg":
        image.save(file, "JPEG", quality=JPEG_QUALITY, progressive=True, optimize=True)
        return Rendition(name, image.width, image.height, "image/jpeg", file.getvalue())
    image.save(file, "WEBP", quality=WEBP_QUALITY, method=WEBP_METHODS[name])
    return Rendition(name, image.width, image.height, "image/webp", file.getvalue())
