"""The feed: a viewer's home timeline, hydrated, in the order that was asked for."""

from collections.abc import Sequence

from functions.clock import Clock, ulid_time
from functions.cursors import Cursors
from functions.errors import Forbidden
from functions.feed.domain import CANDIDATES, TIMELINE_CAP, Order, Position, Snapshot
from functions.feed.entries import Entries, Muted
from functions.feed.pulled import PulledPosts
from functions.feed.ranking import Score
from functions.feed.store import Timelines
from functions.pages import Page, read_on
from functions.posts.domain import PostRef
from functions.posts.hydration import Hydration
from functions.posts.schemas import PostView


class Feed:
    """Home timelines, as their viewers read them."""

    def __init__(
        self,
        timelines: Timelines,
        pulled: PulledPosts,
        hydration: Hydration,
        muted: Muted,
        cursors: Cursors,
        score: Score,
        now: Clock,
    ) -> None:
        self._timelines = timelines
        self._pulled = pulled
        self._hydration = hydration
        self._muted = muted
        self._cursors = cursors
        self._score = score
        self._now = now

    def home(
        self, viewer_id: str, user_id: str, cursor: str | None, limit: int, order: Order = "recent"
    ) -> Page[PostView]:
        """The posts of those whom the viewer follows, and the viewer's own.

        Raises:
            Forbidden: the feed is another's. Invalid: the cursor.
        """
        if viewer_id != user_id:
            raise Forbidden("This feed is another's.")
        entries = Entries(viewer_id, self._timelines, self._pulled, self._muted)
        if order == "ranked":
            return self._ranked(viewer_id, entries, cursor, limit)
        return self._recent(viewer_id, entries, cursor, limit)

    def _recent(
        self, viewer_id: str, entries: Entries, cursor: str | None, limit: int
    ) -> Page[PostView]:
        own = self._cursors.of(viewer_id, "feed/recent")
        begun = own.open(cursor, Position)
        examined_before = examined = begun.examined if begun else 0

        def fetch(after: PostRef | None, count: int) -> Sequence[PostRef]:
            nonlocal examined
            before = after.published_id if after else None
            found = entries.before(before, min(count, TIMELINE_CAP - examined))
            examined += min(len(found), count - 1)
            return found

        def show(refs: Sequence[PostRef]) -> list[PostView | None]:
            return self._show(viewer_id, refs, entries)

        part = read_on(limit, begun.last if begun else None, fetch, show)
        if part.last is None:
            return Page(part.shown, None)
        return Page(part.shown, own.seal(Position(part.last, examined_before + part.examined)))

    def _ranked(
        self, viewer_id: str, entries: Entries, cursor: str | None, limit: int
    ) -> Page[PostView]:
        """The newest candidates by score. They are scored once; the rest of their order travels in
        the cursor, so pages never shuffle, and nothing is stored."""
        own = self._cursors.of(viewer_id, "feed/ranked")
        begun = own.open(cursor, Snapshot)
        if begun is None:
            candidates = entries.before(None, CANDIDATES)
            ranked = self._rank([one for one in candidates if one.author_id not in entries.muted])
        else:
            candidates = entries.between(begun.newest, begun.oldest, CANDIDATES)
            ranked = begun.restore(candidates)

        def fetch(after: PostRef | None, count: int) -> Sequence[PostRef]:
            start = ranked.index(after) + 1 if after else 0
            return ranked[start : start + count]

        def show(refs: Sequence[PostRef]) -> list[PostView | None]:
            return self._show(viewer_id, refs, entries)

        part = read_on(limit, None, fetch, show)
        if part.last is None:
            return Page(part.shown, None)
        rest = ranked[ranked.index(part.last) + 1 :]
        return Page(part.shown, own.seal(Snapshot.of(rest)))

    def _show(
        self, viewer_id: str, refs: Sequence[PostRef], entries: Entries
    ) -> list[PostView | None]:
        """Each entry's view; None for one that the viewer must not or does not want to see."""
        wanted = [ref for ref in refs if ref.author_id not in entries.muted]
        shown = self._hydration.show(viewer_id, wanted, followed=True)
        views = dict(zip(wanted, shown, strict=True))
        return [views.get(ref) for ref in refs]

    def _rank(self, candidates: Sequence[PostRef]) -> list[PostRef]:
        now = self._now()
        counts = self._hydration.counts(candidates)

        def standing(post: PostRef) -> tuple[float, str]:
            score = self._score(counts[post.post_id], ulid_time(post.published_id), now)
            return score, post.published_id

        return sorted(candidates, key=standing, reverse=True)
