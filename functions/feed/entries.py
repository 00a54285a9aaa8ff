"""What a home timeline holds: posts that were pushed into it, merged with those that are pulled."""

from collections.abc import Callable, Sequence

from functions.feed.domain import TIMELINE_CAP
from functions.feed.pulled import PulledPosts
from functions.feed.store import Timelines
from functions.posts.domain import PostRef
from functions.threads import Threads

Muted = Callable[[str], frozenset[str]]
"""Ids of those whom a viewer has muted: `functions.social.service.Social.muted`."""


class Entries:
    """One viewer's entries, for the length of one request. `muted` is known once they are read:
    whose posts the viewer does not want to see."""

    def __init__(
        self, viewer_id: str, timelines: Timelines, pulled: PulledPosts, muted: Muted
    ) -> None:
        self._viewer_id = viewer_id
        self._timelines = timelines
        self._pulled = pulled
        self._read_muted = muted
        self._authors: Sequence[str] | None = None
        self.muted: frozenset[str] = frozenset()

    def before(self, before: str | None, count: int) -> Sequence[PostRef]:
        """The newest `count` entries before a published_id, newest first, each once.

        One round trip; two where the viewer follows pulled authors, whose posts may be in the
        timeline as well, from before.
        """
        if count <= 0:
            return []
        pushed, authors = self._pushed(before, count)
        if not authors:
            return pushed
        pulled = self._pulled.before(authors, before, count)
        merged = {post.published_id: post for post in (*pushed, *pulled)}
        return [merged[published_id] for published_id in sorted(merged, reverse=True)[:count]]

    def between(self, newest: str, oldest: str, size: int) -> list[PostRef]:
        """The entries from one published_id down to another, both included, read `size` a time: as
        many as a reader may go back."""
        found: list[PostRef] = []
        before = newest + "0"  # just above it
        while len(found) < TIMELINE_CAP:
            some = self.before(before, size)
            found += [post for post in some if post.published_id >= oldest]
            if len(some) < size or some[-1].published_id <= oldest:
                return found
            before = some[-1].published_id
        return found

    def _pushed(self, before: str | None, count: int) -> tuple[Sequence[PostRef], Sequence[str]]:
        """The timeline, and whose posts are pulled; the first time both are read at once, and who
        is muted with them."""
        if self._authors is not None:
            return self._timelines.read(self._viewer_id, before, count), self._authors
        with Threads(2) as pool:
            authors = pool.submit(self._pulled.authors, self._viewer_id)
            muted = pool.submit(self._read_muted, self._viewer_id)
            pushed = self._timelines.read(self._viewer_id, before, count)
            self._authors, self.muted = authors.result(), muted.result()
        return pushed, self._authors
