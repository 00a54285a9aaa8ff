"""Makes large pictures workable without a second copy of all their pixels."""

from collections.abc import Iterator
from itertools import chain
from typing import Protocol

from PIL import Image

from functions.media.colour import resizable
from functions.media.resizing import Region, Size

# From this size on a whole copy (to convert, or to weight by alpha) would take too much memory.
LARGE = 16_000_000
_BAND = 1_000_000  # pixels converted at a time


class Readable(Protocol):
    """Pixels that can be read in parts."""

    @property
    def size(self) -> Size: ...
    def crop(self, box: Region) -> Image.Image: ...


def workable(picture: Readable, needed: Size) -> Image.Image:
    """Return the pixels in a resizable mode. A large picture is averaged down to twice `needed` or
    more.

    Each axis is divided by a whole factor of its own, in bands. So besides the decoded image only
    the result and one band are in memory.
    """
    width, height = picture.size
    across, down = max(1, width // (2 * needed[0])), max(1, height // (2 * needed[1]))
    if width * height < LARGE or across * down == 1:
        whole = picture if isinstance(picture, Image.Image) else picture.crop((0, 0, width, height))
        return resizable(whole)
    rows = max(1, _BAND // (width * down)) * down
    bands = (
        resizable(picture.crop((0, top, width, min(height, top + rows)))).reduce((across, down))
        for top in range(0, height, rows)
    )
    return _stacked(bands, -(-height // down))


def _stacked(bands: Iterator[Image.Image], height: int) -> Image.Image:
    first = next(bands)
    result = Image.new(first.mode, (first.width, height))
    top = 0
    for band in chain([first], bands):
        result.paste(band, (0, top))
        top += band.height
    return result
