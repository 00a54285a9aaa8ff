"""The feed_items table, in memory."""

from collections.abc import Iterable, Sequence
from datetime import timedelta

from functions.clock import Clock, epoch_seconds
from functions.feed.domain import entry_expires_at
from functions.posts.domain import PostRef


class FakeTimelines:
    """Entries by viewer and published_id. `kept` is the age at which a post leaves."""

    def __init__(self, kept: timedelta, now: Clock) -> None:
        self.rows: dict[str, dict[str, PostRef]] = {}
        self._held: dict[str, dict[str, PostRef]] | None = None
        self._kept = kept
        self._now = now

    def read(self, viewer_id: str, before: str | None, limit: int) -> Sequence[PostRef]:
        rows = self.rows if self._held is None else self._held
        entries = sorted(rows.get(viewer_id, {}).items(), reverse=True)
        inside = [ref for key, ref in entries if before is None or key < before]
        return [ref for ref in inside if self._stays(ref)][: max(0, limit)]

    def _stays(self, ref: PostRef) -> bool:
        return epoch_seconds(entry_expires_at(ref, self._kept)) > epoch_seconds(self._now())

    def put(self, entries: Iterable[tuple[str, PostRef]]) -> None:
        for viewer_id, ref in entries:
            if entry_expires_at(ref, self._kept) > self._now():
                self.rows.setdefault(viewer_id, {})[ref.published_id] = ref

    def remove(self, entries: Iterable[tuple[str, PostRef]]) -> None:
        for viewer_id, ref in entries:
            self.rows.get(viewer_id, {}).pop(ref.published_id, None)

    def hold_index(self) -> None:
        """Let reads trail from now on, as all reads of this table may: see `Rows.hold_index`."""
        self._held = {viewer_id: dict(entries) for viewer_id, entries in self.rows.items()}

    def release_index(self) -> None:
        """Let reads catch up. The inverse of hold_index."""
        self._held = None

    def of(self, viewer_id: str) -> list[str]:
        """Return the ids of the posts in a timeline, newest first, of any age."""
        entries = sorted(self.rows.get(viewer_id, {}).items(), reverse=True)
        return [ref.post_id for _, ref in entries]

    def erase_some_of(self, viewer_id: str) -> bool:
        self.rows.pop(viewer_id, None)
        return True
