"""Colour spaces that files give by numbers instead of an ICC profile.

They are converted to ICC profiles, so that one library handles all of them. `functions.media.tones`
handles PQ and HLG, which reach beyond white.
"""

import struct
from collections.abc import Sequence

from functions.media.matrices import Rows, Vector, applied, inverse, product, scaled, transposed

Place = tuple[float, float]  # x and y of CIE 1931
Places = tuple[Place, Place, Place, Place]  # of white, red, green and blue

_D50: Vector = (0.9642, 1.0, 0.8249)
_D65: Place = (0.3127, 0.3290)
_BRADFORD: Rows = (
    (0.8951, 0.2664, -0.1614),
    (-0.7502, 1.7135, 0.0367),
    (0.0389, -0.0685, 1.0296),
)
# White, red, green and blue by the code of the primaries: ITU-T H.273, table 2.
_C: Place = (0.310, 0.316)
BT709: Places = (_D65, (0.640, 0.330), (0.300, 0.600), (0.150, 0.060))
_BT2020: Places = (_D65, (0.708, 0.292), (0.170, 0.797), (0.131, 0.046))
PRIMARIES: dict[int, Places] = {
    4: (_C, (0.67, 0.33), (0.21, 0.71), (0.14, 0.08)),
    5: (_D65, (0.64, 0.33), (0.29, 0.60), (0.15, 0.06)),
    6: (_D65, (0.630, 0.340), (0.310, 0.595), (0.155, 0.070)),
    7: (_D65, (0.630, 0.340), (0.310, 0.595), (0.155, 0.070)),
    9: _BT2020,
    11: ((0.314, 0.351), (0.680, 0.320), (0.265, 0.690), (0.150, 0.060)),
    12: (_D65, (0.680, 0.320), (0.265, 0.690), (0.150, 0.060)),
    22: (_D65, (0.630, 0.340), (0.295, 0.605), (0.155, 0.077)),
}
# Curves from codes to light in ICC's form (ICC.1:2022, section 10.18): an exponent, or the five
# numbers of an exponent with a straight foot.
Curve = tuple[float, ...]
_SRGB: Curve = (2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045)
_VIDEO: Curve = (1 / 0.45, 1 / 1.099, 0.099 / 1.099, 1 / 4.5, 0.081)
_CURVES = {
    1: _VIDEO,
    4: (2.2,),
    5: (2.8,),
    6: _VIDEO,
    8: (1.0,),
    14: _VIDEO,
    15: _VIDEO,
    17: (2.6,),
}
_SRGB_GAMMA, _NEAR = 1 / 2.2, 0.05  # libpng, too, takes values that are so close for equal
_COLUMNS = (b"rXYZ", b"gXYZ", b"bXYZ")
_SAME_PLACE = 0.01
_GAMMAS = (0.1, 10.0)  # of these curves; others are mistakes


def of_codes(primaries: int, transfer: int) -> bytes | None:
    """Return the ICC profile of a space by its codes in H.273; None for sRGB and for unknown codes.

    Pictures that declare BT.709 are nearly always sRGB, and are shown as sRGB everywhere.
    """
    curve = _CURVES.get(transfer, _SRGB)
    if primaries not in PRIMARIES:
        return _profile(BT709, curve) if len(curve) == 1 else None
    return _profile(PRIMARIES[primaries], curve)


def of_gamma(gamma: float, places: Sequence[float], *, is_grey: bool) -> bytes | None:
    """Return the ICC profile of a PNG's gAMA and cHRM (white, red, green, blue, or nothing); None
    if they mean sRGB or make no sense.
    """
    pairs = tuple(zip(places[::2], places[1::2], strict=True)) or BT709
    if not _GAMMAS[0] < gamma < _GAMMAS[1]:
        return None
    curve = _SRGB if abs(gamma / _SRGB_GAMMA - 1) < _NEAR else (1 / gamma,)
    differs = any(
        abs(one - other) > _SAME_PLACE
        for pair, usual in zip(pairs, BT709, strict=True)
        for one, other in zip(pair, usual, strict=True)
    )
    if is_grey:
        return None if curve == _SRGB else _written(b"GRAY", {b"kTRC": _para(curve)})
    if curve == _SRGB and not differs:
        return None
    try:
        return _profile((pairs[0], pairs[1], pairs[2], pairs[3]), curve)
    except (ZeroDivisionError, struct.error):
        return None


def _profile(places: Places, curve: Curve) -> bytes:
    columns = zip(*_to_d50(places), strict=True)
    tags = {name: _xyz(column) for name, column in zip(_COLUMNS, columns, strict=True)}
    return _written(b"RGB ", tags | dict.fromkeys((b"rTRC", b"gTRC", b"bTRC"), _para(curve)))


def _written(space: bytes, tags: dict[bytes, bytes]) -> bytes:
    """Write a display profile of those tags: ICC.1:2022, section 7."""
    tags = {b"wtpt": _xyz(_D50), **tags}
    at = 128 + 4 + 12 * len(tags)
    table, bodies = struct.pack(">I", len(tags)), b""
    for name, body in tags.items():
        table += name + struct.pack(">II", at + len(bodies), len(body))
        bodies += body
    head = struct.pack(
        ">I4xI4s4s4s12x4s", at + len(bodies), 4 << 24, b"mntr", space, b"XYZ ", b"acsp"
    )
    head += bytes(28) + _xyz(_D50)[8:]
    return head.ljust(128, b"\0") + table + bodies


def _xyz(place: Sequence[float]) -> bytes:
    return b"XYZ " + bytes(4) + struct.pack(">3i", *(round(part * 65536) for part in place))


def _para(curve: Curve) -> bytes:
    kind = 3 if len(curve) > 1 else 0
    return b"para" + struct.pack(f">4xHxx{len(curve)}i", kind, *(round(n * 65536) for n in curve))


def _to_d50(places: Places) -> Rows:
    """Return the matrix from linear RGB to XYZ under D50, adapted by Bradford's cones."""
    now, then = applied(_BRADFORD, _light(places[0])), applied(_BRADFORD, _D50)
    red, green, blue = (b / a for a, b in zip(now, then, strict=True))
    adapted = product(scaled(inverse(_BRADFORD), (red, green, blue)), _BRADFORD)
    return product(adapted, to_xyz(places))


def to_xyz(places: Places) -> Rows:
    """Return the matrix from linear RGB to XYZ. The primaries have such shares that together they
    make white.
    """
    lights = transposed([_light(place) for place in places[1:]])
    return scaled(lights, applied(inverse(lights), _light(places[0])))


def _light(place: Place) -> Vector:
    """Return the XYZ of a chromaticity, at full luminance."""
    x, y = place
    return x / y, 1.0, (1 - x - y) / y
