"""Reading a list on until a page is full."""

from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from functions.http import pages
from functions.http.pages import MAX_PAGE, MOST_EXAMINED, Part, read_on


class Shown(NamedTuple):
    """A page, without how it came about."""

    shown: list[int]
    last: int | None


class Shelf:
    """A source of numbers, highest first, of which some are hidden."""

    def __init__(self, entries, hidden=()):
        self.entries = set(entries)
        self.hidden = set(hidden)
        self.fetches = 0

    def fetch(self, after, count):
        self.fetches += 1
        inside = sorted((e for e in self.entries if after is None or e < after), reverse=True)
        return inside[:count]

    def show(self, entries):
        return [None if entry in self.hidden else entry for entry in entries]

    def page(self, limit, after=None):
        part = read_on(limit, after, self.fetch, self.show)
        return Shown(part.shown, part.last)


def test_an_empty_source_is_an_empty_last_page():
    assert Shelf([]).page(5) == ([], None)


def test_a_page_tells_behind_which_entry_there_is_more():
    assert Shelf(range(5)).page(2) == ([4, 3], 3)
    assert Shelf(range(5)).page(2, after=3) == ([2, 1], 1)
    assert Shelf(range(5)).page(2, after=1) == ([0], None)


def test_a_source_that_ends_with_a_full_page_has_no_more():
    assert Shelf(range(4)).page(4) == ([3, 2, 1, 0], None)


def test_a_short_page_reads_on_until_it_is_full():
    assert Shelf(range(10), hidden=[9, 8, 6]).page(3) == ([7, 5, 4], 4)


def test_a_source_of_hidden_entries_is_read_to_its_end():
    assert Shelf(range(10), hidden=range(10)).page(3) == ([], None)


def test_a_page_that_shows_all_takes_one_read():
    shelf = Shelf(range(100))
    shelf.page(20)
    assert shelf.fetches == 1


@given(
    st.sets(st.integers(0, 60)),
    st.sets(st.integers(0, 60)),
    st.integers(1, 7),
)
def test_pages_together_are_all_that_is_shown_in_order(entries, hidden, limit):
    shelf, seen, after = Shelf(entries, hidden), [], None
    while True:
        part = shelf.page(limit, after)
        seen += part.shown
        assert len(part.shown) == limit or part.last is None
        if part.last is None:
            break
        after = part.last
    assert seen == sorted(entries - hidden, reverse=True)


changes = st.tuples(st.sampled_from(["add", "remove", "hide", "reveal"]), st.integers(0, 60))


@given(
    st.sets(st.integers(0, 60), max_size=40),
    st.sets(st.integers(0, 60)),
    st.integers(1, 7),
    st.lists(st.lists(changes, max_size=4), max_size=20),
)
def test_whatever_changes_between_pages_nothing_is_repeated_or_skipped(
    entries, hidden, limit, between
):
    shelf, seen, after = Shelf(entries, hidden), [], None
    untouched = {number for batch in between for _, number in batch}
    while True:
        part = shelf.page(limit, after)
        seen += part.shown
        if part.last is None:
            break
        after = part.last
        for what, number in between.pop() if between else []:
            change(shelf, what, number)
    assert seen == sorted(set(seen), reverse=True)
    assert entries - hidden - untouched <= set(seen)


def change(shelf, what, number):
    into = {"add": shelf.entries, "remove": shelf.entries, "hide": shelf.hidden}
    chosen = into.get(what, shelf.hidden)
    (chosen.add if what in ("add", "hide") else chosen.discard)(number)


def test_hidden_entries_are_read_a_whole_page_at_a_time():
    asked = []

    def fetch(after, count):
        asked.append(count)
        start = 0 if after is None else after + 1
        return list(range(start, min(start + count, 500)))

    def show(entries):
        return [entry if entry < 19 else None for entry in entries]

    part = read_on(20, None, fetch, show)
    assert part == Part(list(range(19)), None, 500)
    assert asked == [21, 21, 41, 81, *[101] * 4], "and ever more while all is hidden"


def test_a_page_of_hidden_entries_ends_and_its_cursor_goes_on():
    shelf = Shelf(range(MOST_EXAMINED + 200), hidden=range(5, MOST_EXAMINED + 200))
    first = read_on(20, None, shelf.fetch, shelf.show)
    assert first.shown == []
    assert MOST_EXAMINED <= first.examined < MOST_EXAMINED + MAX_PAGE
    assert shelf.page(20, first.last) == ([4, 3, 2, 1, 0], None)


@given(st.sets(st.integers(0, 60)), st.sets(st.integers(0, 60)), st.integers(1, 7))
def test_short_pages_together_are_all_that_is_shown_in_order(entries, hidden, limit):
    shelf, seen, after = Shelf(entries, hidden), [], None
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pages, "MOST_EXAMINED", 5)
        patch.setattr(pages, "READ_ON", 2)
        while True:
            part = shelf.page(limit, after)
            seen += part.shown
            if part.last is None:
                break
            after = part.last
    assert seen == sorted(entries - hidden, reverse=True)


def test_what_was_examined_is_counted_to_the_entry_that_fills_the_page():
    part = read_on(2, None, lambda _, n: list(range(n)), list)
    assert part == Part([0, 1], 1, 2)
