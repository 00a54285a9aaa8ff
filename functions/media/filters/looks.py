"""Applies a named filter to pixels."""

import zlib
from array import array
from functools import cache
from importlib.resources import files

import msgspec
from PIL import Image, ImageChops, ImageFilter

from functions.media.filters.table import LOOKS_FILE, SIDE, Look


def filtered(image: Image.Image, name: str | None) -> Image.Image:
    """Apply that filter of FILTERS to an sRGB image; None leaves it unchanged."""
    if name is None:
        return image
    toned = image.filter(_table(name))
    vignette = _looks()[name].vignette
    return ImageChops.multiply(toned, _vignette(image.size, vignette)) if vignette else toned


@cache
def _looks() -> dict[str, Look]:
    packed = files(__package__).joinpath(LOOKS_FILE).read_bytes()
    return msgspec.msgpack.decode(zlib.decompress(packed), type=dict[str, Look])


@cache
def _table(name: str) -> ImageFilter.Color3DLUT:
    values = array("f", (level / 255 for level in _looks()[name].table))
    return ImageFilter.Color3DLUT(SIDE, values, _copy_table=False)


def _vignette(size: tuple[int, int], strength: float) -> Image.Image:
    """Return a mask: white in the middle, and darker towards the corners by `strength`."""
    rings = Image.radial_gradient("L")  # 0 in the middle, 255 in the corners
    shades = [round(255 * (1 - strength * max(0, ring - 110) / 145)) for ring in range(256)]
    plane = rings.point(shades).resize(size, Image.Resampling.BILINEAR)
    return Image.merge("RGB", (plane, plane, plane))
