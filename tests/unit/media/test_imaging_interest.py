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
    lying = best_square(image.transpose(Image.Transpose.TRANSPOSE))
    assert lying == (top, start, bottom, end)


def test_an_even_picture_is_cut_in_the_middle():
    left, _, right, _ = best_square(pictures.plain(600, 200))
    assert abs((left + right) / 2 - 300) < 10


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
