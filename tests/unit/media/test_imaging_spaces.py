"""Colours that are told without an ICC profile, and profiles that are made for other pixels."""

import io
import struct
import zlib

import pytest
from PIL import Image, ImageCms

from functions.media import spaces, tones
from functions.media.imaging import render
from tests.unit.media import pictures

GREY_PROFILE = spaces.of_gamma(1.0, (), is_grey=True)
LAB = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes()
LOSSLESS = {"PNG": {}, "WEBP": {"lossless": True}, "JPEG": {"quality": 98, "subsampling": 0}}


def shown(data: bytes) -> tuple[int, ...]:
    full = next(one for one in render(data).renditions if one.name == "full")
    return pictures.decoded(full.data).getpixel((20, 20))


def lightness(color: tuple[int, ...]) -> float:
    """L* of a grey."""
    code = color[0] / 255
    light = code / 12.92 if code <= 0.04045 else ((code + 0.055) / 1.055) ** 2.4
    return 116 * light ** (1 / 3) - 16


def told(chunks: list[tuple[bytes, bytes]], image: Image.Image) -> bytes:
    """The image as a PNG with these chunks after its header."""
    data = pictures.saved(image, "PNG")
    extra = b"".join(
        struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))
        for name, body in chunks
    )
    return data[:33] + extra + data[33:]


def coded(kind: str, color: tuple[int, int, int], primaries: int, transfer: int) -> bytes:
    """A picture of one colour whose space is told in codes."""
    image = pictures.plain(40, 40, color)
    if kind == "PNG":
        return told([(b"cICP", bytes([primaries, transfer, 0, 1]))], image)
    data = bytearray(pictures.saved(image, kind, quality=100))
    at = data.index(b"nclx")
    struct.pack_into(">HH", data, at + 4, primaries, transfer)
    return bytes(data)


# Display P3: CSS Color 4, section 10.9. BT.2020's codes of sRGB's primaries: its matrix to BT.2020
# (ITU-R BT.2087) under each curve.
CODED = [
    (12, 13, (234, 51, 35), (255, 0, 0)),
    (12, 13, (117, 251, 76), (0, 255, 0)),
    (12, 13, (0, 0, 245), (0, 0, 255)),
    (12, 13, (128, 128, 128), (128, 128, 128)),
    (9, 13, (207, 74, 34), (255, 0, 0)),
    (9, 14, (202, 59, 19), (255, 0, 0)),
    (9, 13, (128, 128, 128), (128, 128, 128)),
    (1, 13, (234, 51, 35), (234, 51, 35)),
    (1, 1, (234, 51, 35), (234, 51, 35)),
    (2, 2, (234, 51, 35), (234, 51, 35)),
    (1, 8, (128, 128, 128), (188, 188, 188)),
    (1, 4, (128, 128, 128), (128, 128, 128)),
]


@pytest.mark.parametrize("kind", ["PNG", "AVIF", "HEIF"])
@pytest.mark.parametrize(("primaries", "transfer", "color", "srgb"), CODED)
def test_a_space_told_in_codes_is_converted(kind, primaries, transfer, color, srgb):
    assert pictures.close(shown(coded(kind, color, primaries, transfer)), srgb, 9)


@pytest.mark.parametrize("kind", ["PNG", "AVIF", "HEIF"])
@pytest.mark.parametrize(("transfer", "code"), [(16, 148), (18, 191)])
@pytest.mark.parametrize("primaries", [1, 9, 12])
def test_reference_white_is_white_and_more_is_no_less(kind, transfer, code, primaries):
    white = shown(coded(kind, (code, code, code), primaries, transfer))
    assert max(white) - min(white) <= 2
    assert 100 - lightness(white) < 3
    brighter = shown(coded(kind, (230, 230, 230), primaries, transfer))
    assert brighter[0] >= white[0]


def test_light_below_the_knee_stays_as_it_is():
    """BT.2100's own numbers: a PQ code of 0.5081 is 100 cd/m2, an HLG code of 0.5 a twelfth."""
    assert tones.pq(0.5081) == pytest.approx(100, rel=0.01)
    assert tones.pq(0.5807) == pytest.approx(203, rel=0.01)
    assert tones.pq(1.0) == pytest.approx(10_000)
    assert tones.hlg(0.75) == pytest.approx(203, rel=0.01)
    assert tones.hlg(1.0) == pytest.approx(1000, rel=0.001)
    assert tones.toned(0.5) == 0.5
    assert tones.toned(1.0) > 0.94
    grey = shown(coded("PNG", (130, 130, 130), 9, 16))  # 100.6 cd/m2, 0.4955 of white
    assert pictures.close(grey, (187, 187, 187), 2)


def test_the_curve_never_falls():
    for transfer in tones.TRANSFERS:
        levels = tones.levels(transfer)
        assert levels == sorted(levels)
        assert (levels[0], levels[-1]) == (0, 255)


def test_a_saturated_pq_colour_keeps_its_hue():
    # BT.2020's codes of sRGB red at 100 cd/m2: linear (0.6274, 0.0691, 0.0164) times 100.
    red, green, blue = shown(coded("PNG", (118, 63, 42), 9, 16))
    assert red > 170
    assert max(green, blue) < 40


@pytest.mark.parametrize(
    ("gamma", "code", "srgb"),
    [(100_000, 128, 188), (45_455, 128, 128), (55_556, 128, 145), (0, 128, 128), (1, 128, 128)],
)
@pytest.mark.parametrize("mode", ["RGB", "L", "LA", "P"])
def test_a_png_s_gamma_is_followed(gamma, code, srgb, mode):
    image = pictures.plain(40, 40, (code, code, code))
    image = image.quantize(2) if mode == "P" else image.convert(mode)
    data = told([(b"gAMA", struct.pack(">I", gamma))], image)
    assert pictures.close(shown(data), (srgb, srgb, srgb), 3)


P3_CORNERS = (31270, 32900, 68000, 32000, 26500, 69000, 15000, 6000)


def test_a_png_s_chromaticities_are_followed():
    chunks = [(b"gAMA", struct.pack(">I", 45_455)), (b"cHRM", struct.pack(">8I", *P3_CORNERS))]
    assert pictures.close(shown(told(chunks, pictures.plain(40, 40, (234, 51, 35)))), (255, 0, 0))


@pytest.mark.parametrize("corners", [(0,) * 8, (1,) * 8, (31270, 32900, *(64000, 33000) * 3)])
def test_chromaticities_that_make_no_sense_are_ignored(corners):
    chunks = [(b"gAMA", struct.pack(">I", 45_455)), (b"cHRM", struct.pack(">8I", *corners))]
    assert pictures.close(shown(told(chunks, pictures.plain(40, 40, (234, 51, 35)))), (234, 51, 35))


def test_what_a_png_says_of_its_colours_has_an_order():
    image = pictures.plain(40, 40, (128, 128, 128))
    linear = (b"gAMA", struct.pack(">I", 100_000))
    profile = (b"iCCP", b"p\0\0" + zlib.compress(pictures.DISPLAY_P3))
    assert pictures.close(shown(told([linear], image)), (188, 188, 188), 2)
    for stronger in ((b"sRGB", b"\0"), profile, (b"cICP", bytes([1, 13, 0, 1]))):
        assert pictures.close(shown(told([linear, stronger], image)), (128, 128, 128), 2)
    told_twice = told([profile, (b"cICP", bytes([1, 8, 0, 1]))], image)
    assert pictures.close(shown(told_twice), (188, 188, 188), 2)


PROFILES = {
    "grey": GREY_PROFILE,
    "colour": pictures.ADOBE_RGB,
    "lab": LAB,
    "words": b"no profile at all",
    "cut short": pictures.DISPLAY_P3[:150],
}
FITTING = {("grey", "L"), ("grey", "LA"), ("colour", "RGB"), ("colour", "RGBA"), ("colour", "P")}


@pytest.mark.parametrize("name", PROFILES)
@pytest.mark.parametrize("mode", ["RGB", "RGBA", "L", "LA", "P", "CMYK"])
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_profile_counts_for_the_pixels_that_it_fits(kind, mode, name):
    if (kind == "JPEG") != (mode in ("CMYK",)) and mode not in ("RGB", "L"):
        pytest.skip("the format has no such pixels")
    if kind == "WEBP" and mode not in ("RGB", "RGBA"):
        pytest.skip("the format has no such pixels")
    image = pictures.plain(40, 40, (100, 150, 60)).convert(mode)
    plain = shown(pictures.saved(image, kind, **LOSSLESS[kind]))
    profiled = pictures.saved(image, kind, icc_profile=PROFILES[name], **LOSSLESS[kind])
    assert pictures.close(shown(profiled), plain, 3) is ((name, mode) not in FITTING)


def test_a_grey_profile_keeps_colour_pictures_coloured():
    for kind, options in LOSSLESS.items():
        image = pictures.plain(40, 40, pictures.BLUE)
        data = pictures.saved(image, kind, icc_profile=GREY_PROFILE, **options)
        assert pictures.close(shown(data), pictures.BLUE, 6)


def test_written_profiles_are_ones_that_lcms_reads():
    for primaries in spaces.PRIMARIES:
        profile = ImageCms.ImageCmsProfile(io.BytesIO(spaces.of_codes(primaries, 13) or b""))
        white = ImageCms.profileToProfile(
            pictures.plain(2, 2, (255, 255, 255)), profile, ImageCms.createProfile("sRGB")
        )
        assert pictures.close(white.getpixel((0, 0)), (255, 255, 255), 1)
