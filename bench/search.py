"""Shows what the search writes for an account and reads for a page: `python -m bench.search`.

The index has a row for each word of an account's names. Two simpler ways stand beside it: a scan
that reads all users for each query, and edge n-grams, a row for each beginning of each word. The
names are those of the demo's people and the ones below.
"""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

import yaml

from bench.local import start

PEOPLE = Path(__file__).parents[1] / "infra" / "local" / "demo" / "people.yaml"
MORE = [
    ("mira.k", "Mira Kovač"), ("anna_maria.photo", "Anna Maria"), ("the.daily.leaf", "Daily Leaf"),
    ("jonas92", "Jonas"), ("soren.b", "Søren Brandt"), ("kei_yamada", "山田 圭"),
    ("minsoo", "김민수"), ("lucia", "Lucía Fernández de la Vega"), ("j_k", "J.K."),
]  # fmt: skip
CROWD = 4000
"""Accounts with one word in common, for the pages."""
MILLION = 1_000_000
USER_BYTES = 520
"""A user's row."""


def main() -> None:
    """Print the tables."""
    start()
    from bench.meter import table_of

    print(table_of(list(_writes())))
    print()
    print(table_of(list(_reads())))


def _names() -> list[tuple[str, str]]:
    people = yaml.safe_load(PEOPLE.read_text(encoding="utf-8"))
    return [(one["username"], one["display_name"]) for one in people] + MORE


def _user(number: int, username: str, display_name: str, **fields: Any) -> Any:
    from functions.accounts.domain import User
    from functions.clock import utc_now

    now = utc_now()
    return User(
        user_id=str(UUID(int=number)), username=username, display_name=display_name,
        created_at=now, last_active=now.date(), **fields,
    )  # fmt: skip


def _writes() -> Iterator[tuple[str, ...]]:
    """Yield the mean units of each change of an account."""
    from msgspec.structs import replace

    from functions.search.domain import entry_of, places_of
    from functions.search.storage import SearchTable

    table = SearchTable()
    users = [_user(number, *names) for number, names in enumerate(_names())]

    def changed(**fields: Any) -> Callable[[Any], Any]:
        return lambda user: replace(user, **fields)

    def known(user: Any) -> Any:
        return replace(user, follower_count=1000)

    def renamed(user: Any) -> Any:
        return replace(user, username=f"new.{user.username}")

    yield "change of an account", "rows written", "rows deleted", "write units"
    changes: list[tuple[str, Callable[[Any], Any] | None, Callable[[Any], Any] | None]] = [
        ("sign-up", None, lambda user: user),
        ("another username", lambda user: user, renamed),
        ("another display name", lambda user: user, changed(display_name="Somebody Else")),
        ("the tenth follower", lambda user: user, changed(follower_count=10)),
        ("the thousandth follower", changed(follower_count=999), known),
        ("deletion", lambda user: user, None),
    ]
    for name, before, after in changes:
        written = deleted = 0
        for user in users:
            old = entry_of(before(user)) if before else None
            new = entry_of(after(user)) if after else None
            had, has = (set(places_of(entry)) if entry else set() for entry in (old, new))
            written += len(has)
            deleted += len(had - has)
        each = [total / len(users) for total in (written, deleted, written + deleted)]
        yield name, *(f"{one:.1f}" for one in each)
    for user in users:
        table.add(entry_of(user))
    grams = [len(_grams(entry_of(user).words)) for user in users]
    yield "edge n-grams: sign-up", f"{sum(grams) / len(users):.1f}", "0", ""
    places = [len(places_of(entry_of(user))) for user in users]
    yield "most rows of one account", str(max(places)), "", ""


def _rows_of(entry: Any) -> list[Any]:
    from functions.search.domain import places_of
    from functions.search.storage import SearchRow

    text = " ".join(entry.words) if entry else ""
    return [SearchRow(one.part, one.term, text=text) for one in places_of(entry)] if entry else []


def _grams(words: tuple[str, ...]) -> set[str]:
    return {word[:size] for word in words for size in range(1, len(word) + 1)}


def _reads() -> Iterator[tuple[str, ...]]:
    """Yield the units that the index takes for the first page of some queries."""
    from bench.meter import item_size, metered
    from functions.search.domain import entry_of
    from functions.search.service import CANDIDATES
    from functions.search.storage import SearchTable

    table = SearchTable()
    sizes = [item_size(row.to_dynamodb_dict()) for number, names in enumerate(_names())
             for row in _rows_of(entry_of(_user(number, *names)))]  # fmt: skip
    for number in range(CROWD):
        user = _user(MILLION + number, f"maria{number}", f"Maria Silva{number % 40}")
        table.add(entry_of(user))
    yield "query", "found", "read units"
    for wanted in (("m",), ("ma",), ("maria",), ("maria7",), ("maria", "silva39")):
        with metered() as meter:
            found = table.find(wanted, "", CANDIDATES)
        yield " ".join(wanted), str(len(found.user_ids)), f"{meter.read_units:.1f}"
    for candidates in (1, 10, 200):
        yield f"a whole page of 20, of {candidates} accounts", "", f"{_page(candidates):.1f}"
    yield "bytes of a row, mean", "", f"{sum(sizes) / len(sizes):.0f}"
    yield "a scan of a million users", "", f"{MILLION * USER_BYTES / 4096 / 2:,.0f}"


def _page(candidates: int) -> float:
    """Return the read units of the first page of a search that so many accounts match, with their
    profiles, blocks and follows."""
    from bench.meter import metered
    from functions.search.domain import entry_of
    from functions.search.schemas import SearchQuery
    from functions.stage import stage

    word = f"zora{'x' * len(str(candidates))}"
    for number in range(candidates):
        user = _user(2 * MILLION + 1000 * candidates + number, f"{word}{number}", "Zora")
        stage().users.create(user)
        stage().people_index.add(entry_of(user))
    with metered() as meter:
        stage().search.people("somebody", SearchQuery(word))
    return meter.read_units


if __name__ == "__main__":
    main()
