"""Characters that show nothing."""

import sys
import unicodedata

import pytest
import regex

from functions.errors import Invalid
from functions.invisible import hidden_in_name, is_ignorable, is_visible, shows_nothing
from functions.text import checked_name, checked_text, shown

EVERY = [chr(code) for code in range(sys.maxunicode + 1) if not 0xD800 <= code <= 0xDFFF]
IGNORABLE = [one for one in EVERY if regex.match(r"\p{Default_Ignorable_Code_Point}", one)]
"""From another copy of Unicode's tables."""
NAMES = [
    "Anna Lee",
    "🙂 アンナ עַנָּה",
    "Zoë",
    "Zoe\u0308",
    "Nguye\u0302\u0303n",
    "❤️ Mira",
    "☀︎",
    "1️⃣ #️⃣",
    "‼️ ℹ️ 〰️ ↔️",
    "👩‍👩‍👧‍👦",
    "👩🏽‍🚀",
    "🏳️‍🌈",
    "🏴󠁧󠁢󠁥󠁮󠁧󠁿 Tom",
    "❤️‍🔥",
    "می‌خواهم",
    "عبدُ‌الله",
    "ක්‍රිෂ්ණ",
    "ශ්‍රී",
    "र्‍क",
    "ರ‍್ಕ",
    "র‍্যা",
    "ന്‍ന",
    "ក៊‌ី",
    "ᠮᠣᠩᠭᠣᠯ ᠠ᠋",
    "邉󠄀",
    "葛\U000e0101城",
]


def test_the_table_is_unicodes():
    assert [one for one in EVERY if is_ignorable(one)] == IGNORABLE
    assert len(IGNORABLE) > 4000


@pytest.mark.parametrize("around", ["{}", "Anna{}Lee", "{}Anna", "Anna{}", "Anna {} Lee"])
def test_no_ignorable_character_hides_in_a_latin_name(around):
    passed = [one for one in IGNORABLE if hidden_in_name(around.format(one)) != one]
    assert not passed, passed


def test_nothing_is_seen_of_ignorable_characters_marks_and_white_space():
    for one in EVERY:
        if one in "\u2800\ufff9" or unicodedata.category(one)[0] in "ZM" or is_ignorable(one):
            assert not is_visible(one), hex(ord(one))
    assert shows_nothing("".join(IGNORABLE))


@pytest.mark.parametrize("name", NAMES, ids=ascii)
def test_names_keep_the_invisible_characters_that_they_need(name):
    assert checked_name("display_name", name, 64) == name


@pytest.mark.parametrize(
    "name",
    [
        "Anna\ufe0f",
        "\u2800\ufe0f",
        "Anna\u200dLee",
        "a\u0301\u200d\u0301",
        "1\ufe0f",
        "❤️\u200d",
        "\u200d❤️",
        "❤️\u200dAnna",
        "🏴\U000e0067\U000e0062\U000e007f",
        "Anna\U000e0101",
        "a\u180b",
        "\u0301",
        "Anna \u0301",
        "Anna\u2028Lee",
        "\u202egnp.exe",
        "\u2066Anna\u2069",
        "Anna\u200e",
        "Anna\u2800Lee",
        "a\u3164",
        "\uffa0a",
        "\u17b4a",
        "a\u034fb",
    ],
    ids=ascii,
)
def test_names_hide_nothing(name):
    with pytest.raises(Invalid, match=r"invisible character U|shows nothing"):
        checked_name("display_name", name, 64)


@pytest.mark.parametrize("text", ["", " \n", "\u3164", "\u2800 \u200b", "\u0301", "\U000e0041"])
def test_a_text_that_shows_nothing_counts_as_empty(text):
    assert shown(text) == ""
    with pytest.raises(Invalid, match="text: shows nothing"):
        checked_text("text", text, 10, lines=True, visible=True)


@pytest.mark.parametrize("text", [" a ", "\u202eabc", "🫩", "\U0001fadf", "❤️"])
def test_a_text_that_shows_something_is_kept_whole(text):
    assert shown(text) == text
