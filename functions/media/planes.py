"""Pictures in the form of video codecs: luma separate from chroma.

They are resampled plane by plane and become RGB only at a rendition's size. That takes half the
bytes, and a fraction of the work, of converting all pixels.
"""

import msgspec
from PIL import Image

from functions.media.resizing import Box, Region, Size, resized

# The shares of red and blue in luma, by the code of the matrix: ITU-T H.273, table 4.
_SHARES = {
    1: (0.2126, 0.0722),
    4: (0.30, 0.11),
    7: (0.212, 0.087),
    9: (0.2627, 0.0593),
    10: (0.2627, 0.0593),
}
_BT601 = (0.299, 0.114)  # also where nothing is said
IDENTITY = 0  # the planes are green, blue and red
_BLACK, _WHITE, _GREY, _STRONGEST = 16, 235, 128, 240  # of the limited range


class Matrix(msgspec.Struct, frozen=True):
    """The conversion of luma and chroma to red, green and blue: H.273's code, and the levels'
    range.
    """

    code: int
    full_range: bool


class Planar(msgspec.Struct, frozen=True):
    """One plane (grey) or three of 8 bits, luma first, each with a size of its own.

    They hold a picture of the size `whole`, of which `region` is shown.
    """

    whole: Size
    region: Region
    planes: tuple[Image.Image, ...]
    matrix: Matrix

    @property
    def size(self) -> Size:
        left, top, right, bottom = self.region
        return right - left, bottom - top

    def resized(self, size: Size, box: Box) -> Image.Image:
        """Return `box` of the shown region, at `size`, in L or RGB."""
        planes = [self._sampled(plane, size, box) for plane in self.planes]
        if len(planes) == 1:
            return planes[0] if self.matrix.full_range else planes[0].point(_stretched())
        if self.matrix.code == IDENTITY:
            green, blue, red = planes
            image = Image.merge("RGB", (red, green, blue))
            return image if self.matrix.full_range else image.point(_stretched() * 3)
        return Image.merge("RGB", planes).convert("RGB", _to_rgb(self.matrix))

    def on_white(self, alpha: Image.Image) -> "Planar":
        """Flatten transparency before resampling, so that hidden colours never bleed into the
        result.
        """
        white = 255 if self.matrix.full_range else _WHITE
        grey = white if self.matrix.code == IDENTITY else _GREY
        laid = (
            _laid(plane, white if index == 0 else grey, alpha)
            for index, plane in enumerate(self.planes)
        )
        return msgspec.structs.replace(self, planes=tuple(laid))

    def _sampled(self, plane: Image.Image, size: Size, box: Box) -> Image.Image:
        across, down = plane.width / self.whole[0], plane.height / self.whole[1]
        left, right = ((edge + self.region[0]) * across for edge in box[::2])
        top, bottom = ((edge + self.region[1]) * down for edge in box[1::2])
        box = left, top, min(right, plane.width), min(bottom, plane.height)
        return resized(plane, size, box)


def _laid(plane: Image.Image, ground: int, alpha: Image.Image) -> Image.Image:
    mask = alpha if alpha.size == plane.size else alpha.resize(plane.size, Image.Resampling.BOX)
    return Image.composite(plane, Image.new("L", plane.size, ground), mask)


def _stretched() -> list[int]:
    """Stretch the levels of the limited range to the full range."""
    levels = (round((level - _BLACK) * 255 / (_WHITE - _BLACK)) for level in range(256))
    return [min(255, max(0, level)) for level in levels]


def _to_rgb(matrix: Matrix) -> tuple[float, ...]:
    """Return the conversion matrix with four columns per row: the shares of Y, Cb and Cr, and a
    constant.
    """
    red, blue = _SHARES.get(matrix.code, _BT601)
    green = 1 - red - blue
    luma = 1.0 if matrix.full_range else 255 / (_WHITE - _BLACK)
    chroma = 1.0 if matrix.full_range else 255 / (_STRONGEST - _BLACK)
    black = 0 if matrix.full_range else _BLACK
    of_cr, of_cb = 2 * (1 - red) * chroma, 2 * (1 - blue) * chroma
    rows = (
        (0.0, of_cr),
        (-of_cb * blue / green, -of_cr * red / green),
        (of_cb, 0.0),
    )
    return tuple(
        part for cb, cr in rows for part in (luma, cb, cr, -luma * black - _GREY * (cb + cr))
    )
