"""The formulas: pure, total, and documented."""

import math
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from functions.counters.domain import Counts
from functions.feed.ranking import YOUNGEST, by_gravity, formula, hot
from tests.fakes.pictures import SOME_TIME

COUNTS = st.builds(Counts, likes=st.integers(0, 10**9), comments=st.integers(0, 10**9))
AGES = st.timedeltas(timedelta(0), timedelta(days=30))
SCORES = st.sampled_from([by_gravity(12), by_gravity(0.1), hot])


def test_gravity_is_what_it_says():
    score = by_gravity(12)
    published = SOME_TIME - timedelta(hours=3)
    assert score(Counts(likes=4, comments=5), published, SOME_TIME) == math.log(1 + 14) + 12 / 3


def test_hot_is_what_it_says():
    assert hot(Counts(likes=90, comments=5), SOME_TIME, SOME_TIME) == (
        2 + SOME_TIME.timestamp() / 45_000
    )


@given(SCORES, COUNTS, AGES)
def test_a_score_is_finite_at_every_age_and_count(score, counts, age):
    assert math.isfinite(score(counts, SOME_TIME - age, SOME_TIME))


@given(SCORES, COUNTS, AGES, st.integers(1, 1000))
def test_more_reactions_never_lower_it(score, counts, age, more):
    liked = Counts(likes=counts.likes + more, comments=counts.comments)
    discussed = Counts(likes=counts.likes, comments=counts.comments + more)
    at = SOME_TIME - age
    assert score(liked, at, SOME_TIME) >= score(counts, at, SOME_TIME)
    assert score(discussed, at, SOME_TIME) >= score(liked, at, SOME_TIME)


@given(SCORES, COUNTS, AGES, AGES)
def test_of_two_with_the_same_reactions_the_younger_is_never_below(score, counts, one, other):
    younger, older = sorted((one, other))
    assert score(counts, SOME_TIME - younger, SOME_TIME) >= score(
        counts, SOME_TIME - older, SOME_TIME
    )


@pytest.mark.parametrize("age", [timedelta(0), timedelta(minutes=-5), YOUNGEST])
def test_the_age_has_a_floor_for_posts_of_now_and_of_a_clock_ahead(age):
    score = by_gravity(12)
    assert score(Counts(), SOME_TIME - age, SOME_TIME) == 48


@pytest.mark.parametrize("score", [by_gravity(12), hot])
def test_a_count_below_nothing_is_nothing(score):
    assert score(Counts(likes=-5), SOME_TIME, SOME_TIME) == score(Counts(), SOME_TIME, SOME_TIME)


def test_a_stage_chooses_its_formula():
    assert formula("hot", 12) is hot
    chosen = formula("gravity", 5)
    assert chosen(Counts(), SOME_TIME - timedelta(hours=1), SOME_TIME) == 5
