"""Lists, a part at a time."""

from collections.abc import Callable, Sequence
from typing import Annotated, Any, Generic, TypeVar

import msgspec

Item = TypeVar("Item")
Entry = TypeVar("Entry")

MAX_PAGE = 100
DEFAULT_PAGE = 20
READ_ON = 20
"""Entries that even a page of one reads on by, where much is hidden."""


class Page(msgspec.Struct, Generic[Item], frozen=True):
    """A part of a list. `next_cursor` continues it; null at its end."""

    items: list[Item]
    next_cursor: str | None


class ListQuery(msgspec.Struct, frozen=True):
    """Which part of a list."""

    limit: Annotated[int, msgspec.Meta(ge=1, le=MAX_PAGE)] = DEFAULT_PAGE
    cursor: str | None = None


class Part(msgspec.Struct, Generic[Item, Entry], frozen=True):
    """What was read on: the views, behind which entry there is more (None at the end), and how
    many entries were examined."""

    shown: list[Item]
    last: Entry | None
    examined: int


def read_on(
    limit: int,
    after: Any,
    fetch: Callable[[Any, int], Sequence[Entry]],
    show: Callable[[Sequence[Entry]], Sequence[Item | None]],
) -> "Part[Item, Entry]":
    """Fill a page from a source whose entries may turn out not to be shown.

    `fetch(after, n)` gives up to n entries after one; `show` gives each entry's view, None for one
    that this viewer must not see. A short page reads on, a page or `READ_ON` entries at a time,
    until it is full or the source is dry. Going on behind the last entry examined repeats nothing
    and skips nothing, whatever is added or removed meanwhile.
    """
    shown: list[Item] = []
    examined = 0
    size = limit
    while True:
        entries = fetch(after, size + 1)
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
        size = max(limit, READ_ON)
