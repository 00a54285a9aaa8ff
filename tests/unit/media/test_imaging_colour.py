"""Every kind of pixel ends as the right sRGB colour."""

import pytest
from PIL import Image, ImageCms

from functions.media.imaging import render
from tests.unit.media import pictures


def shown(data: bytes, at: tuple[int, int] = (20, 20)) -> tuple[int, ...]:
    full = next(one for one in render(data).renditions if one.name == "full")
    return pictures.decoded(full.data).getpixel(at)


# The same colour in the wide space and in sRGB. Display P3: the sample conversions of CSS Color 4,
# section 10.9 (`red` is color(display-p3 0.9175 0.2003 0.1387), and so on), times 255.
# Adobe RGB: sRGB's primaries under the matrices of "Adobe RGB (1998) Color Image Encoding" 4.3.
WIDE = [
    ("display p3", pictures.DISPLAY_P3, (234, 51, 35), (255, 0, 0)),
    ("display p3", pictures.DISPLAY_P3, (117, 251, 76), (0, 255, 0)),
    ("display p3", pictures.DISPLAY_P3, (0, 0, 245), (0, 0, 255)),
    ("display p3", pictures.DISPLAY_P3, (128, 128, 128), (128, 128, 128)),
    ("adobe rgb", pictures.ADOBE_RGB, (219, 0, 0), (255, 0, 0)),
    ("adobe rgb", pictures.ADOBE_RGB, (144, 255, 60), (0, 255, 0)),
    ("adobe rgb", pictures.ADOBE_RGB, (0, 0, 250), (0, 0, 255)),
]


@pytest.mark.parametrize(("space", "profile", "wide", "srgb"), WIDE)
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "AVIF", "HEIF"])
def test_wide_gamut_colours_are_converted_to_srgb(kind, space, profile, wide, srgb):
    exact = {"quality": 100} if kind != "PNG" else {}
    if kind == "WEBP":
        exact = {"lossless": True}
    image = pictures.plain(40, 40, wide)
    data = pictures.saved(image, kind, icc_profile=profile, **exact)
    assert pictures.close(shown(data), srgb, 9)
    assert pictures.close(shown(pictures.saved(image, kind, **exact)), wide, 9)


@pytest.mark.parametrize("kind", ["PNG", "WEBP", "GIF", "AVIF", "HEIF"])
def test_transparency_is_flattened_on_white(kind):
    image = pictures.plain(64, 64, (0, 0, 0, 0), "RGBA")
    image.paste((*pictures.BLUE, 255), (0, 0, 32, 64))
    data = pictures.saved(image, kind)
    assert pictures.close(shown(data, (8, 32)), pictures.BLUE, 12)
    assert pictures.close(shown(data, (56, 32)), (255, 255, 255))


def test_half_transparent_pixels_are_mixed_with_white():
    data = pictures.saved(pictures.plain(40, 40, (0, 0, 0, 128), "RGBA"), "PNG")
    assert pictures.close(shown(data), (127, 127, 127), 4)


def test_hidden_colours_under_transparent_pixels_do_not_bleed_in():
    image = pictures.plain(2400, 2400, (255, 0, 0, 0), "RGBA")
    image.paste((255, 255, 255, 255), (1200, 0, 2400, 2400))
    assert pictures.close(shown(pictures.saved(image, "PNG"), (540, 540)), (255, 255, 255), 3)


@pytest.mark.parametrize("level", [0, 300, 32896, 65535])
def test_sixteen_bit_grey_is_scaled_not_clipped(level):
    image = Image.new("I;16", (40, 40), level)
    grey = round(level / 257)
    assert pictures.close(shown(pictures.saved(image, "PNG")), (grey,) * 3, 3)


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P"])
def test_grey_and_palette_modes_come_out_in_their_colours(mode):
    image = pictures.plain(40, 40, (255, 255, 255)).convert(mode)
    assert pictures.close(shown(pictures.saved(image, "PNG")), (255, 255, 255), 2)


def test_a_transparent_colour_of_a_png_without_alpha_is_white():
    image = pictures.plain(40, 40, pictures.GREEN)
    assert pictures.close(
        shown(pictures.saved(image, "PNG", transparency=pictures.GREEN)), (255, 255, 255), 2
    )


def test_cmyk_is_converted():
    image = Image.new("CMYK", (40, 40), (0, 255, 255, 0))
    red, green, blue = shown(pictures.saved(image, "JPEG", quality=95))
    assert red > 200
    assert green < 60
    assert blue < 60


def test_a_grey_picture_with_a_profile_for_colour_keeps_its_grey():
    image = pictures.plain(40, 40, 128, "L")
    data = pictures.saved(image, "JPEG", icc_profile=pictures.DISPLAY_P3)
    assert pictures.close(shown(data), (128, 128, 128), 3)


@pytest.mark.parametrize(
    "profile",
    [
        b"no profile at all",
        pictures.DISPLAY_P3[:150],
        ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes(),
    ],
    ids=["words", "cut short", "of another colour space"],
)
@pytest.mark.parametrize("mode", ["RGB", "CMYK"])
def test_a_profile_that_makes_no_sense_is_ignored(profile, mode):
    image = pictures.plain(40, 40, (234, 51, 35)).convert(mode)
    plain = shown(pictures.saved(image, "JPEG", quality=95))
    assert shown(pictures.saved(image, "JPEG", quality=95, icc_profile=profile)) == plain


def test_a_profile_for_print_does_not_touch_colour_pixels():
    image = pictures.plain(40, 40, 0, "CMYK")
    assert pictures.close(
        shown(pictures.saved(image, "JPEG", icc_profile=pictures.DISPLAY_P3)), (255, 255, 255), 2
    )
