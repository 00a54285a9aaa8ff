"""The index of people in DynamoDB: sorted rows, read by their beginning."""

from collections.abc import Sequence

from pynamodb.attributes import UnicodeAttribute

from functions.aws.scans import Positions, Row, delete_rows, scan_part
from functions.aws.tables import Image, Table, delete_all, put_all
from functions.config import settings
from functions.search.domain import (
    Entry,
    Found,
    Place,
    entry_at,
    is_first,
    part_of,
    places_of,
)
from functions.search.words import all_begin

LAST = "\U0010ffff"
"""Sorts after every character of a term."""
NEXT = "!"
"""Sorts before every character that an id can go on with."""
MOST_READ = 1000
"""About how many rows one call reads, 100 KB, while it looks for several words at once."""


class SearchRow(Table):
    """A word of an account, with the account's other words: about 95 bytes, a write unit. Half a
    read unit reads 43 of them."""

    words = ("term", "text")

    class Meta:
        table_name = settings().table("search")

    part = UnicodeAttribute(hash_key=True)
    term = UnicodeAttribute(range_key=True)
    text = UnicodeAttribute()

    @classmethod
    def owners(cls, row: Image) -> Sequence[str]:
        """Return the account's id, which ends the key."""
        return [entry_at(row["term"]["S"], ()).user_id]


class SearchTable:
    """Store the index in DynamoDB."""

    def find(self, wanted: Sequence[str], after: str, limit: int) -> Found:
        word = max(wanted, key=len)  # it begins the fewest words
        found: dict[str, None] = {}  # while a rank changes, an account has two rows of a word
        size, left = limit, MOST_READ
        while True:
            rows = self._read(word, after, size + 1)
            for row in rows[:size]:
                after, words = row.term, row.text.split(" ")
                entry = entry_at(row.term, words)
                if all_begin(wanted, words) and is_first(row.term, entry, word):
                    found[entry.user_id] = None
                if len(found) == limit:
                    return Found([*found], after if row is not rows[-1] else None)
            if len(rows) <= size:
                return Found([*found], None)
            left -= size
            if left <= 0:
                return Found([*found], after)
            size = min(2 * size, left)

    def _read(self, word: str, after: str, limit: int) -> list[SearchRow]:
        begin = after + NEXT if after else word
        terms = SearchRow.term.between(begin, word + LAST)
        return list(SearchRow.query(part_of(word), terms, limit=limit))

    def add(self, entry: Entry) -> None:
        text = " ".join(entry.words)
        put_all(SearchRow(place.part, place.term, text=text) for place in places_of(entry))

    def drop(self, entries: Sequence[Entry], kept: Entry | None) -> None:
        gone = {place for entry in entries for place in places_of(entry)}
        gone -= set(places_of(kept)) if kept else set()
        delete_all(SearchRow, [(place.part, place.term) for place in sorted(gone)])

    def sweep(self, positions: Positions) -> tuple[list[Entry], Positions]:
        """Scan a part of the index. Return the entries in it and the next positions. Rows that an
        earlier release made for other places are deleted."""
        found = scan_part(SearchRow, positions, consistent=True)
        entries = {_entry_in(row) for row in found.rows}
        delete_rows(SearchRow, [row for row in found.rows if not _has_its_place(row)])
        return sorted(entries, key=lambda entry: entry.user_id), found.positions


def _entry_in(row: Row) -> Entry:
    return entry_at(row["term"]["S"], row["text"]["S"].split(" "))


def _has_its_place(row: Row) -> bool:
    return Place(row["part"]["S"], row["term"]["S"]) in places_of(_entry_in(row))
