"""Chooses the part of a picture to show when there is not enough room for all of it.

Three things count: sharp edges of any colour, since the photographer focused there; colours of
skin; and the middle, because photographers seldom move their subject far from it. In an upright
picture the upper third counts as the middle, because heads are there. The weights were chosen on
one half of 240 public photographs with faces and tested on the other (`bench.images_crop` and
docs/decisions/2026-11-28-pictures.md have the numbers).

An uploader's focal point overrides all of that.
"""

from PIL import Image, ImageChops, ImageFilter

from functions.media.resizing import Box, Size

Focus = tuple[float, float]
"""Right and up from the middle, from -1 to 1, as in Mastodon."""

_LONG = 96  # of the copy that is examined: it shows leaves and faces, not their texture
_RIM = 0.4  # the weight of an edge at the part's rim, relative to one in its middle
_EDGES, _SKIN = 1.0, 1.0
_MIDDLE, _UPPER_THIRD = 0.75, 1.5
_UPPER = 0.35  # the place that counts as the middle of an upright picture's free space

# The chroma that skins of all shades share, with light that is neither black nor burnt out.
_SKIN_BLUE, _SKIN_RED, _SKIN_LIGHT = range(77, 126), range(136, 173), range(55, 246)
# Less of it is chance; more of it is sand, wood or a wall.
_SKIN_SHARES = (0.004, 0.5)


def best_part(image: Image.Image, part: Size, focus: Focus | None = None) -> Box:
    """Return the most interesting box of `part`'s size in an RGB image. It is whole along one
    axis.
    """
    if focus is not None:
        return _around(image.size, part, focus)
    width, height = image.size
    if width * part[1] >= height * part[0]:
        left = min(_start(image, part[0] / width, 1 / 2, _MIDDLE) * width, float(width - part[0]))
        return left, 0.0, left + part[0], float(part[1])
    lying = image.transpose(Image.Transpose.TRANSPOSE)
    top = min(
        _start(lying, part[1] / height, _UPPER, _UPPER_THIRD) * height, float(height - part[1])
    )
    return 0.0, top, float(part[0]), top + part[1]


def best_square(image: Image.Image, focus: Focus | None = None) -> Box:
    """Return the most interesting of the largest square boxes of an RGB image."""
    edge = min(image.size)
    return best_part(image, (edge, edge), focus)


def focused_in(box: Box, whole: Size, focus: Focus | None) -> Focus | None:
    """Convert a focal point of the whole picture to one of a part of it."""
    if focus is None:
        return None
    x, y = (focus[0] + 1) / 2 * whole[0], (1 - focus[1]) / 2 * whole[1]
    left, top, right, bottom = box
    return 2 * (x - left) / (right - left) - 1, 1 - 2 * (y - top) / (bottom - top)


def _around(whole: Size, part: Size, focus: Focus) -> Box:
    """Return the part with the focal point in its middle, or as near to it as the picture
    allows.
    """
    left = _clamped((focus[0] + 1) / 2 * whole[0] - part[0] / 2, whole[0] - part[0])
    top = _clamped((1 - focus[1]) / 2 * whole[1] - part[1] / 2, whole[1] - part[1])
    return left, top, left + part[0], top + part[1]


def _clamped(value: float, most: float) -> float:
    return max(0.0, min(float(most), value))


def _start(image: Image.Image, share: float, middle: float, pull: float) -> float:
    """Return where a part with that share of the width begins, as a share of the width. `middle` is
    the place in the free space that attracts it.
    """
    rows = max(3, round(_LONG * image.height / image.width))
    copy = image.resize((_LONG, rows), Image.Resampling.BOX)
    wide = min(_LONG, max(1, round(_LONG * share)))
    free = _LONG - wide
    weights = [1 - (1 - _RIM) * abs((place + 0.5) / wide * 2 - 1) for place in range(wide)]
    edges, (skin, seen) = _edges(copy), _skin(copy)
    of_skin = _SKIN if _SKIN_SHARES[0] < seen < _SKIN_SHARES[1] else _SKIN / 4

    def shown(start: int) -> tuple[float, float]:
        away = abs(start - middle * free) / _LONG
        worth = _EDGES * _within(edges, start, weights) + of_skin * _within(skin, start, weights)
        return worth - pull * away, -away  # a picture without detail is cut in the middle

    return max(range(free + 1), key=shown) / _LONG


def _within(columns: list[int], start: int, weights: list[float]) -> float:
    """Return how much of the total weight lies in the columns from `start` on."""
    window = columns[start : start + len(weights)]
    seen = sum(one * weight for one, weight in zip(window, weights, strict=True))
    return seen / (sum(columns) or 1)


def _edges(copy: Image.Image) -> list[int]:
    """Return for each column the squares of its edges. Squaring lets one strong edge outweigh much
    grain.
    """
    red, green, blue = (channel.filter(ImageFilter.FIND_EDGES) for channel in copy.split())
    edges = ImageChops.lighter(ImageChops.lighter(red, green), blue)
    inner = Image.new("L", copy.size)  # the filter leaves a frame
    inner.paste(edges.crop((1, 1, copy.width - 1, copy.height - 1)), (1, 1))
    levels = inner.tobytes()
    return [sum(v * v for v in levels[column :: copy.width]) for column in range(copy.width)]


def _skin(copy: Image.Image) -> tuple[list[int], float]:
    """Return for each column how much has the colours of skin, and the share of the picture that
    has.
    """
    light, blue, red = copy.convert("YCbCr").split()
    ranges = ((light, _SKIN_LIGHT), (blue, _SKIN_BLUE), (red, _SKIN_RED))
    masks = [
        plane.point([255 * (level in wanted) for level in range(256)]) for plane, wanted in ranges
    ]
    mask = ImageChops.darker(ImageChops.darker(masks[0], masks[1]), masks[2])
    levels = mask.filter(ImageFilter.MedianFilter(3)).tobytes()
    columns = [sum(levels[column :: copy.width]) for column in range(copy.width)]
    return columns, sum(columns) / (255 * len(levels))
