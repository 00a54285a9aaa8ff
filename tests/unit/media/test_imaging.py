"""The pipeline as a whole: sizes, orientation, both resizers."""

from io import BytesIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageChops, ImageStat

from functions.media import resizing
from functions.media.colour import srgb
from functions.media.imaging import Rendered, Rendition, render
from functions.media.resizing import cropped, fitted, resized
from tests.unit.media import pictures

JFIF = {
    "jfif", "jfif_version", "jfif_unit", "jfif_density", "progressive", "progression",
}  # fmt: skip
NAMES = ["thumbnail", "small", "medium", "full"]
SIDES = st.integers(1, 4000)


def sizes(rendered: Rendered) -> dict[str, tuple[int, int]]:
    return {one.name: (one.width, one.height) for one in rendered.renditions}


def rendition(rendered: Rendered, name: str) -> Rendition:
    return next(one for one in rendered.renditions if one.name == name)


def pixels(rendered: Rendered, name: str = "full") -> Image.Image:
    return pictures.decoded(rendition(rendered, name).data)


def stored_as(visible: Image.Image, orientation: int) -> Image.Image:
    """The stored picture that looks like `visible` once turned, from the words of Exif 4.6.5.1.6:
    which visible sides the stored row 0 and column 0 are."""
    rows = {
        1: "top",
        2: "top",
        3: "bottom",
        4: "bottom",
        5: "left",
        6: "right",
        7: "right",
        8: "left",
    }
    columns = {
        1: "left",
        2: "right",
        3: "right",
        4: "left",
        5: "top",
        6: "top",
        7: "bottom",
        8: "bottom",
    }
    width, height = visible.size
    stored = Image.new("RGB", (width, height) if orientation < 5 else (height, width))
    distance = {
        "top": lambda n: ("y", n),
        "bottom": lambda n: ("y", height - 1 - n),
        "left": lambda n: ("x", n),
        "right": lambda n: ("x", width - 1 - n),
    }
    for row in range(stored.height):
        for column in range(stored.width):
            at = dict([distance[rows[orientation]](row), distance[columns[orientation]](column)])
            stored.putpixel((column, row), visible.getpixel((at["x"], at["y"])))
    return stored


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "AVIF", "HEIF"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_picture_stored_in_any_orientation_is_served_upright(orientation, kind):
    exif = Image.Exif()
    exif[0x0112] = orientation
    visible = pictures.cornered()
    data = pictures.saved(stored_as(visible, orientation), kind, exif=exif)
    rendered = render(data)
    assert sizes(rendered)["full"] == visible.size
    for name in ("full", "medium", "small"):
        seen = pictures.corners(pixels(rendered, name))
        assert all(pictures.close(a, b, 25) for a, b in zip(seen, pictures.CORNERS, strict=True))


@pytest.mark.parametrize("orientation", [1, 6, 8])
def test_a_large_turned_jpeg_is_upright_in_every_rendition_and_in_the_thumbnail(orientation):
    exif = Image.Exif()
    exif[0x0112] = orientation
    stored = stored_as(pictures.cornered(90, 60), orientation)
    data = pictures.saved(stored.resize((stored.width * 30, stored.height * 30)), "JPEG", exif=exif)
    rendered = render(data)
    assert sizes(rendered) == {
        "thumbnail": (150, 150),
        "small": (320, 213),
        "medium": (640, 427),
        "full": (1080, 720),
    }
    for name in NAMES:
        seen = pictures.corners(pixels(rendered, name))
        assert all(pictures.close(a, b, 25) for a, b in zip(seen, pictures.CORNERS, strict=True))


def test_a_photograph_gives_four_webp_renditions_in_order_of_size():
    rendered = render(pictures.saved(pictures.photograph(), "JPEG"))
    assert [one.name for one in rendered.renditions] == NAMES
    assert sizes(rendered) == {
        "thumbnail": (150, 150),
        "small": (320, 240),
        "medium": (640, 480),
        "full": (1080, 810),
    }
    assert (rendered.width, rendered.height) == (1080, 810)
    for one in rendered.renditions:
        assert one.content_type == "image/webp"
        assert pictures.decoded(one.data).size == (one.width, one.height)


def test_a_single_pixel_still_gives_all_four_names():
    rendered = render(pictures.saved(pictures.plain(1, 1), "PNG"))
    assert sizes(rendered) == dict.fromkeys(NAMES, (1, 1))


def test_a_panorama_keeps_its_aspect_and_a_sharp_thumbnail():
    grain = pictures.grain(3000, 250).resize((6000, 500)).convert("RGB")
    rendered = render(pictures.saved(grain, "JPEG"))
    assert sizes(rendered) == {
        "thumbnail": (150, 150),
        "small": (320, 27),
        "medium": (640, 53),
        "full": (1080, 90),
    }
    # As sharp as from a format that is always decoded whole, and sharper than the full rendition.
    whole = render(pictures.saved(grain, "PNG"))
    blurred = pixels(rendered).crop((495, 0, 585, 90)).resize((150, 150), Image.Resampling.LANCZOS)
    assert contrast(pixels(rendered, "thumbnail")) > 0.9 * contrast(pixels(whole, "thumbnail"))
    assert contrast(pixels(rendered, "thumbnail")) > 1.5 * contrast(blurred)


def test_a_jpeg_of_the_full_rendition_is_made_when_asked_for():
    comment = b"Seekers Lane 7"
    data = pictures.saved(pictures.photograph(1200, 900), "JPEG", comment=comment)
    rendered = render(data, jpeg=True)
    assert [one.name for one in rendered.renditions] == [*NAMES, "full_jpeg"]
    made = rendered.renditions[-1]
    assert (made.content_type, made.width, made.height) == ("image/jpeg", 1080, 810)
    assert made.data[:3] == b"\xff\xd8\xff"
    with Image.open(BytesIO(made.data)) as image:
        assert not image.info.keys() - JFIF
    difference = ImageChops.difference(pictures.decoded(made.data), pixels(rendered))
    assert max(ImageStat.Stat(difference).mean) < 15  # grain differs, shapes do not
    tiny = render(pictures.saved(pictures.plain(9, 9), "JPEG", comment=comment), jpeg=True)
    assert comment not in tiny.renditions[-1].data


def contrast(image: Image.Image) -> float:
    shifted = ImageChops.offset(image, 1, 0)
    return sum(ImageStat.Stat(ImageChops.difference(image, shifted)).mean)


def test_a_line_one_pixel_wide_is_rendered():
    rendered = render(pictures.saved(pictures.plain(1, 60000, mode="L", color=9), "PNG"))
    assert sizes(rendered)["full"] == (1, 1080)
    assert sizes(rendered)["thumbnail"] == (1, 1)


def test_a_story_covers_its_frame_and_is_cut_where_it_is_focused():
    wide = pictures.plain(6000, 3000, pictures.BLUE)
    wide.paste(pictures.RED, (2400, 0, 3600, 3000))
    rendered = render(pictures.saved(wide, "JPEG"), "story", focus=(0.0, 0.0))
    assert sizes(rendered) == {
        "thumbnail": (150, 150),
        "small": (180, 320),
        "medium": (360, 640),
        "full": (1080, 1920),
    }
    full = pixels(rendered)
    assert pictures.close(full.getpixel((540, 960)), pictures.RED)
    # The frame shows 1687 of the 6000 columns, the red band is 1200 of them: 244 are blue, left
    # and right, or 156 after the reduction.
    for inside, outside in ((160, 150), (918, 930)):
        assert full.getpixel((inside, 960))[0] > 120 > full.getpixel((outside, 960))[0]


def test_a_turned_story_is_cut_as_it_is_seen():
    exif = Image.Exif()
    exif[0x0112] = 6
    tall_as_seen = pictures.saved(pictures.photograph(2400, 1200), "JPEG", exif=exif)
    assert sizes(render(tall_as_seen, "story"))["full"] == (1080, 1920)


def test_a_small_story_is_cut_but_not_enlarged():
    rendered = render(pictures.saved(pictures.plain(300, 200), "PNG"), "story")
    assert sizes(rendered) == {
        "thumbnail": (112, 112),
        "small": (112, 200),
        "medium": (112, 200),
        "full": (112, 200),
    }


def test_a_story_from_a_low_panorama_takes_its_thumbnail_from_what_it_shows():
    wide = pictures.plain(3000, 178, pictures.BLUE)
    wide.paste(pictures.RED, (1450, 0, 1550, 178))
    rendered = render(pictures.saved(wide, "PNG"), "story", focus=(0.0, 0.0))
    assert sizes(rendered)["thumbnail"] == (100, 100)
    assert pictures.close(pixels(rendered, "thumbnail").getpixel((6, 50)), pictures.RED, 25)


def test_an_unknown_kind_is_the_callers_mistake():
    with pytest.raises(ValueError, match="poster"):
        render(pictures.saved(pictures.plain(9, 9), "PNG"), "poster")


@given(width=SIDES, height=SIDES, side=st.sampled_from([150, 320, 640, 1080]))
def test_fitting_never_enlarges_and_keeps_the_aspect_to_the_pixel(width, height, side):
    fit = fitted((width, height), side)
    assert fit[0] <= min(width, side)
    assert fit[1] <= min(height, side)
    scale = min(1.0, side / max(width, height))
    for got, exact in zip(fit, (width * scale, height * scale), strict=True):
        assert abs(got - exact) <= 0.5 + 1e-9 or got == 1


@given(width=SIDES, height=SIDES)
def test_cutting_to_an_aspect_touches_one_edge_pair_only(width, height):
    wide, high = cropped((width, height), (9, 16))
    assert wide <= width
    assert high <= height
    assert wide == width or high == height
    assert abs(wide - high * 9 / 16) <= 1


@settings(max_examples=40, deadline=None)
@given(
    width=st.integers(1, 2600), height=st.integers(1, 700), kind=st.sampled_from(["post", "story"])
)
def test_no_rendition_is_larger_than_its_source(width, height, kind):
    rendered = render(pictures.saved(pictures.plain(width, height, 200, "L"), "PNG"), kind)
    for one in rendered.renditions:
        assert one.width <= width
        assert one.height <= height
    assert sizes(rendered)["thumbnail"][0] == sizes(rendered)["thumbnail"][1]


@pytest.fixture
def without_rust(monkeypatch):
    assert resizing._RUST is not None, "the Rust resizer is missing: nothing to compare with"
    return lambda: monkeypatch.setattr(resizing, "_RUST", None)


@pytest.mark.parametrize("mode", ["RGB", "RGBA", "L", "CMYK"])
@pytest.mark.parametrize("box", [None, (300.5, 0.0, 1700.5, 1400.0)])
def test_both_resizers_give_the_same_pixels(without_rust, mode, box):
    image = pictures.photograph(2000, 1400).convert(mode)
    if mode == "RGBA":
        image.putalpha(Image.linear_gradient("L").resize(image.size))
    fast = resized(image, (320, 224), box)
    without_rust()
    slow = resized(image, (320, 224), box)
    assert fast.mode == slow.mode
    # Flattened: what colour an all but transparent pixel has is rounding, and nobody sees it.
    difference = ImageChops.difference(srgb(fast, {}), srgb(slow, {}))
    assert max(ImageStat.Stat(difference).mean) < 1


@pytest.mark.parametrize("kind", ["post", "story"])
@pytest.mark.parametrize("size", [(2000, 1400), (1400, 2000), (3000, 400), (90, 30)])
def test_the_pipeline_gives_the_same_renditions_without_the_rust_resizer(without_rust, kind, size):
    data = pictures.saved(pictures.photograph(*size), "PNG")
    fast = render(data, kind)
    without_rust()
    slow = render(data, kind)
    assert sizes(fast) == sizes(slow)
    for name in NAMES:
        difference = ImageChops.difference(pixels(fast, name), pixels(slow, name))
        assert max(ImageStat.Stat(difference).mean) < 5  # WebP's rounding makes more of it


def test_the_placeholder_tells_the_picture_s_main_colour_and_shape():
    image = pictures.plain(400, 300, pictures.BLUE)
    image.paste(pictures.YELLOW, (0, 0, 100, 300))
    rendered = render(pictures.saved(image, "PNG"))
    color = bytes.fromhex(rendered.color[1:])
    assert pictures.close(color, pictures.BLUE)
    assert rendered.blurhash[0] == "L"  # 4 by 3 waves: (4 - 1) + (3 - 1) * 9 = 21, the letter L
    tall = render(pictures.saved(image.rotate(90, expand=True), "PNG"))
    assert tall.blurhash[0] == "T"  # 3 by 4
