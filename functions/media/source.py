"""A decoded upload: no more pixels than its renditions need, and the facts in its metadata."""

from collections.abc import Callable
from contextlib import suppress
from typing import Any

import msgspec
from PIL import Image

from functions.media.apertures import stored
from functions.media.colour import srgb
from functions.media.decoding import guarded, loaded, opened
from functions.media.exif import Facts, facts
from functions.media.formats import Refused
from functions.media.planes import Planar
from functions.media.resizing import Box, Size, resized
from functions.media.stills import Picture

_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


class Source(msgspec.Struct, frozen=True):
    """The pixels as stored: not yet turned upright, not yet sRGB."""

    image: Image.Image | Planar
    stored: Size  # of the original; `image` may be a fraction of it
    orientation: int
    info: dict[Any, Any]
    is_grey: bool
    exif: Facts

    @property
    def size(self) -> Size:
        """Return the size of the original as seen, upright."""
        return _turned(self.stored, self.orientation)

    def part(self, area: Box, size: Size) -> Image.Image:
        """Return an area of the original, at `size` (both as seen): upright, opaque, sRGB.

        It is turned and converted after the resampling, when a tenth of the pixels is left.
        """
        width, height = self.image.size
        across, down = width / self.stored[0], height / self.stored[1]
        left, top, right, bottom = stored(area, self.size, self.orientation)
        right, bottom = min(right * across, width), min(bottom * down, height)
        box = max(0.0, left * across), max(0.0, top * down), right, bottom
        lying = _turned(size, self.orientation)
        if isinstance(self.image, Planar):
            small = self.image.resized(lying, box)
        else:
            small = resized(self.image, lying, box)
        upright = srgb(small, self.info, is_grey=self.is_grey)
        turn = _TURNS.get(self.orientation)
        return upright if turn is None else upright.transpose(turn)


def read(data: bytes, needed: Callable[[Size], Size], *, position: bool = False) -> Source:
    """Decode an upload to at least the pixels of `needed`, which maps the original's size, as seen,
    to a size. `position` keeps where it was taken among its facts.

    Raises Refused and nothing else, whatever the bytes are.
    """
    picture = opened(data)
    loaded(picture)
    size = picture.size
    turn, kept = _metadata(picture, position=position)
    least = _turned(needed(_turned(size, turn)), turn)
    image = guarded(lambda: picture.workable(least))
    return Source(image, size, turn, picture.info, picture.is_grey, kept)


def _turned(size: Size, turn: int) -> Size:
    """Convert a stored size to the size as seen, or back: orientations 5 to 8 lie on their side."""
    return size[::-1] if turn >= 5 else size  # noqa: PLR2004 - an Exif value, as in the sentence


def _metadata(picture: Picture, *, position: bool) -> tuple[int, Facts]:
    """Read orientation and facts. A picture with broken EXIF is shown as stored, without facts."""
    turn, kept = 1, {}
    with suppress(Refused):
        turn = guarded(picture.turn)
        kept = guarded(lambda: facts(picture.exif(), position=position))
    return turn, kept
