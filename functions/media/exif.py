"""The few facts of a photograph's EXIF that its media row keeps.

The position is kept only if the uploader asks for it.

Tags and types: CIPA DC-008 (Exif 3.0), section 4.6. All values come from a stranger: each one is
checked, and left out if it makes no sense.
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
# Cameras write one of these for all of their times. UTC may be given by a letter.
_OFFSETS = (Base.OffsetTimeOriginal, Base.OffsetTimeDigitized, Base.OffsetTime)
_OFFSET = re.compile(r"([+-])(0\d|1[0-4]):?([0-5]\d)")
_UTC = "+00:00"

_ISO_BEYOND = 65535  # the tag has 16 bits; larger numbers are in one of the other tags
_LARGE_ISOS = (Base.RecommendedExposureIndex, Base.StandardOutputSensitivity, Base.ISOSpeed)


def orientation(exif: Image.Exif) -> int:
    """Return the orientation: 1 to 8 as in Exif's tag 0x0112; 1 (upright) for anything else."""
    value = exif.get(Base.Orientation)
    return value if isinstance(value, int) and value in range(1, 9) else 1


def facts(exif: Image.Exif, *, position: bool = False) -> Facts:
    """Return the facts that are present: camera, lens, focal_length_mm, exposure_s, aperture, iso,
    and the time.

    If any tag gives the camera's zone, the time is `taken_at` in RFC 3339 with `taken_at_offset`
    ("+02:00"). Otherwise it is `taken_at_local`, the time on the camera's clock without a zone.
    With `position` there are also latitude and longitude in degrees, positive to the north and
    east.
    """
    shot = exif.get_ifd(IFD.Exif)
    found = {
        "camera": _camera(exif),
        "lens": _text(shot.get(Base.LensModel)),
        "focal_length_mm": _number(shot.get(Base.FocalLength)),
        "exposure_s": _number(shot.get(Base.ExposureTime)),
        "aperture": _number(shot.get(Base.FNumber)),
        "iso": _iso(shot),
        **_taken_at(shot),
    }
    known: Facts = {name: value for name, value in found.items() if value is not None}
    return {**known, **_position(exif.get_ifd(IFD.GPSInfo))} if position else known


def _position(where: Mapping[int, object]) -> Facts:
    """Return both coordinates, or none."""
    latitude = _degrees(where.get(GPS.GPSLatitude), where.get(GPS.GPSLatitudeRef), "NS", 90)
    longitude = _degrees(where.get(GPS.GPSLongitude), where.get(GPS.GPSLongitudeRef), "EW", 180)
    if latitude is None or longitude is None:
        return {}
    return {"latitude": latitude, "longitude": longitude}


def _degrees(parts: Any, side: object, sides: str, most: int) -> float | None:
    """Convert degrees, minutes and seconds to degrees, to a tenth of a metre."""
    letter = _text(side) or ""
    try:
        degrees, minutes, seconds = (float(part) for part in parts)
    except (TypeError, ValueError, ArithmeticError):
        return None
    found = degrees + minutes / 60 + seconds / 3600
    if letter not in tuple(sides) or not 0 <= found <= most:  # a NaN fails here, too
        return None
    return round(found if letter == sides[0] else -found, 6)


def _camera(exif: Image.Exif) -> str | None:
    """Join maker and model without repetition: many makers repeat their name in the model."""
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
    """Return a positive number to six digits; None for others, or a rational with a zero
    denominator.
    """
    try:
        number = float(value)
    except (TypeError, ValueError, ArithmeticError):
        return None
    return float(f"{number:.6g}") if math.isfinite(number) and number > 0 else None


def _iso(shot: Mapping[int, object]) -> int | None:
    told = _whole(shot.get(Base.ISOSpeedRatings))
    if told is not None and told < _ISO_BEYOND:
        return told
    return next((large for tag in _LARGE_ISOS if (large := _whole(shot.get(tag)))), None)


def _whole(value: object) -> int | None:
    first = value[0] if isinstance(value, tuple) and value else value
    return first if isinstance(first, int) and first > 0 else None


def _taken_at(shot: Mapping[int, object]) -> dict[str, str]:
    text = _text(shot.get(Base.DateTimeOriginal)) or ""
    try:
        moment = datetime.strptime(text, "%Y:%m:%d %H:%M:%S").isoformat()
    except ValueError:
        return {}
    offset = next((found for tag in _OFFSETS if (found := _offset(shot.get(tag)))), None)
    if offset is None:
        return {"taken_at_local": moment}
    return {"taken_at": moment + offset, "taken_at_offset": offset}


def _offset(value: object) -> str | None:
    text = _text(value) or ""
    found = _OFFSET.fullmatch(text)
    if found is None:
        return _UTC if text == "Z" else None
    sign, hours, minutes = found.groups()
    return f"{sign}{hours}:{minutes}"
