"""Maps the curves of PQ and HLG (ITU-R BT.2100) to a page's curve.

Reference white, 203 cd/m2 (ITU-R BT.2408), becomes white on a page, so light up to 85% of it stays
unchanged. Above that a curve lets highlights run out towards white: reference white itself gets
94.5% of the light, its double 99.96%. That is simpler than BT.2390's curve, whose knee depends on a
screen's peak. Each channel is mapped by itself, so that bright colours fade towards white as they
do on film. The result is an ordinary picture with sRGB's curve.
"""

import math
from collections.abc import Callable
from functools import cache

_PQ, _HLG = 16, 18  # codes of the transfer: ITU-T H.273, table 3
TRANSFERS = frozenset({_PQ, _HLG})
SRGB_TRANSFER = 13
REFERENCE_WHITE = 203.0  # cd/m2
KNEE = 0.85
_HLG_PEAK, _HLG_GAMMA = 1000.0, 1.2  # BT.2100, table 5, note 5e: on a screen of 1,000 cd/m2


@cache
def levels(transfer: int) -> list[int]:
    """Return the code of sRGB's curve for each of 256 codes."""
    light: Callable[[float], float] = pq if transfer == _PQ else hlg
    return [round(255 * encoded(toned(light(code / 255) / REFERENCE_WHITE))) for code in range(256)]


def toned(light: float) -> float:
    """Map light in units of reference white to light in units of a page's white."""
    if light <= KNEE:
        return light
    return KNEE + (1 - KNEE) * (1 - math.exp((KNEE - light) / (1 - KNEE)))


def pq(code: float) -> float:
    """Return the light of a code in cd/m2: BT.2100, table 4."""
    m1, m2 = 2610 / 16384, 2523 / 4096 * 128
    c1, c2, c3 = 3424 / 4096, 2413 / 4096 * 32, 2392 / 4096 * 32
    root = code ** (1 / m2)
    return float(10_000 * (max(root - c1, 0.0) / (c2 - c3 * root)) ** (1 / m1))


def hlg(code: float) -> float:
    """Return the light of a grey's code in cd/m2: BT.2100, table 5."""
    a = 0.17883277
    b, c = 1 - 4 * a, 0.5 - a * math.log(4 * a)
    scene = code**2 / 3 if code <= 1 / 2 else (math.exp((code - c) / a) + b) / 12
    return float(_HLG_PEAK * scene**_HLG_GAMMA)


def encoded(light: float) -> float:
    """Apply sRGB's curve: IEC 61966-2-1."""
    linear_until = 0.0031308
    return light * 12.92 if light <= linear_until else 1.055 * light ** (1 / 2.4) - 0.055
