"""The index of the search, in memory."""

from collections.abc import Sequence

from functions.search.domain import Entry, Found, Place, is_first, part_of, places_of
from functions.search.words import all_begin
from tests.fakes.transactions import LOCK


class FakePeopleIndex:
    """Entries by place."""

    def __init__(self) -> None:
        self.rows: dict[Place, Entry] = {}

    def find(self, wanted: Sequence[str], after: str, limit: int) -> Found:
        word = max(wanted, key=len)
        part = part_of(word)
        found = [
            (place.term, entry.user_id)
            for place, entry in sorted(self.rows.items())
            if place.part == part and place.term.startswith(word) and place.term > after
            if all_begin(wanted, entry.words) and is_first(place.term, entry, word)
        ]
        ids = list(dict.fromkeys(user_id for _, user_id in found[:limit]))
        return Found(ids, found[limit - 1][0] if len(found) > limit else None)

    def add(self, entry: Entry) -> None:
        with LOCK:
            self.rows |= dict.fromkeys(places_of(entry), entry)

    def drop(self, entries: Sequence[Entry], kept: Entry | None) -> None:
        gone = {place for entry in entries for place in places_of(entry)}
        with LOCK:
            for place in gone - set(places_of(kept) if kept else ()):
                self.rows.pop(place, None)
