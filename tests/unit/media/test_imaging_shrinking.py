"""Large pictures are averaged down in bands: the same pixels, without a second copy of them all."""

from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageChops, ImageStat

from functions.media import shrinking
from functions.media.colour import resizable
from functions.media.formats import DECODER_BYTES, Refused, check_memory
from functions.media.heif import Heif
from functions.media.imaging import render
from functions.media.shrinking import workable
from tests.unit.media import pictures


@pytest.fixture
def small_is_large(monkeypatch):
    monkeypatch.setattr(shrinking, "LARGE", 1000)
    monkeypatch.setattr(shrinking, "_BAND", 4000)


@pytest.mark.parametrize("mode", ["L", "RGB", "RGBA", "CMYK", "P", "1", "LA", "I;16"])
def test_bands_give_the_pixels_of_the_whole(small_is_large, mode):
    photo = pictures.photograph(330, 211)
    if mode == "I;16":
        image = Image.frombytes(mode, photo.size, photo.convert("LA").tobytes())
    else:
        image = photo.convert(mode)
    made = workable(image, (50, 25))
    assert made.tobytes() == resizable(image).reduce((3, 4)).tobytes()


def test_transparency_of_a_palette_survives_the_bands(small_is_large):
    image = pictures.photograph(330, 211).convert("P")
    image.info["transparency"] = 3
    assert workable(image, (50, 25)).mode == "RGBA"


def test_a_heic_s_planes_are_read_in_bands_too(small_is_large):
    photo = pictures.photograph(330, 210)
    made = Heif(BytesIO(pictures.saved(photo, "HEIF", quality=95))).workable((50, 25))
    assert [plane.size for plane in made.planes] == [(110, 53), (165, 53), (165, 53)]
    shown = made.resized((110, 53), (0, 0, 330, 210))
    difference = ImageChops.difference(shown, photo.reduce((3, 4)))
    assert max(ImageStat.Stat(difference).mean) < 4


def test_what_is_not_large_or_not_larger_than_needed_stays_whole(small_is_large):
    image = pictures.photograph(90, 80)
    assert workable(image, (50, 45)).size == (90, 80)
    assert workable(pictures.plain(30, 30), (1, 1)).size == (30, 30)


@given(st.integers(1, 300), st.integers(1, 300), st.integers(1, 300), st.integers(1, 300))
def test_no_axis_falls_below_what_is_needed(width, height, across, down):
    needed = (min(width, across), min(height, down))
    before = shrinking.LARGE
    try:
        shrinking.LARGE = 0
        made = workable(pictures.plain(width, height), needed)
    finally:
        shrinking.LARGE = before
    for got, least, had in zip(made.size, needed, (width, height), strict=True):
        assert min(2 * least, had) <= got <= had


@pytest.mark.parametrize("mode", ["RGB", "RGBA"])
def test_a_picture_looks_the_same_whether_it_was_large_or_not(monkeypatch, mode):
    data = pictures.saved(pictures.photograph(3400, 2600).convert(mode), "PNG", compress_level=1)
    whole = pictures.decoded(render(data).renditions[-1].data)
    monkeypatch.setattr(shrinking, "LARGE", 1000)
    banded = pictures.decoded(render(data).renditions[-1].data)
    assert whole.size == banded.size
    assert max(ImageStat.Stat(ImageChops.difference(whole, banded)).mean) < 6


def test_a_decoder_s_memory_is_limited_not_only_its_pixels():
    check_memory(DECODER_BYTES // 4, 1, 4)
    with pytest.raises(Refused, match="at most 13 million") as caught:
        check_memory(6000, 4000, 18)
    assert caught.value.code == "too_many_pixels"
