"""The rule for usernames."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from functions.accounts.reserved import RESERVED, bare, reserved_with
from functions.accounts.usernames import (
    GIVEN,
    NEVER,
    NEW,
    checked_username,
    folded,
    is_username,
)
from functions.errors import Invalid

LETTERS = "az09_.  AZ-é\n\u212a"


def follows(name: str) -> bool:
    """The rule in small steps."""
    return (
        3 <= len(name) <= 30
        and set(name) <= set("abcdefghijklmnopqrstuvwxyz0123456789_.")
        and name[0] not in "_."
        and name[-1] not in "_."
        and ".." not in name
        and not name.isdigit()
    )


@given(st.text(LETTERS, max_size=34))
def test_the_patterns_of_the_description_admit_what_the_rule_admits(given):
    name = given.strip(" ")
    admitted = bool(re.fullmatch(NEW, given)) and not re.match(NEVER, given)
    assert admitted == (name.isascii() and follows(name.lower()))
    if admitted:
        assert checked_username(given, frozenset()) == name.lower()
        assert re.fullmatch(GIVEN, given)
    else:
        with pytest.raises(Invalid, match="username: has to be 3 to 30"):
            checked_username(given, frozenset())


@pytest.mark.parametrize("name", ["abc", "a" * 30, "a.b", "a__b", "1_2", "a._.b"])
def test_these_are_usernames(name):
    assert is_username(name)


@pytest.mark.parametrize(
    "name", ["ab", "a" * 31, "_ab", "ab.", "a..b", "123", "Abc", " abc", "аbc", "abc\n"]
)
def test_these_are_not(name):
    assert not is_username(name)


@given(st.text(LETTERS))
def test_folding_twice_is_folding_once(given):
    assert folded(folded(given)) == folded(given)


def test_the_kelvin_sign_is_no_k():
    assert folded("\u212aate") == "\u212aate"


@pytest.mark.parametrize(
    "name", ["admin", "ADMIN", "ad.min", "fan_light", "me.me.me", "support", "my.brand"]
)
def test_a_reserved_name_is_refused_with_dots_and_underscores_too(name):
    reserved = reserved_with(["my_brand", "mememe"])
    with pytest.raises(Invalid, match="username: is reserved"):
        checked_username(name, reserved)


def test_a_name_that_only_holds_a_reserved_one_is_free():
    assert checked_username("administer", RESERVED) == "administer"


def test_every_reserved_name_is_written_as_it_is_compared():
    assert all(name == bare(folded(name)) for name in RESERVED)
