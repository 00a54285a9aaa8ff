"""Saved posts, a further view of the same posts: what may happen to it, and when it must equal the
oracle's."""

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from tests.model.machine import LIMITS, ONE, SEEDS, STAR, FeedMachine

PLACES = 2
"""The most collections of one user."""
CHOSEN = st.lists(st.tuples(SEEDS, st.integers(0, PLACES)), min_size=1, max_size=6)
"""Posts, and the collection of each."""


class SavingMachine(FeedMachine):
    """A machine whose people also save posts.

    At any moment a list shows no deleted post, and no post twice. Once all events are handled, all
    lists and counts equal the oracle's.
    """

    @rule(viewer=STAR, chosen=CHOSEN)
    @precondition(lambda self: self.truth.posts)
    def save(self, viewer: int, chosen: list[tuple[int, int]]) -> None:
        """Save posts, into collections or into none."""
        self._save(self._one(viewer), chosen)

    @rule(viewer=STAR, author=ONE, chosen=CHOSEN, deleted=SEEDS, seed=SEEDS)
    def tidy_up(
        self, viewer: int, author: int, chosen: list[tuple[int, int]], deleted: int, seed: int
    ) -> None:
        """Save posts and sort them into a new collection. Then one of all posts is deleted."""
        self._post(author, ready=True)
        self._carry_on(seed)
        self._collect(self._one(viewer))
        self._save(self._one(viewer), chosen)
        self._save(self._one(viewer), chosen[::-1])
        self._delete(deleted)

    @rule(viewer=STAR, which=SEEDS)
    def take_back(self, viewer: int, which: int) -> None:
        kept = self.truth.kept.get(self._one(viewer), {})
        if kept:
            post_id = sorted(kept)[which % len(kept)]
            self.stage.unsave(self._one(viewer), post_id)
            del kept[post_id]

    def _save(self, name: str, chosen: list[tuple[int, int]]) -> None:
        kept = self.truth.kept.setdefault(name, {})
        seen = sorted(self.truth.visible(name, self.stage.published_id))
        places = [None, *self.truth.collections.get(name, ())]
        for which, place in chosen if seen else ():
            post_id, put = seen[which % len(seen)], places[place % len(places)]
            self.stage.save(name, post_id, put)
            kept[post_id] = put

    def _collect(self, name: str) -> None:
        """Make a collection; in place of the oldest one, if there are enough."""
        own = self.truth.collections.setdefault(name, [])
        own.append(self.stage.collect(name))
        if len(own) > PLACES:
            self.stage.uncollect(name, own.pop(0))

    @rule(viewer=STAR, limit=LIMITS)
    def look_at_saved_posts(self, viewer: int, limit: int) -> None:
        shown = self._saved(self._one(viewer), limit, None)
        assert len(set(shown)) == len(shown), "a saved post is repeated"
        assert set(shown) <= self.truth.posts.keys(), "shows a deleted post"

    def _compare(self, viewer: str) -> None:
        super()._compare(viewer)
        places = self.truth.collections.get(viewer, [])
        if not places and viewer not in self.truth.kept:
            return
        for place in (None, *places):
            expected = self.truth.saved(viewer, self.stage.published_id, place)
            for limit in (50, 2):
                assert self._saved(viewer, limit, place) == expected, f"saved in {place}"
        assert self.stage.collections(viewer) == {
            place: self.truth.count(viewer, place) for place in places
        }

    def _saved(self, viewer: str, limit: int, place: str | None) -> list[str]:
        shown: list[str] = []
        cursor: str | None = None
        while True:
            page = self.stage.saved(viewer, limit, cursor, place)
            assert len(page.post_ids) <= limit
            shown += page.post_ids
            cursor = page.next_cursor
            if cursor is None:
                return shown
