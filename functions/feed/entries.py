"""The entries of a home timeline: posts that were pushed into it, merged with posts that are
pulled."""

from collections.abc import Callable, Sequence

from functions.aws.threads import Threads
from functions.feed.domain import CANDIDATES
from functions.feed.ports import TimelineStore
from functions.feed.pulled import PulledPosts
from functions.http.pages import MOST_EXAMINED
from functions.posts.domain import PostRef

Muted = Callable[[str], frozenset[str]]
"""Returns the ids of the users that a viewer has muted: `functions.social.service.Social.muted`."""


class Entries:
    """One viewer's entries, for the length of one request. `muted` holds the authors whose posts
    the viewer does not want to see. It is known once the entries are read. `examined` counts the
    entries that were read."""

    def __init__(
        self, viewer_id: str, timelines: TimelineStore, pulled: PulledPosts, muted: Muted
    ) -> None:
        self._viewer_id = viewer_id
        self._timelines = timelines
        self._pulled = pulled
        self._read_muted = muted
        self._authors: Sequence[str] | None = None
        self.muted: frozenset[str] = frozenset()
        self.examined = 0

    def before(self, before: str | None, count: int) -> Sequence[PostRef]:
        """Return the newest `count` entries before a published_id, newest first, each once.

        Takes one round trip, or two if the viewer follows pulled authors. Some of their posts may
        be in the timeline as well, from before they were pulled.
        """
        if count <= 0:
            return []
        found, authors = self._pushed(before, count)
        if authors:
            pulled = self._pulled.before(authors, before, count)
            merged = {post.published_id: post for post in (*found, *pulled)}
            found = [merged[published_id] for published_id in sorted(merged, reverse=True)[:count]]
        self.examined += len(found)
        return found

    def candidates(self, before: str | None, count: int) -> tuple[list[PostRef], str]:
        """Return up to `count` entries whose authors are not muted, and the published_id below
        which there may be more; empty if there are none."""
        found: list[PostRef] = []
        for _ in range(MOST_EXAMINED // CANDIDATES):
            some = self.before(before, CANDIDATES)
            for post in some:
                if post.author_id not in self.muted:
                    found.append(post)
                if len(found) == count:
                    return found, post.published_id
            if len(some) < CANDIDATES:
                return found, ""
            before = some[-1].published_id
        return found, before or ""

    def between(self, newest: str, oldest: str) -> list[PostRef]:
        """Return the entries from one published_id down to another, both included, without those of
        muted authors. The two are ends of what `candidates` has found."""
        found: list[PostRef] = []
        before = newest + "0"  # just above it
        for _ in range(2 * MOST_EXAMINED // CANDIDATES):  # entries may have come in between
            some = self.before(before, CANDIDATES)
            found += [post for post in some if post.published_id >= oldest]
            if len(some) < CANDIDATES or some[-1].published_id <= oldest:
                break
            before = some[-1].published_id
        return [post for post in found if post.author_id not in self.muted]

    def _pushed(self, before: str | None, count: int) -> tuple[Sequence[PostRef], Sequence[str]]:
        """Return timeline entries, and find the pulled authors. The first call reads both at once,
        and the muted users with them."""
        if self._authors is not None:
            return self._timelines.read(self._viewer_id, before, count), self._authors
        with Threads(2) as pool:
            authors = pool.submit(self._pulled.authors, self._viewer_id)
            muted = pool.submit(self._read_muted, self._viewer_id)
            pushed = self._timelines.read(self._viewer_id, before, count)
            self.muted = muted.result()
            self._authors = [one for one in authors.result() if one not in self.muted]
        return pushed, self._authors
