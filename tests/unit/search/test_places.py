"""The places of accounts in the index."""

from itertools import pairwise

import pytest
from msgspec.structs import replace

from functions.accounts.domain import User
from functions.search.domain import (
    KNOWN,
    Entry,
    entry_at,
    entry_of,
    is_first,
    part_of,
    places_of,
)
from functions.search.words import words_of
from tests.fakes.pictures import SOME_TIME

MIRA = Entry("id-1", words_of("mira.k", "Mira Kovač"), 2)
ADA = User(
    user_id="ada", username="ada", display_name="ada", created_at=SOME_TIME,
    last_active=SOME_TIME.date(),
)  # fmt: skip


def test_an_account_has_a_place_for_each_word_and_each_first_letter():
    assert [(place.part, place.term) for place in places_of(MIRA)] == [
        ("users#k", "k#7#id-1"),
        ("users#ko", "kovac#7#id-1"),
        ("users#m", "m#7#id-1"),
        ("users#mi", "mira#7#id-1"),
        ("users#mi", "mirak#!7#id-1"),
    ]


def test_a_character_of_a_name_without_spaces_has_its_own_part():
    parts = {place.part for place in places_of(Entry("id-1", words_of("kei", "山田"), 0))}
    assert parts == {"users#ke", "users#k", "users#山", "users#田"}
    assert part_of("山") == part_of("山田") == "users#山"


def test_a_known_account_has_a_place_for_each_beginning():
    terms = [place.term for place in places_of(replace(MIRA, rank=KNOWN))]
    assert {"mi#5#id-1", "mir#5#id-1", "ko#5#id-1", "kova#5#id-1"} <= set(terms)
    assert len(terms) == len(set(terms)) == 10


def test_a_place_comes_before_those_of_longer_words_and_lower_ranks():
    handle = places_of(Entry("z", ("anna",), 0))
    known = places_of(Entry("y", ("annabel",), 5))
    same = [places_of(Entry("x", ("b", "anna"), rank)) for rank in (9, 3, 0)]
    longer = places_of(Entry("w", ("annabel",), 0))

    def term(places, beginning):
        return next(one.term for one in places if one.term.startswith(beginning))

    order = [term(handle, "anna#"), term(known, "anna#"),
             *(term(one, "anna#") for one in same[1:]), term(longer, "annabel#")]  # fmt: skip
    assert all(one < other for one, other in pairwise(order))
    assert term(same[0], "anna#") < term(known, "anna#")


@pytest.mark.parametrize("word", ["m", "mi", "mir", "mira", "mirak", "k", "ko"])
@pytest.mark.parametrize("rank", [2, KNOWN])
def test_one_place_of_an_account_is_the_first_that_begins_with_a_word(word, rank):
    entry = replace(MIRA, rank=rank)
    there = [one.term for one in places_of(entry) if one.part == part_of(word)]
    assert [term for term in there if is_first(term, entry, word)] == [
        min(term for term in there if term.startswith(word))
    ]


def test_an_entry_is_read_from_each_of_its_terms():
    for place in places_of(MIRA):
        assert entry_at(place.term, MIRA.words) == MIRA


@pytest.mark.parametrize(
    ("followers", "rank"), [(-1, 0), (0, 0), (1, 1), (9, 1), (10, 2), (999, 3), (1000, KNOWN),
                            (10**12, 9)],
)  # fmt: skip
def test_the_rank_is_the_number_of_digits_of_the_followers(followers, rank):
    assert entry_of(replace(ADA, follower_count=followers)).rank == rank
