"""The affinity table, in memory."""

from collections.abc import Sequence

from functions.affinity.domain import Closeness
from tests.fakes.transactions import LOCK


class FakeAffinity:
    """Closeness by (viewer, author). It counts its writes."""

    def __init__(self) -> None:
        self.rows: dict[tuple[str, str], Closeness] = {}
        self.writes = 0

    def get(self, viewer_id: str, author_id: str) -> Closeness | None:
        return self.rows.get((viewer_id, author_id))

    def of(self, viewer_id: str, limit: int) -> Sequence[Closeness]:
        return [self.rows[key] for key in sorted(self.rows) if key[0] == viewer_id][:limit]

    def save(self, held: Closeness | None, new: Closeness) -> bool:
        key = (new.viewer_id, new.author_id)
        with LOCK:
            if self.rows.get(key) != held:
                return False
            self.rows[key] = new
            self.writes += 1
            return True
