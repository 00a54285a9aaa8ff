"""Pages of lists."""

from collections.abc import Callable, Sequence
from typing import Annotated, Any, Generic, TypeVar

import msgspec

from functions.http.fields import spelled

Item = TypeVar("Item")
Entry = TypeVar("Entry")

MAX_PAGE = 100
DEFAULT_PAGE = 20
MAX_CURSOR = 4096
"""The most characters of a cursor. The longest, of a ranked feed, has about 1,500."""
READ_ON = 20
"""The least number of entries to read on by, even for a page of one: much may be hidden."""
MOST_EXAMINED = 1000
"""About how many entries one request examines. Hidden entries use up no other limit of a list, so
something must end a request that finds nothing else."""


class Page(msgspec.Struct, Generic[Item], frozen=True):
    """A part of a list. `next_cursor` leads to the next part; null at the end of the list. A part
    may have fewer items than asked for, or none, and still have a `next_cursor`."""

    items: list[Item]
    next_cursor: str | None


Cursor = Annotated[
    str,
    spelled(
        r"[A-Za-z0-9_.-]*",
        0,
        MAX_CURSOR,
        "the `next_cursor` of the page before; empty for the first",
    ),
]


class ListQuery(msgspec.Struct, frozen=True):
    """The requested part of a list."""

    limit: Annotated[int, msgspec.Meta(ge=1, le=MAX_PAGE)] = DEFAULT_PAGE
    cursor: Cursor = ""


class Part(msgspec.Struct, Generic[Item, Entry], frozen=True):
    """The result of reading on: the views, the entry after which there is more (None at the end),
    and how many entries were examined.
    """

    shown: list[Item]
    last: Entry | None
    examined: int


def read_on(
    limit: int,
    after: Any,
    fetch: Callable[[Any, int], Sequence[Entry]],
    show: Callable[[Sequence[Entry]], Sequence[Item | None]],
) -> "Part[Item, Entry]":
    """Fill a page from a source whose entries may turn out to be hidden.

    `fetch(after, n)` returns up to n entries after one; `show` returns each entry's view, None for
    one that this viewer must not see. If the page is not full, more is read, a page or `READ_ON`
    entries at a time, and twice as many after nothing but hidden ones. That goes on until the page
    is full, the source is empty, or `MOST_EXAMINED` entries were examined: then the page is short.
    The next page continues after the last examined entry, so nothing is repeated or skipped,
    whatever is added or removed meanwhile.
    """
    shown: list[Item] = []
    examined = 0
    size = limit
    while True:
        entries = fetch(after, size + 1)
        shown_before = len(shown)
        for entry, view in zip(entries[:size], show(entries[:size]), strict=True):
            examined += 1
            if view is not None:
                shown.append(view)
            if len(shown) == limit:
                more = entry is not entries[-1]
                return Part(shown, entry if more else None, examined)
        if len(entries) <= size:
            return Part(shown, None, examined)
        after = entries[size - 1]
        if examined >= MOST_EXAMINED:
            return Part(shown, after, examined)
        found = len(shown) > shown_before
        size = max(limit, READ_ON) if found else min(max(2 * size, READ_ON), MAX_PAGE)
