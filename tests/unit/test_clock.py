"""ULIDs and time."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from functions.clock import epoch_seconds, new_ulid, ulid_at, ulid_time, utc_now, whole_second

moments = st.datetimes(datetime(1970, 1, 2), datetime(9999, 1, 1), timezones=st.just(UTC))
chance = st.integers(0, 2**80 - 1)
MILLISECOND = timedelta(milliseconds=1)


@given(moments, moments, chance, chance)
def test_ulids_sort_by_the_time_of_their_drawing(one, other, r1, r2):
    if one <= other - MILLISECOND:
        assert ulid_at(one, r1) < ulid_at(other, r2)


@given(moments, chance)
def test_a_ulid_tells_the_millisecond_that_its_moment_lies_in(moment, randomness):
    whole = moment.replace(microsecond=moment.microsecond // 1000 * 1000)
    assert ulid_time(ulid_at(moment, randomness)) == whole


@given(moments, chance, chance)
def test_within_a_millisecond_ulids_sort_by_their_randomness(moment, r1, r2):
    assert (ulid_at(moment, r1) < ulid_at(moment, r2)) == (r1 < r2)


@given(moments, st.integers(0, 2**90))
def test_a_ulid_has_26_characters_of_crockfords_alphabet(moment, randomness):
    ulid = ulid_at(moment, randomness)
    assert len(ulid) == 26
    assert set(ulid) <= set("0123456789ABCDEFGHJKMNPQRSTVWXYZ")


def test_the_specifications_own_example():
    drawn = datetime(2016, 7, 30, 22, 36, 16, 385_000, UTC)
    assert ulid_at(drawn, 0).startswith("01ARYZ6S41")


def test_ids_drawn_now_differ_and_carry_the_present():
    before = utc_now()
    drawn = {new_ulid() for _ in range(1000)}
    assert len(drawn) == 1000
    assert all(before - MILLISECOND < ulid_time(one) <= utc_now() for one in drawn)


def test_epoch_seconds_are_whole():
    assert epoch_seconds(datetime(1970, 1, 1, 0, 0, 1, 999_999, UTC)) == 1


def test_a_float_would_round_the_last_microsecond_of_a_far_year_up():
    last = datetime(9998, 12, 31, 23, 59, 59, 999_999, UTC)
    assert epoch_seconds(last) == epoch_seconds(last.replace(microsecond=0))
    assert ulid_time(ulid_at(last, 0)) == last.replace(microsecond=999_000)


@given(moments)
def test_a_moment_lies_in_the_second_that_ttl_and_signatures_know(moment):
    whole = whole_second(moment)
    assert whole <= moment < whole + timedelta(seconds=1)
    assert epoch_seconds(whole) == whole.timestamp() == epoch_seconds(moment)
