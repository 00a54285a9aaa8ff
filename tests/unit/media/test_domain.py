"""Where originals and renditions lie."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from functions.media.domain import (
    Focus,
    download_name,
    folder_of,
    kept_focus,
    media_id_of,
    rendition_key,
    upload_key,
)
from functions.media.filters import FILTERS
from tests.fakes.pictures import media, picture


def test_an_originals_key_names_its_media():
    assert media_id_of(upload_key("ada", "m1")) == "m1"


def test_a_renditions_key_begins_with_its_kind_and_owner():
    assert rendition_key("post", "ada", "m1", "full") == "posts/ada/m1/plain/full.webp"
    assert rendition_key("story", "ada", "m1", "full") == "stories/ada/m1/plain/full.webp"
    assert rendition_key("post", "ada", "m1", "og", "image/jpeg") == "posts/ada/m1/plain/og.jpg"


@given(st.floats(-1, 1), st.floats(-1, 1))
def test_a_focal_point_is_kept_to_two_decimals_and_has_one_folder(x, y):
    kept = kept_focus(Focus(x, y))
    assert max(abs(kept.x - x), abs(kept.y - y)) <= 0.005 + 1e-9
    assert kept_focus(kept) == kept
    assert msgspec.json.encode(kept) == msgspec.json.encode(kept_focus(Focus(kept.x, kept.y)))
    assert folder_of(None, kept) == f"plain.{round(kept.x * 100)}.{round(kept.y * 100)}"


def test_minus_zero_is_zero():
    assert msgspec.json.encode(kept_focus(Focus(-0.0, -0.001))) == b'{"x":0.0,"y":0.0}'


def test_every_filter_and_focal_point_has_a_folder_of_its_own():
    points = [None, Focus(0, 0), Focus(0.5, -1), Focus(-0.5, 1), Focus(0.05, 0.5)]
    folders = [folder_of(name, point) for name in (None, *FILTERS) for point in points]
    assert len(set(folders)) == len(folders)


@pytest.mark.parametrize(
    ("content_type", "ending"),
    [("image/jpeg", "jpg"), ("image/heic", "heic"), ("image/avif", "avif"), ("image/png", "png")],
)
def test_an_original_is_saved_under_a_name_with_its_day_and_the_right_ending(content_type, ending):
    one = media("m1", "ada", content_type=content_type)
    assert download_name(one) == f"fanlight-2026-05-01-m1.{ending}"


def test_pictures_of_earlier_releases_are_where_they_were():
    old = replace(picture("m1", "ada"), folder=None)
    assert old.key("full") == "posts/ada/m1/full.webp"
    assert replace(old, filter="ink").key("full") == "posts/ada/m1/ink/full.webp"
