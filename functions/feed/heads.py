"""What authors who are not pushed have newest: read by who looks, and shared by all."""

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from itertools import islice
from typing import Generic, TypeVar

from functions.clock import Clock
from functions.threads import Threads

Head = TypeVar("Head")

HEAD_KEPT = timedelta(seconds=60)
"""How long a warm process takes a head for new, and so how late it may be seen."""
HEADS_REMEMBERED = 4000
"""Heads in a warm process: some 40 MB of posts."""
READS_AT_ONCE = 25
"""Heads read in parallel: the connections that a process keeps."""


class Heads(Generic[Head]):
    """Authors' heads. `read` gives an author's, now."""

    def __init__(self, read: Callable[[str], Head], now: Clock) -> None:
        self._read = read
        self._now = now
        self._known: dict[str, tuple[datetime, Head]] = {}

    def of(self, author_ids: Iterable[str], since: datetime | None = None) -> dict[str, Head]:
        """The heads of authors, none of them read before `since` or a minute ago: one read an
        author whose head is not known, in parallel."""
        oldest = self._now() - HEAD_KEPT
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
        kept = dict(islice(read.items(), HEADS_REMEMBERED))
        if len(self._known) + len(kept) > HEADS_REMEMBERED:
            self._known.clear()
        self._known.update({i: (read_at, head) for i, head in kept.items()})
        return read
