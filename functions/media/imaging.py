"""The render pipeline: from an upload's bytes to the bytes of its renditions. Pure.

A large JPEG is decoded at a fraction of its size and resampled once to the full rendition. The
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
from functions.media.formats import CONTENT_TYPES, MAX_BYTES, MAX_PIXELS, Refused, sniff
from functions.media.interest import Focus, best_part, best_square, focused_in
from functions.media.placeholder import placeholder
from functions.media.resizing import Box, Size, cropped, fitted, resized
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
_LOOKED_AT = 320  # the longer side of the copy on which the frame of a story is chosen


class Rendition(msgspec.Struct, frozen=True):
    """One encoded picture; `name` is "thumbnail", "small", "medium", "full" or "full_jpeg"."""

    name: str
    width: int
    height: int
    content_type: str
    data: bytes


class Rendered(msgspec.Struct, frozen=True):
    """The stored results of an upload. Width and height are the full rendition's, in pixels."""

    width: int
    height: int
    renditions: tuple[Rendition, ...]
    blurhash: str
    color: str
    exif: Facts
    content_type: str  # of the upload, by its bytes


def render(
    data: bytes,
    kind: str = "post",
    filter: str | None = None,  # noqa: A002 - the word of the API
    *,
    jpeg: bool = False,
    position: bool = False,
    focus: Focus | None = None,
) -> Rendered:
    """Make the renditions, the placeholder and the facts of an uploaded picture.

    `kind` is "post" (inside a square of 1080) or "story" (the part that covers 1080 x 1920).
    `focus` is the point that thumbnails and stories must show; without one they show the most
    interesting part. `filter` is one of FILTERS, or None. With `jpeg` there is a fifth rendition
    "full_jpeg", for clients that cannot show WebP. With `position` the facts include where the
    picture was taken.

    Nothing is ever enlarged: a small source has all renditions, too, at its own size. Raises
    Refused, and nothing else, whatever the bytes are.
    """
    if kind not in ("post", "story"):
        raise ValueError(f"no such kind of picture: {kind!r}")
    if filter is not None and filter not in FILTERS:
        raise ValueError(f"no such filter: {filter!r}")
    images, exif = pictures(data, kind, filter, position=position, focus=focus)
    full = images["full"]
    blurhash, color = placeholder(images["small"])
    if jpeg:
        images["full_jpeg"] = full
    renditions = _encoded_beside(images)
    true = CONTENT_TYPES[sniff(data)]
    return Rendered(full.width, full.height, renditions, blurhash, color, exif, true)


def pictures(
    data: bytes,
    kind: str,
    look: str | None = None,
    *,
    position: bool = False,
    focus: Focus | None = None,
) -> tuple[dict[str, Image.Image], Facts]:
    """Return the pixels of the renditions by name, smallest first, and the EXIF facts.

    The decoded original is freed when this function returns, before any encoder needs memory.
    """
    source = read(data, lambda seen: _needed(seen, kind), position=position)
    region, size = _framed(source.size, kind)
    area = _area(source, region, focus)
    full = filtered(source.part(area, size), look)
    medium = resized(full, fitted(size, MEDIUM))
    small = resized(medium, fitted(size, SMALL))
    within = focused_in(area, source.size, focus)
    thumbnail = _thumbnail(medium, full, region)
    if thumbnail is None:
        strip = _strip(area, within)
        within = focused_in(strip, source.size, focus)
        thumbnail = filtered(source.part(strip, _strip_size(strip)), look)
    square = _square(thumbnail, within)
    return {"thumbnail": square, "small": small, "medium": medium, "full": full}, source.exif


def _area(source: Source, region: Size, focus: Focus | None) -> Box:
    """Return the position of the shown region in the picture."""
    whole = (0.0, 0.0, float(source.size[0]), float(source.size[1]))
    if region == source.size:
        return whole
    small = fitted(source.size, _LOOKED_AT)
    part = best_part(source.part(whole, small), _scaled(region, source.size, small), focus)
    left, top = (part[axis] * source.size[axis] / small[axis] for axis in (0, 1))
    left, top = min(left, source.size[0] - region[0]), min(top, source.size[1] - region[1])
    return left, top, left + region[0], top + region[1]


def _scaled(region: Size, whole: Size, small: Size) -> Size:
    width, height = (
        max(1, min(to, round(part * to / of)))
        for part, of, to in zip(region, whole, small, strict=True)
    )
    return width, height


def _framed(seen: Size, kind: str) -> tuple[Size, Size]:
    """Return the part of the original to show, and its largest size."""
    if kind == "post":
        return seen, fitted(seen, FULL)
    region = cropped(seen, STORY)
    return region, (min(region[0], STORY[0]), min(region[1], STORY[1]))


def _needed(seen: Size, kind: str) -> Size:
    """Return the least size to decode to. It suffices for the full rendition, and for a thumbnail
    cut from the original, which is sharper than the full rendition if that is a narrow panorama.
    """
    region, size = _framed(seen, kind)
    wide, high = (
        max(math.ceil(whole * to / part), min(THUMBNAIL, whole))
        for whole, part, to in zip(seen, region, size, strict=True)
    )
    return wide, high


def _thumbnail(medium: Image.Image, full: Image.Image, region: Size) -> Image.Image | None:
    """Make a thumbnail from the smallest picture that is sharp enough."""
    sharp = (one for one in (medium, full) if min(one.size) >= THUMBNAIL or one.size == region)
    return next(sharp, None)


def _strip(area: Box, focus: Focus | None) -> Box:
    """Return the part of a panorama around its focal point, or its middle, that is sixteen times as
    long as it is high.
    """
    left, top, right, bottom = area
    width, height = right - left, bottom - top
    edge = _STRIP * min(width, height)
    across, down = (focus[0], focus[1]) if focus else (0.0, 0.0)
    wide, high = min(width, edge), min(height, edge)
    left += (width - wide) * (1 + across) / 2
    top += (height - high) * (1 - down) / 2
    return left, top, left + wide, top + high


def _strip_size(strip: Box) -> Size:
    """Return the size of such a part, not higher than a thumbnail."""
    width, height = round(strip[2] - strip[0]), round(strip[3] - strip[1])
    edge = min(width, height)
    return fitted((width, height), max(width, height) * min(edge, THUMBNAIL) // edge)


def _square(image: Image.Image, focus: Focus | None) -> Image.Image:
    side = min(*image.size, THUMBNAIL)
    return resized(image, (side, side), best_square(image, focus))


def _encoded_beside(images: dict[str, Image.Image]) -> tuple[Rendition, ...]:
    """Encode the full rendition beside the others. It takes as long as they do together, so one
    more thread is enough. Each further thread would keep an allocator's arena of ten megabytes.
    """
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
