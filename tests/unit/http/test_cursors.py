"""Cursors: good for one viewer and one list, and for nobody who changed them."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from functions.errors import Invalid
from functions.http.cursors import Cursors, stage_cursors

CURSORS = Cursors(lambda: ["a key"])
LIST = CURSORS.of("ada", "users/1/posts")
ALPHABET = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_."


class Place(msgspec.Struct, frozen=True):
    """Somewhere in a list."""

    last: str
    examined: int


places = st.builds(Place, st.text(max_size=60), st.integers(0, 10**6))


@given(places)
def test_a_cursor_opens_to_the_position_it_was_made_of(place):
    assert LIST.open(LIST.seal(place), Place) == place


@given(places)
def test_a_cursor_needs_no_escaping_in_a_query(place):
    assert set(LIST.seal(place)) <= set(ALPHABET)


@given(places, st.data())
def test_a_cursor_that_was_tampered_with_is_refused(place, data):
    cursor = LIST.seal(place)
    at = data.draw(st.integers(0, len(cursor) - 1))
    cut, put = cursor[:at], data.draw(st.text(ALPHABET, max_size=2))
    changed = cut + put + cursor[at + 1 :]
    opened = place if changed == cursor else {"cursor": "not a cursor of this list"}
    assert opened_or_refused(changed) == opened


def opened_or_refused(cursor):
    try:
        return LIST.open(cursor, Place)
    except Invalid as refused:
        return refused.errors


@given(places, st.sampled_from([("bob", "users/1/posts"), ("ada", "users/2/posts"), ("", "")]))
def test_a_cursor_of_another_viewer_or_list_is_refused(place, other):
    with pytest.raises(Invalid):
        LIST.open(CURSORS.of(*other).seal(place), Place)


@given(st.text(min_size=1))
def test_what_was_never_a_cursor_is_refused(text):
    with pytest.raises(Invalid):
        LIST.open(text, str)


@given(places, st.sampled_from(["=", "==", "=====", "\n", " "]))
def test_what_decoders_pass_over_is_no_part_of_a_cursor(place, more):
    body, dot, signature = LIST.seal(place).rpartition(".")
    for changed in (f"{body}{dot}{signature}{more}", f"{body}{more}{dot}{signature}"):
        with pytest.raises(Invalid):
            LIST.open(changed, Place)


def test_a_cursor_under_another_key_is_refused():
    with pytest.raises(Invalid):
        Cursors(lambda: ["another key"]).of("ada", "users/1/posts").open(LIST.seal("x"), str)


def test_a_cursor_of_another_shape_is_refused():
    with pytest.raises(Invalid):
        LIST.open(LIST.seal({"something": "else"}), Place)


def test_no_cursor_and_an_empty_one_are_the_lists_beginning():
    assert LIST.open(None, Place) is None
    assert LIST.open("", Place) is None


def test_the_key_is_asked_for_only_when_it_is_needed():
    def never():
        raise AssertionError

    assert Cursors(never).of("ada", "a list").open(None, str) is None


def test_a_stages_cursors_are_under_its_own_key(stage):
    own = stage_cursors().of("ada", "a list")
    assert own.open(own.seal("x"), str) == "x"
    with pytest.raises(Invalid):
        CURSORS.of("ada", "a list").open(own.seal("x"), str)


def test_a_cursor_opens_with_any_of_the_keys_and_is_sealed_with_the_first():
    old, both, new = (
        Cursors(lambda keys=keys: keys).of("ada", "users/1/posts")
        for keys in (["old"], ["new", "old"], ["new"])
    )
    assert both.open(old.seal("x"), str) == both.open(new.seal("x"), str) == "x"
    assert new.open(both.seal("x"), str) == "x"
    with pytest.raises(Invalid):
        old.open(both.seal("x"), str)
    with pytest.raises(Invalid):
        both.open(f"{old.seal('x')}=", str)
