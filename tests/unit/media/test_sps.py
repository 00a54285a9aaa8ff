"""The header of an HEVC stream tells its depth and chroma."""

import pytest

from functions.media import sps
from functions.media.boxes import DamagedError
from functions.media.heif import Heif
from tests.unit.media import pictures

# By hand: two layers below the highest, the first with a profile and the second with a level; a
# picture of 64 x 64 that is cut at its edges; 10 bits of luma and 12 of chroma in 4:2:2.
LAYERS = "0000" + "010" + "1" + "0" * 96 + "10" + "01" + "0" * 12 + "1" * 88 + "1" * 8
PICTURE = "1" + "011" + "0000001000001" * 2 + "1" + "1" * 4 + "011" + "00101"


def header(bits: str) -> bytes:
    bits = bits.ljust(-(-len(bits) // 8) * 8, "0")
    payload = int(bits, 2).to_bytes(len(bits) // 8, "big")
    return b"\x42\1" + payload.replace(b"\0\0", b"\0\0\3")


@pytest.mark.parametrize("chroma", [420, 422, 444])
def test_headers_of_an_encoder_are_read(chroma):
    for bits, data in (
        (8, pictures.saved(pictures.cornered(), "HEIF", chroma=chroma)),
        (10, pictures.deep_heic(96, 64, chroma=chroma)),
    ):
        units = Heif(pictures.stream(data))._streamed(1).headers
        found = [sps.depth_and_chroma(unit) for unit in units if sps.is_header(unit)]
        assert found == [(bits, {420: 1, 422: 2, 444: 3}[chroma])]


def test_layers_and_a_cut_picture_precede_the_depth():
    assert sps.depth_and_chroma(header(LAYERS + PICTURE)) == (12, 2)


@pytest.mark.parametrize("bits", ["", LAYERS, LAYERS + PICTURE[:-8], LAYERS + "0" * 200])
def test_a_header_that_ends_too_early_is_damage(bits):
    with pytest.raises(DamagedError):
        sps.depth_and_chroma(header(bits or "0"))


def test_units_of_other_kinds_and_layers_are_no_headers():
    assert sps.is_header(b"\x42\1")
    for unit in (b"\x40\1", b"\x43\1", b"\x42\x09"):
        assert not sps.is_header(unit)
