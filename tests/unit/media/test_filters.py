"""The named filters: their tables come from the recipes and do what these say."""

import subprocess
import sys
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageChops, ImageStat

from functions.media.filters import FILTERS
from functions.media.filters.build import LUMA, Recipe, look, recipes, smooth
from functions.media.filters.looks import _looks, filtered
from functions.media.filters.table import SIDE
from functions.media.imaging import render
from tests.unit.media import pictures

MONO = {name for name, recipe in recipes().items() if recipe.mono}


def one(name: str, color: tuple[int, int, int]) -> tuple[int, ...]:
    """What the filter makes of a colour in the middle of a picture."""
    return filtered(pictures.plain(61, 61, color), name).getpixel((30, 30))


def luma(color: tuple[int, ...]) -> float:
    return sum(part * weight for part, weight in zip(color, LUMA, strict=True))


def test_there_are_at_least_twelve_and_each_has_a_recipe():
    assert len(FILTERS) >= 12
    assert tuple(recipes()) == FILTERS


def test_the_tables_are_those_of_the_recipes():
    for name, recipe in recipes().items():
        made, kept = look(recipe), _looks()[name]
        assert kept.vignette == made.vignette
        assert len(kept.table) == 3 * SIDE**3
        # One level of leeway: the last bit of a power differs between C libraries.
        assert max(abs(a - b) for a, b in zip(made.table, kept.table, strict=True)) <= 1


def test_a_recipe_that_asks_for_nothing_changes_nothing():
    table = look(Recipe()).table
    steps = [round(255 * step / (SIDE - 1)) for step in range(SIDE)]
    colors = [(red, green, blue) for blue in steps for green in steps for red in steps]
    assert list(zip(*[iter(table)] * 3, strict=True)) == colors


@pytest.mark.parametrize("name", FILTERS)
def test_a_filter_is_visible_and_keeps_light_above_dark(name):
    photo = pictures.photograph(320, 240)
    changed = ImageStat.Stat(ImageChops.difference(photo, filtered(photo, name))).mean
    assert max(changed) > 2
    greys = [luma(one(name, (level,) * 3)) for level in range(0, 256, 15)]
    assert all(darker <= lighter + 0.5 for darker, lighter in pairwise(greys))
    assert greys[-1] - greys[0] > 150


@pytest.mark.parametrize("name", sorted(MONO - {"sepia"}))
def test_black_and_white_has_no_colour(name):
    for color in (pictures.RED, pictures.GREEN, pictures.BLUE, pictures.YELLOW):
        red, green, blue = one(name, color)
        assert max(red, green, blue) - min(red, green, blue) <= 1


def test_red_is_lighter_than_blue_through_the_red_glass_of_ink():
    assert one("ink", (200, 40, 40))[0] > one("ink", (40, 40, 200))[0] + 60


def test_warm_filters_move_grey_towards_amber_and_cold_ones_towards_blue():
    for name in ("honey", "ember", "dawn", "sepia"):
        red, _, blue = one(name, (150, 150, 150))
        assert red > blue + 10
    for name in ("frost", "polar"):
        red, _, blue = one(name, (150, 150, 150))
        assert blue > red + 5


def test_a_vignette_darkens_the_corners_and_not_the_middle():
    even = filtered(pictures.plain(200, 120, (180, 180, 180)), "velvet")
    assert luma(even.getpixel((2, 2))) < 0.8 * luma(even.getpixel((100, 60)))
    assert abs(luma(even.getpixel((90, 60))) - luma(even.getpixel((110, 60)))) < 2


def test_no_filter_leaves_the_picture_as_it_is():
    photo = pictures.photograph(32, 24)
    assert filtered(photo, None) is photo


@given(st.lists(st.floats(0, 1), min_size=2, max_size=6), st.floats(0, 1))
def test_a_smooth_curve_stays_between_the_points_around_it(heights, x):
    points = tuple((index / (len(heights) - 1), height) for index, height in enumerate(heights))
    before = max(index for index, point in enumerate(points[:-1]) if point[0] <= x)
    low, high = sorted((points[before][1], points[before + 1][1]))
    assert low - 1e-9 <= smooth(points)(x) <= high + 1e-9
    for place, height in points:
        assert smooth(points)(place) == pytest.approx(height)


@pytest.mark.parametrize("size", [(1300, 900), (3000, 300)])
def test_every_rendition_and_the_placeholder_are_filtered(size):
    data = pictures.saved(pictures.plain(*size, pictures.BLUE), "JPEG", quality=95)
    plain, silver = render(data), render(data, "post", "silver")
    assert plain.color != silver.color
    assert plain.blurhash != silver.blurhash
    for made in silver.renditions:
        red, green, blue = ImageStat.Stat(pictures.decoded(made.data)).mean
        assert max(red, green, blue) - min(red, green, blue) < 4


def test_an_unknown_filter_is_the_callers_mistake():
    with pytest.raises(ValueError, match="sparkle"):
        render(pictures.saved(pictures.plain(9, 9), "PNG"), "post", "sparkle")


def test_the_names_are_known_without_an_imaging_library():
    program = "import sys; from functions.media.filters import FILTERS; print('PIL' in sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "False"


def test_a_filter_works_at_every_size():
    for size in ((1, 1), (1, 500), (1080, 1920)):
        assert filtered(Image.new("RGB", size), "velvet").size == size
