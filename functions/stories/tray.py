"""The tray: whose stories are there to be seen, of those whom a viewer follows.

Fan-out brings authors to a viewer's tray and takes them out; authors who are not pushed, since too
many follow them, are looked for when a tray is read. What is shown is checked then, too: an author
whom the viewer follows no longer, whose stories have ended or been deleted, or who went private to
this viewer, is not in it from that moment on.
"""

from collections.abc import Sequence

from functions.accounts.domain import User
from functions.affinity.service import Affinity
from functions.clock import Clock
from functions.cursors import Cursors
from functions.feed.heads import Heads
from functions.pages import Page
from functions.posts.hydration import Reader
from functions.social.service import Social
from functions.stories.domain import MAX_ACTIVE, Story, StoryRef, is_over
from functions.stories.hydration import StoryHydration
from functions.stories.schemas import StoryView, TrayItem
from functions.stories.store import StoryStore, TrayStore
from functions.threads import Threads

TRAY_ROWS = 1000
"""Authors with active stories that are looked at: about 300 KB, 37 read units."""
TRAY_AUTHORS = 100
"""Authors in a tray, the closest of those. Each costs a query of its stories."""
AT_ONCE = 25
"""Queries in flight: the connections there are."""


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
        self._pulled = Heads(self._newest, now)
        self._entries = entries
        self._stories = stories
        self._hydration = hydration
        self._affinity = affinity
        self._social = social
        self._cursors = cursors
        self._read = read

    def read(self, viewer_id: str, cursor: str | None, limit: int) -> Page[TrayItem]:
        """Authors and their stories: unseen first, then the closest, then the newest.

        The order is made for the first page and travels in the cursor, so that no page repeats or
        skips an author because a story was looked at in between.
        """
        own = self._cursors.of(viewer_id, "stories")
        waiting = own.open(cursor, list[str])
        if waiting is None:
            items = self._ordered(viewer_id)
            shown, waiting = items[:limit], [one.author.user_id for one in items[limit:]]
        else:
            shown, waiting = self._next(viewer_id, waiting, limit)
        return Page(shown, own.seal(waiting) if waiting else None)

    def _next(
        self, viewer_id: str, waiting: Sequence[str], limit: int
    ) -> tuple[list[TrayItem], list[str]]:
        """The next items of an order that was made before, and who is left of it."""
        shown: list[TrayItem] = []
        muted = self._social.muted(viewer_id)
        left = [author_id for author_id in waiting if author_id not in muted]
        while left and len(shown) < limit:
            batch, left = left[: limit - len(shown)], left[limit - len(shown) :]
            shown += self._items(viewer_id, batch)
        return shown, left

    def _ordered(self, viewer_id: str) -> list[TrayItem]:
        with Threads(2) as pool:
            scores = pool.submit(self._affinity.scores, viewer_id)
            muted = pool.submit(self._social.muted, viewer_id)
            newest = self._candidates(viewer_id)
            close = scores.result()
            newest = {i: newest[i] for i in newest.keys() - muted.result()}
        closest = sorted(newest, key=lambda i: (close.get(i, 0.0), newest[i]), reverse=True)
        rank = {author_id: place for place, author_id in enumerate(closest[:TRAY_AUTHORS])}
        items = self._items(viewer_id, list(rank))
        return sorted(items, key=lambda item: (item.seen, rank[item.author.user_id]))

    def _candidates(self, viewer_id: str) -> dict[str, str]:
        """The newest story known, by its published_id, of each author who was brought here or is
        pulled. Heads of pulled authors are up to a minute old; what is shown of them is not."""
        with Threads(1) as pool:
            asked = pool.submit(self._social.follows.pulled, viewer_id)
            brought = self._entries.read(viewer_id, TRAY_ROWS)
            heads = self._pulled.of(asked.result()).values()
        now = self._now()
        pulled = [one for one in heads if one is not None and not is_over(one.expires_at, now)]
        newest: dict[str, str] = {}
        for story in (*brought, *pulled):
            newest[story.author_id] = max(story.published_id, newest.get(story.author_id, ""))
        return newest

    def _items(self, viewer_id: str, author_ids: Sequence[str]) -> list[TrayItem]:
        """The authors whom the viewer follows and who have stories, in the order given."""
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
        """An author's newest stories: of requests at once, several may have made the last."""
        return self._stories.active(author_id)[-MAX_ACTIVE:]

    def _followed(self, viewer_id: str, author_ids: Sequence[str]) -> dict[str, User]:
        """Those of the authors whose stories belong into this viewer's tray, by id."""
        sight = self._social.sight(viewer_id, author_ids, followed=True)
        return sight.seen(*self._read(*sight.lookups))

    def bring(self, viewer_ids: Sequence[str], author_id: str) -> None:
        """Put an author into trays with the newest story there is now, if there is one: so an
        early and a late delivery come to the same."""
        newest = self._newest(author_id)
        if newest is not None:
            self._entries.put((viewer_id, newest) for viewer_id in viewer_ids)

    def take(self, viewer_ids: Sequence[str], author_id: str) -> None:
        """The inverse of bring, for a story that was taken back: the author leaves unless other
        stories are left. A story that is published meanwhile may be delivered before the removal,
        so what there is then is brought afterwards."""
        if self._newest(author_id) is None:
            self.drop(viewer_ids, author_id)
        self.bring(viewer_ids, author_id)

    def _newest(self, author_id: str) -> StoryRef | None:
        active: Sequence[Story] = self._stories.active(author_id)
        return active[-1].ref if active else None

    def drop(self, viewer_ids: Sequence[str], author_id: str) -> None:
        """Take an author out of trays, whatever stories there are: the follow has ended."""
        self._entries.remove((viewer_id, author_id) for viewer_id in viewer_ids)
