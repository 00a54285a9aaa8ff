"""The feed: a viewer's home timeline, hydrated."""

from collections.abc import Iterable, Sequence
from typing import Protocol

from functions.cursors import Cursors
from functions.errors import Forbidden
from functions.feed.domain import TIMELINE_CAP, Position
from functions.pages import Page, read_on
from functions.posts.domain import PostRef
from functions.posts.hydration import Hydration
from functions.posts.schemas import PostView


class Timelines(Protocol):
    """The feed_items table: for each viewer, posts that were delivered."""

    def read(self, viewer_id: str, before: str | None, limit: int) -> Sequence[PostRef]:
        """Entries before a published_id, newest first, without those that have left."""

    def put(self, entries: Iterable[tuple[str, PostRef]]) -> None:
        """Add (viewer, post) entries; one that is there already stays as it is."""

    def remove(self, entries: Iterable[tuple[str, PostRef]]) -> None:
        """The inverse of put."""


class Feed:
    """Home timelines, as their viewers read them."""

    def __init__(self, timelines: Timelines, hydration: Hydration, cursors: Cursors) -> None:
        self._timelines = timelines
        self._hydration = hydration
        self._cursors = cursors

    def home(self, viewer_id: str, user_id: str, cursor: str | None, limit: int) -> Page[PostView]:
        """The posts of those whom the viewer follows, and the viewer's own, newest first.

        Raises:
            Forbidden: the feed is another's. Invalid: the cursor.
        """
        if viewer_id != user_id:
            raise Forbidden("This feed is another's.")
        own = self._cursors.of(viewer_id, "feed/recent")
        begun = own.open(cursor, Position)
        examined_before = examined = begun.examined if begun else 0

        def fetch(after: PostRef | None, count: int) -> Sequence[PostRef]:
            nonlocal examined
            entries = self._timelines.read(
                viewer_id,
                after.published_id if after else None,
                min(count, TIMELINE_CAP - examined),
            )
            examined += min(len(entries), count - 1)
            return entries

        def show(refs: Sequence[PostRef]) -> list[PostView | None]:
            return self._hydration.show(viewer_id, refs, followed=True)

        part = read_on(limit, begun.last if begun else None, fetch, show)
        if part.last is None:
            return Page(part.shown, None)
        return Page(part.shown, own.seal(Position(part.last, examined_before + part.examined)))
