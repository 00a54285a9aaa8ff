"""Counts, likes and comments, in memory."""

from collections.abc import Iterable, Sequence
from typing import Any

from functions.aws.errors import Contended
from functions.counters.domain import Counts
from functions.reactions.domain import Comment
from tests.fakes.rows import Held
from tests.fakes.transactions import LOCK


class FakeCounts:
    """Counts by target."""

    def __init__(self) -> None:
        self.rows: dict[str, Counts] = {}

    def get(self, target_id: str) -> Counts:
        return self.rows.get(target_id, Counts())

    def lookup(self, target_ids: Iterable[str]) -> Any:
        return Held.of(lambda key: self.rows.get(key[0]), [(target,) for target in target_ids])


class FakeLikes:
    """Likes as (post, user) pairs. A `busy` table refuses writes, as a hot partition does."""

    def __init__(self) -> None:
        self.rows: set[tuple[str, str]] = set()
        self.busy = False

    def add(self, post_id: str, user_id: str) -> bool:
        return self._write((post_id, user_id), there=True)

    def remove(self, post_id: str, user_id: str) -> bool:
        return self._write((post_id, user_id), there=False)

    def _write(self, key: tuple[str, str], *, there: bool) -> bool:
        if self.busy:
            raise Contended("busy")
        with LOCK:
            if (key in self.rows) == there:
                return False
            self.rows ^= {key}
            return True

    def users(self, post_id: str, after: str | None, limit: int) -> Sequence[str]:
        liked = sorted(user for post, user in self.rows if post == post_id)
        return [user for user in liked if after is None or user > after][:limit]

    def lookup(self, pairs: Iterable[tuple[str, str]], *, consistent: bool = False) -> Any:
        return Held.of(lambda key: True if key in self.rows else None, pairs)


class FakeComments:
    """Comments by (post, comment)."""

    def __init__(self) -> None:
        self.rows: dict[tuple[str, str], Comment] = {}

    def get(self, post_id: str, comment_id: str) -> Comment | None:
        return self.rows.get((post_id, comment_id))

    def add(self, comment: Comment) -> bool:
        key = (comment.post_id, comment.comment_id)
        with LOCK:
            if key in self.rows:
                return False
            self.rows[key] = comment
            return True

    def remove(self, post_id: str, comment_id: str) -> bool:
        return self.rows.pop((post_id, comment_id), None) is not None

    def page(
        self, post_id: str, after: str | None, limit: int, *, newest_first: bool
    ) -> Sequence[Comment]:
        ordered = sorted(key for key in self.rows if key[0] == post_id)
        if newest_first:
            ordered.reverse()
        ids = [comment_id for _, comment_id in ordered]
        if after is not None:
            ids = [i for i in ids if (i < after if newest_first else i > after)]
        return [self.rows[post_id, i] for i in ids[:limit]]
