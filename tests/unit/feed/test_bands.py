"""The three bands, at their edges."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from functions.accounts.domain import User
from functions.clock import ulid_at
from functions.feed.bands import LOST_AFTER, Bands, pulled_era_posts, pushed_posts
from functions.posts.domain import PostRef
from tests.fakes.pictures import SOME_TIME

BANDS = Bands(push_all_below=10, pull_from=100, active_days=30)
BEGUN = ulid_at(SOME_TIME, 1)
ADA = User(
    user_id="ada", username="ada", display_name="ada", created_at=SOME_TIME,
    last_active=SOME_TIME.date(),
)  # fmt: skip


def ada(**fields):
    return replace(ADA, **fields)


def ref(moment=SOME_TIME, number=5):
    return PostRef(ulid_at(moment, number), "p1", "ada")


@pytest.mark.parametrize(
    ("band", "followers", "due"),
    [
        ("pushed", 0, None),
        ("pushed", 99, None),
        ("pushed", 100, "promoting"),
        ("pushed", 101, "promoting"),
        ("pulled", 100, None),
        ("pulled", 80, None),
        ("pulled", 79, "demoting"),
        ("pulled", 0, "demoting"),
        ("promoting", 0, None),
        ("demoting", 1000, None),
    ],
)
def test_a_change_is_due_at_the_line_and_back_a_fifth_below_it(band, followers, due):
    author = ada(band=band, follower_count=followers, band_epoch=BEGUN)
    assert BANDS.due(author, SOME_TIME) == due


@given(st.integers(0, 300), st.integers(1, 200))
def test_no_count_is_both_promoted_and_demoted(followers, pull_from):
    bands = Bands(1, pull_from, 30)
    both = {
        bands.due(ada(band=b, follower_count=followers), SOME_TIME) for b in ("pushed", "pulled")
    }
    assert both != {"promoting", "demoting"}


@pytest.mark.parametrize("band", ["promoting", "demoting"])
@pytest.mark.parametrize(
    ("age", "lost"), [(LOST_AFTER, False), (LOST_AFTER + timedelta(milliseconds=1), True)]
)
def test_a_change_that_has_not_ended_in_twenty_days_begins_anew(band, age, lost):
    author = ada(band=band, band_epoch=BEGUN)
    assert BANDS.due(author, SOME_TIME + age) == (band if lost else None)


@pytest.mark.parametrize(
    ("followers", "reach"),
    [(0, "all"), (9, "all"), (10, "active"), (99, "active"), (5000, "active")],
)
def test_a_post_goes_to_all_below_the_line_and_to_the_active_from_it(followers, reach):
    for band in ("pushed", "promoting", "demoting"):
        author = ada(band=band, follower_count=followers, pulled_from=BEGUN)
        assert BANDS.reach(author, ref()) == reach


def test_what_an_author_publishes_while_pulled_is_pushed_to_nobody_and_what_was_before_still_is():
    author = ada(band="pulled", follower_count=500, pulled_from=ulid_at(SOME_TIME, 5))
    assert BANDS.reach(author, ref(number=4)) == "active"
    assert BANDS.reach(author, ref(number=5)) == "none"
    assert BANDS.reach(author, ref(SOME_TIME + timedelta(hours=1), 0)) == "none"


def test_demotion_delivers_exactly_what_was_not_pushed():
    posts = [ref(number=number) for number in range(10)]
    author = ada(band="pulled", pulled_from=posts[4].published_id)
    assert pushed_posts(author, posts) == posts[:4]
    demoting = ada(band="demoting", pulled_from=posts[4].published_id)
    assert pulled_era_posts(demoting, posts) == posts[4:]
    assert pushed_posts(demoting, posts) == posts
    assert pulled_era_posts(ada(), posts) == []


@pytest.mark.parametrize(("days", "active"), [(0, True), (30, True), (31, False), (-1, True)])
def test_a_viewer_is_active_for_so_many_days_after_the_last_request(days, active):
    assert BANDS.is_active(ADA, SOME_TIME.date() + timedelta(days=days)) is active


@given(st.integers(0, 90), st.integers(0, 3))
def test_who_was_not_active_on_any_day_has_come_back(away, days_in_between):
    """Whatever day it was for the author when the posts were not pushed, up to the return."""
    back = ada(last_active=SOME_TIME.date() + timedelta(days=away))
    missed = SOME_TIME.date() + timedelta(days=max(0, away - days_in_between))
    if not BANDS.is_active(ADA, missed):
        assert BANDS.came_back(ADA, back)


@pytest.mark.parametrize(("days", "back"), [(0, False), (1, False), (29, False), (30, True)])
def test_a_viewer_comes_back_a_day_before_posts_may_have_been_missed(days, back):
    seen = ada(last_active=SOME_TIME.date() + timedelta(days=days))
    assert BANDS.came_back(ADA, seen) is back
