"""A cache of the newest items of authors who are not pushed. It is filled by the first read and
shared by all readers."""

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from itertools import islice
from typing import Generic, TypeVar

from functions.aws.threads import Threads
from functions.clock import Clock

Head = TypeVar("Head")

CACHED_FOR = timedelta(seconds=60)
"""How long a warm process treats a head as current, and so how late a new item may be seen."""
CACHE_SIZE = 4000
"""Heads in a warm process: some 40 MB of posts."""
READS_AT_ONCE = 25
"""Heads read in parallel: as many as the connections that a process keeps."""


class AuthorCache(Generic[Head]):
    """Authors' heads. `read` returns an author's head as it is now."""

    def __init__(self, read: Callable[[str], Head], now: Clock) -> None:
        self._read = read
        self._now = now
        self._known: dict[str, tuple[datetime, Head]] = {}

    def of(self, author_ids: Iterable[str], since: datetime | None = None) -> dict[str, Head]:
        """Return the heads of authors, none read before `since` or more than a minute ago. Reads
        the heads that are not known, one each, in parallel."""
        oldest = self._now() - CACHED_FOR
        if since is not None:
            oldest = max(oldest, since)
        known, unknown = {}, []
        for author_id in author_ids:
            held = self._known.get(author_id)
            if held is None or held[0] <= oldest:
                unknown.append(author_id)
            else:
                known[author_id] = held[1]
        return known | self._remembered(unknown) if unknown else known

    def _remembered(self, author_ids: list[str]) -> dict[str, Head]:
        read_at = self._now()
        with Threads(min(READS_AT_ONCE, len(author_ids))) as pool:
            read = dict(zip(author_ids, pool.map(self._read, author_ids), strict=True))
        kept = dict(islice(read.items(), CACHE_SIZE))
        if len(self._known) + len(kept) > CACHE_SIZE:
            self._known.clear()
        self._known.update({i: (read_at, head) for i, head in kept.items()})
        return read
