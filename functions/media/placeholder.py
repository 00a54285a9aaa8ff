"""The placeholder while a picture loads: a blurred copy in a few letters, and a colour."""

import blurhash_rs
from PIL import Image

_LONG, _SHORT = 32, 24  # enough for a blurhash of 4 x 3 waves; larger copies give the same letters
_COLORS = 8


def placeholder(image: Image.Image) -> tuple[str, str]:
    """Return the blurhash (https://blurha.sh) and the dominant colour ("#rrggbb") of an RGB
    image.
    """
    wide = image.width >= image.height
    copy = image.resize((_LONG, _SHORT) if wide else (_SHORT, _LONG), Image.Resampling.BOX)
    waves = (4, 3) if wide else (3, 4)
    return blurhash_rs.blurhash_encode(copy, *waves), _dominant(copy)


def _dominant(copy: Image.Image) -> str:
    """Return the mean of the largest of eight clusters. A mean of all would be grey for most
    pictures.
    """
    clusters = copy.quantize(_COLORS, dither=Image.Dither.NONE)
    counts = clusters.histogram()[:_COLORS]
    first = 3 * counts.index(max(counts))
    red, green, blue = (clusters.getpalette() or [0, 0, 0])[first : first + 3]
    return f"#{red:02x}{green:02x}{blue:02x}"
