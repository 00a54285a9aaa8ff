"""The feed: a viewer's home timeline, hydrated, in the requested order."""

from collections.abc import Sequence

from functions.clock import Clock, ulid_time
from functions.errors import Forbidden
from functions.feed.domain import CANDIDATES, TIMELINE_CAP, Position, Snapshot
from functions.feed.entries import Entries, Muted
from functions.feed.ports import TimelineStore
from functions.feed.pulled import PulledPosts
from functions.feed.ranking import Score
from functions.feed.schemas import FeedQuery
from functions.http.cursors import Cursors
from functions.http.pages import MOST_EXAMINED, Page, Part, read_on
from functions.posts.domain import PostRef
from functions.posts.hydration import Hydration
from functions.posts.schemas import PostView


class Feed:
    """Home timelines, as viewers read them."""

    def __init__(
        self,
        timelines: TimelineStore,
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

    def home(self, viewer_id: str, user_id: str, query: FeedQuery) -> Page[PostView]:
        """Return a page of posts by the viewer and the users that the viewer follows.

        Raises:
            Forbidden: the feed belongs to somebody else.
            Invalid: the cursor.
        """
        if viewer_id != user_id:
            raise Forbidden("You can read only your own feed.")
        entries = Entries(viewer_id, self._timelines, self._pulled, self._muted)
        if query.order == "ranked":
            return self._ranked(viewer_id, entries, query)
        return self._recent(viewer_id, entries, query)

    def _recent(self, viewer_id: str, entries: Entries, query: FeedQuery) -> Page[PostView]:
        own = self._cursors.of(viewer_id, "feed/recent")
        begun = own.open(query.cursor, Position)
        before = begun.shown if begun else 0

        def fetch(after: PostRef | None, count: int) -> Sequence[PostRef]:
            return entries.before(after.published_id if after else None, count)

        def show(refs: Sequence[PostRef]) -> list[PostView | None]:
            return self._show(viewer_id, refs, entries)

        limit = min(query.limit, TIMELINE_CAP - before)
        part = read_on(limit, begun.last if begun else None, fetch, show)
        shown = before + len(part.shown)
        if part.last is None or shown >= TIMELINE_CAP:
            return Page(part.shown, None)
        return Page(part.shown, own.seal(Position(part.last, shown)))

    def _ranked(self, viewer_id: str, entries: Entries, query: FeedQuery) -> Page[PostView]:
        """Return a page of the newest candidates by score. They are scored once; the rest of their
        order travels in the cursor. So pages never shuffle, and nothing is stored.

        Candidates may turn out to be hidden. So older ones follow them, scored among themselves,
        until as many posts were shown as there are candidates.
        """
        own = self._cursors.of(viewer_id, "feed/ranked")
        begun = own.open(query.cursor, Snapshot)
        before = begun.shown if begun else 0
        ranked, floor = self._begun(entries, begun)
        page: list[PostView] = []
        while True:
            limit = min(query.limit, CANDIDATES - before) - len(page)
            part = self._read_ranked(viewer_id, entries, ranked, limit)
            page += part.shown
            ranked = ranked[ranked.index(part.last) + 1 :] if part.last else []
            wanted = CANDIDATES - before - len(page)
            is_full = len(page) == query.limit or not wanted
            if ranked or is_full or not floor or entries.examined >= MOST_EXAMINED:
                break
            ranked, floor = self._next_ranked(entries, floor, wanted)
        more = bool(wanted and (ranked or floor))
        return Page(
            page, own.seal(Snapshot.of(ranked, floor, before + len(page))) if more else None
        )

    def _begun(self, entries: Entries, begun: Snapshot | None) -> tuple[list[PostRef], str]:
        """Return the candidates that are left in their order, and the floor below them."""
        if begun is None:
            return self._next_ranked(entries, None, CANDIDATES)
        if not begun.order:
            return [], begun.floor
        return begun.restore(entries.between(begun.newest, begun.oldest)), begun.floor

    def _next_ranked(
        self, entries: Entries, before: str | None, count: int
    ) -> tuple[list[PostRef], str]:
        candidates, floor = entries.candidates(before, count)
        return self._rank(candidates), floor

    def _read_ranked(
        self, viewer_id: str, entries: Entries, ranked: list[PostRef], limit: int
    ) -> Part[PostView, PostRef]:
        def fetch(after: PostRef | None, count: int) -> Sequence[PostRef]:
            start = ranked.index(after) + 1 if after else 0
            return ranked[start : start + count]

        def show(refs: Sequence[PostRef]) -> list[PostView | None]:
            return self._show(viewer_id, refs, entries)

        return read_on(limit, None, fetch, show)

    def _show(
        self, viewer_id: str, refs: Sequence[PostRef], entries: Entries
    ) -> list[PostView | None]:
        """Show each post; None for a post that the viewer may not see or whose author is muted."""
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
