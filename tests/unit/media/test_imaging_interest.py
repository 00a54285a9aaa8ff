"""The thumbnail shows what the picture is of."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageFilter

from functions.media.imaging import render
from functions.media.interest import best_square
from tests.unit.media import pictures


def pictured(width: int, height: int, left: int) -> Image.Image:
    """A soft background and, from `left` on, something sharp, 80 pixels wide."""
    ground = Image.linear_gradient("L").resize((width, height)).filter(ImageFilter.GaussianBlur(9))
    image = Image.merge("RGB", (ground, ground, ground))
    top = height // 2 - 40
    for row in range(4):
        for column in range(4):
            at = (left + column * 20, top + row * 20)
            color = pictures.YELLOW if (row + column) % 2 else pictures.BLUE
            image.paste(color, (*at, at[0] + 20, at[1] + 20))
    return image


@pytest.mark.parametrize("left", [5, 120, 300, 415])
def test_the_square_holds_what_is_sharp(left):
    image = pictured(500, 200, left)
    start, top, end, bottom = best_square(image)
    assert start <= left
    assert end >= left + 80
    assert (end - start, bottom - top) == (200, 200)
    _, start, _, end = best_square(image.transpose(Image.Transpose.TRANSPOSE))
    assert start <= left
    assert end >= left + 80


def test_an_even_picture_is_cut_in_the_middle():
    left, _, right, _ = best_square(pictures.plain(600, 200))
    assert abs((left + right) / 2 - 300) < 10


def test_an_upright_even_picture_is_cut_above_its_middle():
    _, top, _, bottom = best_square(pictures.plain(200, 600))
    assert 120 < top < 160
    assert bottom - top == 200


def test_colours_of_skin_draw_the_square():
    image = pictured(600, 200, 300)
    for color in ((224, 172, 140), (141, 85, 60)):
        faced = image.copy()
        faced.paste(color, (30, 40, 130, 160))
        assert best_square(faced)[0] < best_square(image)[0]


@pytest.mark.parametrize(
    ("focus", "left"),
    [((0.0, 0.0), 200), ((-1.0, 0.0), 0), ((1.0, 0.0), 400), ((0.5, -1.0), 350), ((-0.2, 1), 140)],
)
def test_a_focal_point_overrides_all_of_it(focus, left):
    box = best_square(pictured(600, 200, 20), focus)
    assert box == (left, 0, left + 200, 200)
    lying = best_square(pictures.plain(200, 600), (0.0, -focus[0]))
    assert lying == (0, left, 200, left + 200)


@given(st.floats(-1, 1), st.floats(-1, 1), st.integers(1, 400), st.integers(1, 400))
def test_a_focused_part_stays_inside(x, y, width, height):
    left, top, right, bottom = best_square(pictures.plain(width, height), (x, y))
    assert min(left, top) >= 0
    assert right <= width
    assert bottom <= height


@given(st.integers(1, 400), st.integers(1, 400))
def test_the_square_is_as_large_as_can_be_and_inside(width, height):
    left, top, right, bottom = best_square(pictures.plain(width, height))
    assert min(left, top) >= 0
    assert right <= width
    assert bottom <= height
    assert right - left == pytest.approx(min(width, height))
    assert bottom - top == pytest.approx(min(width, height))


@pytest.mark.parametrize("left", [100, 1880])
@pytest.mark.parametrize("height", [200, 1000])
def test_the_thumbnail_shows_it(left, height):
    image = pictured(2000 if height > 500 else 2200, height, left)
    data = pictures.saved(image, "JPEG", quality=95)
    thumbnail = pictures.decoded(render(data).renditions[0].data)
    colored = sum(
        count for count, color in thumbnail.getcolors(150 * 150) if max(color) - min(color) > 50
    )
    assert colored / 150**2 > 0.5 * (80 / height) ** 2


@pytest.mark.parametrize("turn", range(1, 9))
def test_a_turned_story_is_laid_where_it_is_focused_as_it_is_seen(turn):
    image = pictures.plain(1600, 900, pictures.BLUE)
    image.paste(pictures.RED, (1200, 0, 1600, 900))
    exif = Image.Exif()
    exif[0x0112] = turn
    data = pictures.saved(pictures.turned(image, turn), "JPEG", exif=exif)
    seen = pictures.decoded(render(data, "story", focus=(1.0, 0.0)).renditions[-1].data)
    assert pictures.close(seen.getpixel((seen.width // 2, seen.height // 2)), pictures.RED, 25)
    seen = pictures.decoded(render(data, "story", focus=(-1.0, 0.0)).renditions[-1].data)
    assert pictures.close(seen.getpixel((seen.width // 2, seen.height // 2)), pictures.BLUE, 25)


def test_a_story_shows_what_is_of_interest():
    data = pictures.saved(pictured(1600, 900, 200), "JPEG", quality=95)
    story = pictures.decoded(render(data, "story").renditions[-1].data)
    colored = sum(n for n, c in story.getcolors(1 << 22) if max(c) - min(c) > 50)
    assert colored > 0.9 * 80 * 80


@pytest.mark.parametrize("focus", [(-1.0, 0.0), (1.0, 0.0)])
def test_a_panorama_s_thumbnail_shows_its_focal_point(focus):
    wide = pictures.plain(6000, 120, pictures.BLUE)
    wide.paste(pictures.RED, (0, 0, 100, 120) if focus[0] < 0 else (5900, 0, 6000, 120))
    thumbnail = pictures.decoded(
        render(pictures.saved(wide, "PNG"), focus=focus).renditions[0].data
    )
    assert pictures.close(thumbnail.getpixel((60, 60)), pictures.RED, 25)
