"""The posts table, in memory."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

import msgspec

from functions.aws.tables import ConditionFailed
from functions.posts.domain import Post, PostRef
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

    def from_image(self, image: Any) -> Post | None:
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
        changes = {"state": "published", "published_id": made.ref.published_id, **_shown(made)}
        return self._turn(post, {"state": "processing", **_look(post)}, changes, steps)

    def switch(self, post: Post, made: Post) -> bool:
        return self._turn(post, {"state": "published", **_look(post)}, _shown(made), [])

    def delete(self, post: Post, at: datetime, steps: Sequence[Any]) -> bool:
        emptied = {"published_id": None, "pictures": [], "alts": {}}
        emptied |= {"caption": "", "location": None, "state": "deleted"}
        return self._turn(post, {"state": post.state}, emptied, steps)

    def drop(self, post_ids: Iterable[str]) -> None:
        for post_id in post_ids:
            self.rows.drop(post_id)

    def _turn(
        self,
        post: Post,
        expected: Mapping[str, Any],
        changes: Mapping[str, Any],
        steps: Sequence[Any],
    ) -> bool:
        def holds() -> bool:
            held = self.rows.get(post.post_id)
            return held is not None and all(
                getattr(held, name) == value for name, value in expected.items()
            )

        def turn() -> None:
            held = self.rows.get(post.post_id)
            self.rows.put(post.post_id, msgspec.structs.replace(held, **changes))

        def update(transaction: Transaction) -> None:
            transaction.write("update", holds, turn)

        try:
            commit(update, *steps)
        except ConditionFailed as error:
            if error.failed[0] == 0:
                return False
            raise
        return True

    def fail(self, post_id: str) -> bool:
        post = self.rows.get(post_id)
        return post is not None and self._turn(
            post, {"state": "processing"}, {"state": "failed"}, []
        )

    def edit(
        self, post: Post, changes: Mapping[str, object], at: datetime, steps: Sequence[Any]
    ) -> bool:
        per_picture = {name: getattr(post, name) for name in ("media_ids", "alts")
                       if name in changes}  # fmt: skip
        expected = {"state": post.state, **_look(post), **per_picture}
        try:
            return self._turn(post, expected, {"edited_at": at, **changes}, steps)
        except ConditionFailed:
            return False


def _look(post: Post) -> dict[str, Any]:
    return {"filter": post.filter, "focuses": post.focuses}


def _shown(made: Post) -> dict[str, Any]:
    return {"pictures": made.pictures, **_look(made)}
