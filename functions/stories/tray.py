"""The tray: the authors that a viewer follows and who have stories to see.

Fan-out adds authors to a viewer's tray and removes them. Authors with too many followers are not
pushed; they are looked up when a tray is read. The read also checks every author shown. It leaves
out an author at once if the viewer no longer follows them, if their stories have expired or been
deleted, or if they are now private to this viewer.
"""

from collections.abc import Sequence

from functions.accounts.domain import User
from functions.affinity.service import Affinity
from functions.author_cache import AuthorCache
from functions.aws.tables import Reader
from functions.aws.threads import Threads
from functions.clock import Clock
from functions.http.cursors import Cursors
from functions.http.pages import ListQuery, Page
from functions.social.service import Social
from functions.stories.domain import MAX_ACTIVE, Story, StoryRef, is_over
from functions.stories.hydration import StoryHydration
from functions.stories.ports import StoryStore, TrayStore
from functions.stories.schemas import StoryView, TrayItem

TRAY_ROWS = 1000
"""Authors with active stories that are read, besides muted ones: about 300 KB, 37 read units."""
TRAY_AUTHORS = 100
"""Authors in a tray: the closest of those read. Each costs a query of its stories."""
MOST_EXAMINED = 3 * TRAY_AUTHORS
"""Authors that the first page examines at most. The viewer may have stopped following some, and
others may have nothing to see any more. If too few are left, the next pages examine more."""
AT_ONCE = 25
"""Queries in flight: as many as there are connections."""


class Tray:
    """Trays, as their viewers read them and the fan-out fills them."""

    def __init__(
        self,
        entries: TrayStore,
        stories: StoryStore,
        hydration: StoryHydration,
        affinity: Affinity,
        social: Social,
        cursors: Cursors,
        read: Reader,
        now: Clock,
    ) -> None:
        self._now = now
        self._pulled = AuthorCache(self._newest, now)
        self._entries = entries
        self._stories = stories
        self._hydration = hydration
        self._affinity = affinity
        self._social = social
        self._cursors = cursors
        self._read = read

    def read(self, viewer_id: str, query: ListQuery) -> Page[TrayItem]:
        """Return authors with their stories: unseen first, then the closest, then the newest.

        The first page fixes the order, which travels in the cursor. So no page repeats or skips an
        author because the viewer saw a story between pages.
        """
        own = self._cursors.of(viewer_id, "stories")
        waiting = own.open(query.cursor, list[str])
        if waiting is None:
            items, others = self._ordered(viewer_id)
            shown = items[: query.limit]
            waiting = [*(one.author.user_id for one in items[query.limit :]), *others]
        else:
            shown, waiting = self._next(viewer_id, waiting, query.limit)
        return Page(shown, own.seal(waiting) if waiting else None)

    def _next(
        self, viewer_id: str, waiting: Sequence[str], limit: int
    ) -> tuple[list[TrayItem], list[str]]:
        """Return the next items of an order made before, and the authors left in it."""
        shown: list[TrayItem] = []
        muted = self._social.muted(viewer_id)
        left = [author_id for author_id in waiting if author_id not in muted]
        while left and len(shown) < limit:
            batch, left = left[: limit - len(shown)], left[limit - len(shown) :]
            shown += self._items(viewer_id, batch)
        return shown, left

    def _ordered(self, viewer_id: str) -> tuple[list[TrayItem], list[str]]:
        """Return the items in order, and authors who were not examined but may stand after them."""
        with Threads(1) as pool:
            scores = pool.submit(self._affinity.scores, viewer_id)
            newest = self._candidates(viewer_id)
            close = scores.result()
        closest = sorted(newest, key=lambda i: (close.get(i, 0.0), newest[i]), reverse=True)
        rank = {author_id: place for place, author_id in enumerate(closest)}
        items: list[TrayItem] = []
        examined = 0
        while examined < min(len(closest), MOST_EXAMINED) and len(items) < TRAY_AUTHORS:
            batch = closest[examined : examined + TRAY_AUTHORS - len(items)]
            items += self._items(viewer_id, batch)
            examined += len(batch)
        others = closest[examined : examined + TRAY_AUTHORS - len(items)]
        return sorted(items, key=lambda item: (item.seen, rank[item.author.user_id])), others

    def _candidates(self, viewer_id: str) -> dict[str, str]:
        """Return the newest known story, by its published_id, of each author who was delivered here
        or is pulled, and is not muted. Heads of pulled authors may be a minute old; the stories
        shown are always current."""
        with Threads(2) as pool:
            asked = pool.submit(self._social.follows.pulled, viewer_id)
            hidden = pool.submit(self._social.muted, viewer_id)
            brought = self._entries.read(viewer_id, TRAY_ROWS)
            muted = hidden.result()
            if len(brought) == TRAY_ROWS and any(one.author_id in muted for one in brought):
                brought = self._entries.read(viewer_id, TRAY_ROWS + len(muted))
            heads = self._pulled.of(i for i in asked.result() if i not in muted).values()
        now = self._now()
        pulled = [one for one in heads if one is not None and not is_over(one.expires_at, now)]
        newest: dict[str, str] = {}
        for story in (*(one for one in brought if one.author_id not in muted), *pulled):
            newest[story.author_id] = max(story.published_id, newest.get(story.author_id, ""))
        return newest

    def _items(self, viewer_id: str, author_ids: Sequence[str]) -> list[TrayItem]:
        """Return the authors that the viewer follows and who have stories, in the order given."""
        authors = self._followed(viewer_id, author_ids)
        if not authors:
            return []
        with Threads(min(AT_ONCE, len(authors))) as pool:
            found = list(pool.map(self._shown, authors))
        stories = [story for one in found for story in one]
        views: dict[str, list[StoryView]] = {}
        for view in self._hydration.show(viewer_id, stories, authors):
            views.setdefault(view.author.user_id, []).append(view)
        return [
            TrayItem(self._social.author(authors[i]), views[i], all(one.seen for one in views[i]))
            for i in author_ids
            if i in views
        ]

    def _shown(self, author_id: str) -> Sequence[Story]:
        """Return an author's newest stories. Requests made at once may have created more than the
        limit."""
        return self._stories.active(author_id)[-MAX_ACTIVE:]

    def _followed(self, viewer_id: str, author_ids: Sequence[str]) -> dict[str, User]:
        """Return the authors whose stories belong in this viewer's tray, by id."""
        visibility_query = self._social.visibility_query(viewer_id, author_ids, followed=True)
        return visibility_query.visible_authors(*self._read(*visibility_query.lookups))

    def deliver(self, viewer_ids: Sequence[str], author_id: str) -> None:
        """Put an author into trays with the newest story that exists now, if there is one. So an
        early and a late delivery have the same result."""
        newest = self._newest(author_id)
        if newest is not None:
            self._entries.put((viewer_id, newest) for viewer_id in viewer_ids)

    def retract(self, viewer_ids: Sequence[str], author_id: str) -> None:
        """Remove an author from trays after a story was deleted, unless other stories are left. The
        inverse of deliver. A story published meanwhile may be delivered before the removal, so this
        delivers the current stories again afterwards."""
        if self._newest(author_id) is None:
            self.remove_author(viewer_ids, author_id)
        self.deliver(viewer_ids, author_id)

    def _newest(self, author_id: str) -> StoryRef | None:
        active: Sequence[Story] = self._stories.active(author_id)
        return active[-1].ref if active else None

    def remove_author(self, viewer_ids: Sequence[str], author_id: str) -> None:
        """Remove an author from trays, whatever stories there are: the follow has ended."""
        self._entries.remove((viewer_id, author_id) for viewer_id in viewer_ids)
