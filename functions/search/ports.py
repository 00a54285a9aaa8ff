"""The interface of the index. DynamoDB implements it in `storage.py`; a search engine can."""

from collections.abc import Sequence
from typing import Protocol

from functions.accounts.domain import User
from functions.search.domain import Entry, Found


class PeopleIndex(Protocol):
    """An index of accounts by the beginnings of their words.

    Nobody reads its answers as they are: hits are candidates, and the service reads each account.
    So the index may trail, and may still find an account by an earlier name.
    """

    def find(self, wanted: Sequence[str], after: str, limit: int) -> Found:
        """Return some accounts of which each wanted word begins a word, each account once. `after`
        is the place that an earlier answer gave; empty for the beginning. There may be fewer than
        `limit` before the end. Words that are wanted first come first, and higher ranks of the
        same word."""

    def add(self, entry: Entry) -> None:
        """Let an account be found by its entry. May be repeated."""

    def drop(self, entries: Sequence[Entry], kept: Entry | None) -> None:
        """Let an account no longer be found by these entries, except for what `kept` has in common
        with them. Without `kept` it is not found at all. May be repeated."""


class UserReader(Protocol):
    """The users table, as it is read here."""

    def get(self, user_id: str) -> User | None:
        """Return the user; None if there is none. Reads strongly."""
