"""Makes the filters' colour tables from their recipes: `python -m functions.media.filters.build`.

A table has the filtered colour for SIDE steps each of red, green and blue, with red changing
fastest, as Pillow's Color3DLUT reads it. 17 steps are enough: every recipe is smooth, and colours
between two steps are interpolated.
"""

import tomllib
import zlib
from collections.abc import Callable
from importlib.resources import files
from itertools import pairwise
from pathlib import Path

import msgspec

from functions.media.filters.table import LOOKS_FILE, SIDE, Look

Color = tuple[float, float, float]  # sRGB-encoded, 0 to 1
Point = tuple[float, float]
Points = tuple[Point, ...]
Tone = tuple[str, float]

LUMA: Color = (0.2126, 0.7152, 0.0722)  # ITU-R BT.709
IDENTITY: Points = ((0.0, 0.0), (1.0, 1.0))


class Recipe(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One filter of recipes.toml, which explains the fields."""

    exposure: float = 0.0
    warmth: float = 0.0
    tint: float = 0.0
    curve: Points = IDENTITY
    red: Points = IDENTITY
    green: Points = IDENTITY
    blue: Points = IDENTITY
    saturation: float = 1.0
    vibrance: float = 0.0
    mono: Color | None = None
    shadows: Tone = ("#000000", 0.0)
    highlights: Tone = ("#ffffff", 0.0)
    fade: float = 0.0
    vignette: float = 0.0


def recipes() -> dict[str, Recipe]:
    """Return all recipes by name, in the file's order."""
    text = files(__package__).joinpath("recipes.toml").read_text()
    return msgspec.convert(tomllib.loads(text), dict[str, Recipe])


def look(recipe: Recipe) -> Look:
    """Work out the recipe for every step of the table."""
    change = _change(recipe)
    steps = [step / (SIDE - 1) for step in range(SIDE)]
    table = bytes(
        round(255 * min(1.0, max(0.0, channel)))
        for blue in steps
        for green in steps
        for red in steps
        for channel in change((red, green, blue))
    )
    return Look(table, recipe.vignette)


def smooth(points: Points) -> Callable[[float], float]:
    """Return the monotone cubic through the points (Fritsch and Carlson, 1980). It never
    overshoots.
    """
    across = [right[0] - left[0] for left, right in pairwise(points)]
    slopes = [(right[1] - left[1]) / (right[0] - left[0]) for left, right in pairwise(points)]
    tangents = [slopes[0], *(_between(*pair) for pair in pairwise(slopes)), slopes[-1]]

    def at(x: float) -> float:
        index = max(i for i in range(len(slopes)) if i == 0 or points[i][0] <= x)
        width, t = across[index], (x - points[index][0]) / across[index]
        start, end = points[index][1], points[index + 1][1]
        return (
            (2 * t**3 - 3 * t**2 + 1) * start
            + (t**3 - 2 * t**2 + t) * width * tangents[index]
            + (3 * t**2 - 2 * t**3) * end
            + (t**3 - t**2) * width * tangents[index + 1]
        )

    return at


def _between(before: float, after: float) -> float:
    """Return a slope between two. The harmonic mean keeps the curve monotone; a turning point is
    flat.
    """
    return 0.0 if before * after <= 0 else 2 * before * after / (before + after)


def _change(recipe: Recipe) -> Callable[[Color], Color]:
    gains = _gains(recipe)
    whole = smooth(recipe.curve)
    channels = [smooth(points) for points in (recipe.red, recipe.green, recipe.blue)]

    def change(color: Color) -> Color:
        lit = [_encoded(_linear(part) * gain) for part, gain in zip(color, gains, strict=True)]
        if recipe.mono:
            lit = [sum(part * weight for part, weight in zip(lit, recipe.mono, strict=True))] * 3
        red, green, blue = (
            channel(whole(min(1.0, part))) for channel, part in zip(channels, lit, strict=True)
        )
        colored = _colored((red, green, blue), recipe)
        return _toned(colored, recipe)

    return change


def _gains(recipe: Recipe) -> Color:
    """Return exposure and white balance as one factor per channel, in linear light."""
    light: float = 2.0**recipe.exposure
    warm, tint = 0.3 * recipe.warmth, 0.2 * recipe.tint
    return light * (1 + warm), light * (1 - tint), light * (1 - warm)


def _linear(encoded: float) -> float:
    """Convert from sRGB's curve to linear light: IEC 61966-2-1."""
    return encoded / 12.92 if encoded <= 0.04045 else ((encoded + 0.055) / 1.055) ** 2.4  # noqa: PLR2004


def _encoded(linear: float) -> float:
    return linear * 12.92 if linear <= 0.0031308 else 1.055 * linear ** (1 / 2.4) - 0.055  # noqa: PLR2004


def _luma(color: Color) -> float:
    return sum(part * weight for part, weight in zip(color, LUMA, strict=True))


def _colored(color: Color, recipe: Recipe) -> Color:
    """Apply saturation and vibrance."""
    strength = max(color) - min(color)
    amount = recipe.saturation + recipe.vibrance * (1 - strength) ** 2
    grey = _luma(color)
    red, green, blue = (grey + (part - grey) * amount for part in color)
    return red, green, blue


def _toned(color: Color, recipe: Recipe) -> Color:
    """Apply a tone to the shadows and one to the highlights, then lift the black."""
    light = min(1.0, max(0.0, _luma(color)))
    for (tone, strength), weight in (
        (recipe.shadows, (1 - light) ** 2),
        (recipe.highlights, light**2),
    ):
        share = strength * weight
        ink = (int(tone[at : at + 2], 16) / 255 for at in (1, 3, 5))
        red, green, blue = (
            part * (1 - share) + dye * share for part, dye in zip(color, ink, strict=True)
        )
        color = red, green, blue
    red, green, blue = (recipe.fade + part * (1 - recipe.fade) for part in color)
    return red, green, blue


def main() -> None:
    looks = {name: look(recipe) for name, recipe in recipes().items()}
    packed = zlib.compress(msgspec.msgpack.encode(looks), 9)
    Path(__file__).with_name(LOOKS_FILE).write_bytes(packed)


if __name__ == "__main__":
    main()
