"""The few facts of a photograph's EXIF that are kept on its media row.

Where it was taken is not among them unless the uploader asks for it.

Tags and types: CIPA DC-008 (Exif 3.0), section 4.6. All values are a stranger's words: each one
is checked, and one that makes no sense is left out.
"""

import math
import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from PIL import Image
from PIL.ExifTags import GPS, IFD, Base

Facts = dict[str, str | int | float]

_MAX_LETTERS = 100
_OFFSET = re.compile(r"[+-]\d\d:\d\d")


def orientation(exif: Image.Exif) -> int:
    """1 to 8 as in Exif's tag 0x0112; 1 (upright) for anything else."""
    value = exif.get(Base.Orientation)
    return value if isinstance(value, int) and value in range(1, 9) else 1


def facts(exif: Image.Exif, *, position: bool = False) -> Facts:
    """Those of camera, lens, focal_length_mm, exposure_s, aperture, iso, taken_at that are there;
    with `position` also latitude and longitude, in degrees, north and east positive.

    taken_at is ISO 8601, with an offset from UTC only if the camera wrote one.
    """
    shot = exif.get_ifd(IFD.Exif)
    found = {
        "camera": _camera(exif),
        "lens": _text(shot.get(Base.LensModel)),
        "focal_length_mm": _number(shot.get(Base.FocalLength)),
        "exposure_s": _number(shot.get(Base.ExposureTime)),
        "aperture": _number(shot.get(Base.FNumber)),
        "iso": _iso(shot.get(Base.ISOSpeedRatings)),
        "taken_at": _taken_at(shot),
    }
    known: Facts = {name: value for name, value in found.items() if value is not None}
    return {**known, **_position(exif.get_ifd(IFD.GPSInfo))} if position else known


def _position(where: Mapping[int, object]) -> Facts:
    """Both coordinates, or none."""
    latitude = _degrees(where.get(GPS.GPSLatitude), where.get(GPS.GPSLatitudeRef), "NS", 90)
    longitude = _degrees(where.get(GPS.GPSLongitude), where.get(GPS.GPSLongitudeRef), "EW", 180)
    if latitude is None or longitude is None:
        return {}
    return {"latitude": latitude, "longitude": longitude}


def _degrees(parts: Any, side: object, sides: str, most: int) -> float | None:
    """Degrees, minutes and seconds as degrees, to a tenth of a metre."""
    letter = _text(side) or ""
    try:
        degrees, minutes, seconds = (float(part) for part in parts)
    except (TypeError, ValueError, ArithmeticError):
        return None
    found = degrees + minutes / 60 + seconds / 3600
    if letter not in tuple(sides) or not 0 <= found <= most:  # not a number fails here too
        return None
    return round(found if letter == sides[0] else -found, 6)


def _camera(exif: Image.Exif) -> str | None:
    """Maker and model once: many makers repeat their name in the model."""
    make, model = _text(exif.get(Base.Make)), _text(exif.get(Base.Model))
    if make and model and not model.lower().startswith(make.split()[0].lower()):
        return f"{make} {model}"
    return model or make


def _text(value: object) -> str | None:
    if isinstance(value, bytes):
        value = value.decode("utf-8", "replace")
    if not isinstance(value, str):
        return None
    printable = "".join(letter for letter in value if letter.isprintable())
    return printable.strip()[:_MAX_LETTERS] or None


def _number(value: Any) -> float | None:
    """A positive number to six digits; a rational with a zero below the line is none."""
    try:
        number = float(value)
    except (TypeError, ValueError, ArithmeticError):
        return None
    return float(f"{number:.6g}") if math.isfinite(number) and number > 0 else None


def _iso(value: object) -> int | None:
    first = value[0] if isinstance(value, tuple) and value else value
    return first if isinstance(first, int) and first > 0 else None


def _taken_at(shot: Mapping[int, object]) -> str | None:
    text = _text(shot.get(Base.DateTimeOriginal)) or ""
    try:
        moment = datetime.strptime(text, "%Y:%m:%d %H:%M:%S")
    except ValueError:
        return None
    offset = _text(shot.get(Base.OffsetTimeOriginal)) or ""
    return moment.isoformat() + (offset if _OFFSET.fullmatch(offset) else "")
