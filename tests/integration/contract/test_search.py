"""The contract of `functions.search.ports.PeopleIndex`."""

import pytest
from msgspec.structs import replace

from functions.search.domain import KNOWN, Entry
from functions.search.words import words_of


@pytest.fixture
def entry(backend):
    """Return a function that makes entries, whose words no other test has."""
    letters = str.maketrans("0123456789", "ghijklmnop")
    mark = f"q{backend.mark}".translate(letters)  # letters only, or it would be two words

    def entry(number, *names, rank=0):
        words = words_of(*(name.replace("~", mark) for name in names))
        return Entry(f"{backend.mark}-{number}", words, rank)

    entry.mark = mark
    return entry


def found(backend, entry, *wanted, limit=100):
    """Return the numbers of the accounts on all pages."""
    ids, after = [], ""
    while after is not None:
        part = backend.people_index.find([w.replace("~", entry.mark) for w in wanted], after, limit)
        assert len(part.user_ids) <= limit
        ids += part.user_ids
        after = part.after
    return [int(one.rpartition("-")[2]) for one in ids]


def test_accounts_are_found_by_beginnings_until_they_are_dropped(backend, entry):
    ann, anna = entry(1, "~ann", "Ann Lee"), entry(2, "~anna.k", "Ann")
    for one in (ann, anna):
        backend.people_index.add(one)
        backend.people_index.add(one)
    assert found(backend, entry, "~an") == found(backend, entry, "~ann") == [1, 2]
    assert found(backend, entry, "~anna") == found(backend, entry, "~annak") == [2]
    assert found(backend, entry, "~annab") == []
    for _ in range(2):
        backend.people_index.drop([anna], None)
    assert found(backend, entry, "~an") == [1]


def test_all_words_match(backend, entry):
    for number, names in enumerate(("~mira Kovac", "~mira Santos", "~mirella Kov")):
        backend.people_index.add(entry(number, names))
    assert found(backend, entry, "~mir", "kov") == [0, 2]
    assert found(backend, entry, "san", "~mira") == [1]
    assert found(backend, entry, "~mira", "x") == []


@pytest.mark.parametrize("limit", [1, 2, 3, 7])
def test_pages_go_on_where_the_last_one_ended_whatever_their_length(backend, entry, limit):
    for number in range(7):
        odd = " odd" if number % 2 else ""
        rank = KNOWN if number == 6 else 0
        backend.people_index.add(entry(number, f"~max{number}{odd}", "Max", rank=rank))
    assert found(backend, entry, "~ma", limit=limit) == [0, 1, 2, 3, 4, 5, 6]
    assert found(backend, entry, "~ma", "odd", limit=limit) == [1, 3, 5]


def test_the_wanted_word_comes_first_and_higher_ranks_of_it(backend, entry):
    backend.people_index.add(entry(1, "~ann", rank=1))
    backend.people_index.add(entry(2, "b~2", "~ann", rank=3))
    backend.people_index.add(entry(3, "b~3", "~ann", rank=2))
    backend.people_index.add(entry(4, "~anna", rank=3))
    assert found(backend, entry, "~ann") == [1, 2, 3, 4]


def test_a_change_writes_what_is_new_and_drops_what_is_not_kept(backend, entry):
    old, new = entry(1, "~ann", "Ann ~lee"), entry(1, "~ann", "Ann ~bo")
    backend.people_index.add(old)
    backend.people_index.add(new)
    backend.people_index.drop([old, new], new)
    assert found(backend, entry, "~ann") == found(backend, entry, "~bo") == [1]
    assert found(backend, entry, "~lee") == []
    assert found(backend, entry, "~an", "~bo") == [1]
    higher = replace(new, rank=3)
    backend.people_index.add(higher)
    backend.people_index.drop([new], higher)
    assert found(backend, entry, "~an") == [1]


def test_an_account_whose_rank_is_changing_is_found_once(backend, entry):
    for rank in (0, 1):
        backend.people_index.add(entry(1, "~ann", rank=rank))
        backend.people_index.add(entry(2, "~anna", rank=rank))
    assert found(backend, entry, "~an") == [1, 2]
