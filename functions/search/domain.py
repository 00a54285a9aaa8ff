"""What finds an account, and where the index keeps it. Pure."""

from collections.abc import Sequence

import msgspec

from functions.accounts.domain import User
from functions.search.words import is_cjk, words_of

PEOPLE = "users"
"""The kind of a search for people. It begins the key of their rows."""
MOST_DIGITS = 9
KNOWN = 4
"""The rank from which on each beginning of a word has a row: 1,000 followers. So the accounts that
most people look for come first, even if the beginning is that of a hundred thousand words."""
LONGEST_BEGINNING = 8
"""The most letters of a beginning that has a row. Longer ones begin few words."""
WHOLE = "!"
"""Marks the row of a whole username, and sorts it before all ranks."""


class Entry(msgspec.Struct, frozen=True):
    """What the index knows of an account. `rank` is the number of digits of its followers, 0
    without any. The first of `words` is the whole username.

    A message in flight outlives a deploy, so these fields keep their meaning.
    """

    user_id: str
    words: tuple[str, ...]
    rank: int


class Place(msgspec.Struct, frozen=True, order=True):
    """A place of an account in the index: in a part, sorted by term."""

    part: str
    term: str


class Found(msgspec.Struct, frozen=True):
    """Accounts in the order of the index, and the place to read on from; None at the end."""

    user_ids: list[str]
    after: str | None


def entry_of(user: User) -> Entry:
    """Return what the index knows of a user."""
    followers = user.follower_count
    rank = min(len(str(followers)), MOST_DIGITS) if followers > 0 else 0
    return Entry(user.user_id, words_of(user.username, user.display_name), rank)


def part_of(word: str) -> str:
    """Return the part with the words that begin as this one does: with the same two letters, or
    with the same Chinese, Japanese or Korean character, of which there are thousands."""
    return f"{PEOPLE}#{word[: 1 if is_cjk(word) else 2]}"


def places_of(entry: Entry) -> list[Place]:
    """Return all places of an account, in order: one a word, and one for each first letter.

    A query of one letter would read every part that begins with it. So the first letter has a place
    of its own, and there accounts are sorted by rank alone. A known account has such a place for
    each beginning of a word.
    """
    mark = f"{MOST_DIGITS - entry.rank}"
    terms = dict.fromkeys(entry.words, mark)
    longest = LONGEST_BEGINNING if entry.rank >= KNOWN else 1
    for word in entry.words:
        shortest = 2 if is_cjk(word) else 1
        for size in range(shortest, min(longest, len(word)) + 1):
            terms.setdefault(word[:size], mark)
    if entry.words:
        terms[entry.words[0]] = WHOLE + mark
    return sorted(
        Place(part_of(word), f"{word}#{one}#{entry.user_id}") for word, one in terms.items()
    )


def entry_at(term: str, words: Sequence[str]) -> Entry:
    """Return the entry of an account from one of its terms and its words."""
    _, mark, user_id = term.split("#", 2)
    return Entry(user_id, tuple(words), MOST_DIGITS - int(mark[-1]))


def is_first(term: str, entry: Entry, word: str) -> bool:
    """Return whether a term is the first one of its account that begins with a word. An account
    with several of them is found once."""
    part = part_of(word)
    there = (one.term for one in places_of(entry) if one.part == part)
    return term == min((one for one in there if one.startswith(word)), default=term)
