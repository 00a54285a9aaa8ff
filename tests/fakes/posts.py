"""The posts table, in memory."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

import msgspec

from functions.posts.domain import Post, PostRef
from functions.tables import ConditionFailed
from tests.fakes.rows import Held, Rows
from tests.fakes.transactions import Transaction, commit


class FakePosts:
    """Posts by id."""

    def __init__(self) -> None:
        self.rows: Rows[Post] = Rows()

    def get(self, post_id: str) -> Post | None:
        return self.rows.get(post_id)

    def lookup(self, post_ids: Iterable[str]) -> Any:
        return Held.of(lambda key: self.rows.get(key[0]), [(post_id,) for post_id in post_ids])

    def of_image(self, image: Any) -> Post | None:
        return image

    def recent(self, author_id: str, before: str | None, limit: int) -> Sequence[PostRef]:
        published = [
            post.ref
            for post in self.rows.indexed()
            if post.author_id == author_id and post.published_id is not None
        ]
        newest = sorted(published, key=lambda ref: ref.published_id, reverse=True)
        return [ref for ref in newest if before is None or ref.published_id < before][:limit]

    def create(self, post: Post, steps: Sequence[Any]) -> None:
        def put(transaction: Transaction) -> None:
            transaction.write(
                "put",
                lambda: self.rows.get(post.post_id) is None,
                lambda: self.rows.put(post.post_id, post),
            )

        commit(put, *steps)

    def publish(self, post: Post, made: Post, steps: Sequence[Any]) -> bool:
        changes = {
            "state": "published",
            "published_id": made.ref.published_id,
            "pictures": made.pictures,
            "filter": made.filter,
        }
        return self._turn(post.post_id, ("processing", post.filter), changes, steps)

    def switch(self, post: Post, made: Post) -> bool:
        changes = {"pictures": made.pictures, "filter": made.filter}
        return self._turn(post.post_id, ("published", post.filter), changes, [])

    def delete(self, post: Post, at: datetime, steps: Sequence[Any]) -> bool:
        emptied = {"published_id": None, "pictures": [], "caption": "", "location": None}
        return self._turn(post.post_id, (post.state,), {"state": "deleted", **emptied}, steps)

    def drop(self, post_ids: Iterable[str]) -> None:
        for post_id in post_ids:
            self.rows.drop(post_id)

    def _turn(
        self, post_id: str, held: tuple[Any, ...], changes: Mapping[str, Any], steps: Sequence[Any]
    ) -> bool:
        def turn() -> None:
            self.rows.put(post_id, msgspec.structs.replace(self.rows.get(post_id), **changes))

        def update(transaction: Transaction) -> None:
            transaction.write("update", lambda: self._state(post_id)[: len(held)] == held, turn)

        try:
            commit(update, *steps)
        except ConditionFailed as error:
            if error.failed[0] == 0:
                return False
            raise
        return True

    def _state(self, post_id: str) -> tuple[Any, ...]:
        post = self.rows.get(post_id)
        return (None, None) if post is None else (post.state, post.filter)

    def fail(self, post_id: str) -> bool:
        return self._turn(post_id, ("processing",), {"state": "failed"}, [])

    def edit(
        self, post: Post, changes: Mapping[str, object], at: datetime, steps: Sequence[Any]
    ) -> bool:
        edited = {"edited_at": at, **changes}
        try:
            return self._turn(post.post_id, (post.state, post.filter), edited, steps)
        except ConditionFailed:
            return False
