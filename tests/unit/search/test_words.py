"""Names and queries as words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from functions.search.words import (
    LONGEST_WORD,
    MOST_WANTED,
    MOST_WORDS,
    all_begin,
    folded,
    wanted_words,
    words_of,
)


@pytest.mark.parametrize(
    ("names", "words"),
    [
        (("mira.k", "Mira Kovač"), ("mirak", "k", "mira", "kovac")),
        (("anna_maria.photo",), ("annamariaphoto", "mariaphoto", "photo")),
        (("soren", "Søren Ægir"), ("soren", "aegir")),
        (("zz9", "O\u2019Brien Anne-Marie 🌻"), ("zz9", "obrien", "brien", "annemarie", "marie")),
        (("kei", "山田太郎"), ("kei", "山田太郎", "田太郎", "太郎", "郎")),
        (("min", "김민수"), ("min", "김민수", "민수", "수")),
        (("ada", "ADA"), ("ada",)),
        (("___", "🌻"), ()),
    ],
)
def test_names_give_their_words(names, words):
    assert words_of(*names) == words


@pytest.mark.parametrize(
    "query",
    ["mira", "mir", "m", "k", "mirak", "mira.k", "@mira.k", "MIRA_K", "kov", "Kovač", "kovač",
     "kova\u0302c", "mira kovac", "Kov mir", "  k   m ", "Ｍira"],
)  # fmt: skip
def test_a_person_is_found_by_beginnings(query):
    wanted = wanted_words(query)
    assert wanted
    assert all_begin(wanted, words_of("mira.k", "Mira Kovač"))


@pytest.mark.parametrize("query", ["ira", "mirk", "ovac", "mira x", "miraka", "kmira"])
def test_a_person_is_not_found_by_anything_else(query):
    assert not all_begin(wanted_words(query), words_of("mira.k", "Mira Kovač"))


@pytest.mark.parametrize("query", ["山", "田", "太郎", "田太", "山田太郎"])
def test_any_character_of_a_name_without_spaces_begins_a_word(query):
    assert all_begin(wanted_words(query), words_of("kei", "山田太郎"))


@pytest.mark.parametrize("query", ["#", "🌻", "...", " @ "])
def test_a_query_without_letters_wants_nothing(query):
    assert wanted_words(query) == ()


def test_nothing_grows_without_bound():
    assert len(words_of("ada", "山" + "田" * 63)) <= MOST_WORDS
    assert len(words_of("ada", " ".join(f"w{n}" for n in range(60)))) == MOST_WORDS
    assert {len(word) for word in words_of("a" * 64)} == {LONGEST_WORD}
    assert len(wanted_words(" ".join(f"w{n}" for n in range(50)))) == MOST_WANTED


@given(st.text(max_size=64))
def test_whatever_people_write_folding_it_again_changes_nothing(text):
    assert folded(folded(text)) == folded(text)


@given(st.text(max_size=64), st.text(max_size=64))
def test_everybody_is_found_by_the_first_of_their_words(username, display_name):
    words = words_of(username, display_name)
    for word in words:
        assert "#" not in word
        assert " " not in word
        assert all_begin(wanted_words(word), words)
