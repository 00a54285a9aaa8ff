"""The first fields of an HEVC stream's own header, which tell how much memory decoding takes.

ITU-T H.265 has the header ("sequence parameter set") in section 7.3.2.2, and its profile and level
in 7.3.3.
"""

from functions.media.boxes import DamagedError

_KIND = 33  # of unit
_UNIT_HEADER = 2  # bytes
_PROFILE, _LEVEL = 88, 8  # bits
_SUB_LAYERS = 8
_SEPARATE_PLANES = 3
_LONGEST = 32  # bits of a number


class _Bits:
    """Takes numbers from a unit; raises `DamagedError` at its end."""

    def __init__(self, payload: bytes) -> None:
        self._number = int.from_bytes(payload, "big")
        self._left = 8 * len(payload)

    def take(self, count: int) -> int:
        self._left -= count
        if self._left < 0:
            raise DamagedError("the stream's header ends too early")
        return self._number >> self._left & (1 << count) - 1

    def exp_golomb(self) -> int:
        """A number of any length: as many zeros as it has bits after its first (section 9.2)."""
        for zeros in range(_LONGEST):
            if self.take(1):
                return (1 << zeros) - 1 + self.take(zeros)
        raise DamagedError("a number in the stream's header is too long")


def is_header(unit: bytes) -> bool:
    """Tell whether a unit is a sequence parameter set of the first layer."""
    first_layer = not (unit[0] & 1 or unit[1] >> 3)
    return first_layer and unit[0] >> 1 == _KIND


def depth_and_chroma(unit: bytes) -> tuple[int, int]:
    """Read the bits a sample, of luma or chroma if that has more, and `chroma_format_idc`."""
    bits = _Bits(unit[_UNIT_HEADER:].replace(b"\0\0\3", b"\0\0"))
    bits.take(4)
    layers = bits.take(3)
    bits.take(1 + _PROFILE + _LEVEL)
    told = [(bits.take(1), bits.take(1)) for _ in range(layers)]
    bits.take(2 * (_SUB_LAYERS - layers) if layers else 0)
    for profile, level in told:
        bits.take(_PROFILE * profile + _LEVEL * level)
    bits.exp_golomb()
    chroma = bits.exp_golomb()
    bits.take(1 if chroma == _SEPARATE_PLANES else 0)
    sizes = 2
    for _ in range(sizes):
        bits.exp_golomb()
    for _ in range(4 * bits.take(1)):  # what is cut off at the edges
        bits.exp_golomb()
    return 8 + max(bits.exp_golomb(), bits.exp_golomb()), chroma
