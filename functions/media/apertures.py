"""Turns, mirrors and cuts of an item of a HEIC or AVIF file: ISO/IEC 23008-12, section 6.5."""

from fractions import Fraction

from functions.media.boxes import Box, DamagedError, Reader
from functions.media.resizing import Box as Area
from functions.media.resizing import Region, Size

# For each Exif orientation, the rows of a matrix: where a stored step right and a stored step down
# lead in the picture as seen.
_MATRICES = {
    1: (1, 0, 0, 1),
    2: (-1, 0, 0, 1),
    3: (-1, 0, 0, -1),
    4: (1, 0, 0, -1),
    5: (0, 1, 1, 0),
    6: (0, -1, 1, 0),
    7: (0, -1, -1, 0),
    8: (0, 1, -1, 0),
}
_ORIENTATIONS = {matrix: orientation for orientation, matrix in _MATRICES.items()}
_ANTICLOCKWISE, _UPSIDE_DOWN, _LEFT_RIGHT = 8, 4, 2


def shown(size: Size, properties: list[Box]) -> tuple[Region, int]:
    """Return the part of a stored picture of `size` that is shown, and its turn as an Exif
    orientation. The properties apply one after the other.
    """
    region, turn = (0, 0, *size), 1
    for box in properties:
        if box.kind == b"irot":
            for _ in range(Reader(box.payload).number(1) & 3):
                turn = _then(turn, _ANTICLOCKWISE)
        elif box.kind == b"imir":
            across = Reader(box.payload).number(1) & 1
            turn = _then(turn, _LEFT_RIGHT if across else _UPSIDE_DOWN)
        elif box.kind == b"clap":
            region = _cut(region, turn, box.payload)
    return region, turn


def stored(area: Area, seen: Size, turn: int) -> Area:
    """Convert an area of the picture as seen to an area of the picture as stored."""
    a, b, c, d = _MATRICES[turn]
    left, top, right, bottom = area
    across, down = (left + right - seen[0]) / 2, (top + bottom - seen[1]) / 2
    width, height = (right - left, bottom - top) if a else (bottom - top, right - left)
    whole = seen if a else seen[::-1]
    x, y = whole[0] / 2 + a * across + c * down, whole[1] / 2 + b * across + d * down
    return x - width / 2, y - height / 2, x + width / 2, y + height / 2


def _then(turn: int, following: int) -> int:
    a, b, c, d = _MATRICES[following]
    e, f, g, h = _MATRICES[turn]
    return _ORIENTATIONS[a * e + b * g, a * f + b * h, c * e + d * g, c * f + d * h]


def _cut(region: Region, turn: int, aperture: memoryview) -> Region:
    """Return a clean aperture's width and height, and the offset of its centre from the
    picture's.
    """
    reader = Reader(aperture)
    numbers = [_signed(reader.number(4)) for _ in range(8)]
    if any(below <= 0 for below in numbers[1::2]):
        raise DamagedError("a clean aperture has no size")
    width, height, right, down = (
        Fraction(above, below) for above, below in zip(numbers[::2], numbers[1::2], strict=True)
    )
    a, b, c, d = _MATRICES[turn]
    right, down = a * right + c * down, b * right + d * down  # back to the stored axes
    if not a:
        width, height = height, width
    left, new_right = _span(region[0], region[2], width, right)
    top, new_bottom = _span(region[1], region[3], height, down)
    return left, top, new_right, new_bottom


def _span(low: int, high: int, length: Fraction, shift: Fraction) -> tuple[int, int]:
    """Return `length` samples around the middle, moved by `shift`."""
    start = Fraction(low + high) / 2 + shift - length / 2
    first, count = int(start // 1), int(length // 1)
    if count < 1 or first < low or first + count > high:
        raise DamagedError("a clean aperture lies outside of its picture")
    return first, first + count


def _signed(number: int) -> int:
    return number - (1 << 32) if number >> 31 else number
