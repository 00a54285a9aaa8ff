"""The posts table."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

import msgspec
from pynamodb.attributes import (
    ListAttribute,
    NumberAttribute,
    UnicodeAttribute,
    UTCDateTimeAttribute,
)
from pynamodb.exceptions import DoesNotExist
from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action
from pynamodb.indexes import GlobalSecondaryIndex, KeysOnlyProjection
from pynamodb.transactions import TransactWrite

from functions.clock import epoch_seconds
from functions.config import settings
from functions.events import Image
from functions.media.domain import Picture
from functions.posts.domain import TOMBSTONE_KEPT, Post, PostRef
from functions.tables import ConditionFailed, Lookup, Step, Table, commit, delete_all, took


class AuthorIndex(GlobalSecondaryIndex["PostRow"]):
    """Published posts by author: sparse, since only they have a published_id."""

    class Meta:
        index_name = "author"
        projection = KeysOnlyProjection()

    author_id = UnicodeAttribute(hash_key=True)
    published_id = UnicodeAttribute(range_key=True)


class PostRow(Table):
    """A post. The pictures are JSON, embedded: a page could not read ten media a post."""

    user_ids = ("author_id",)
    words = ("caption", "location", "pictures")

    class Meta:
        table_name = settings().table("posts")

    post_id = UnicodeAttribute(hash_key=True)
    author_id = UnicodeAttribute()
    state = UnicodeAttribute()
    caption = UnicodeAttribute(default="")
    location = UnicodeAttribute(null=True)
    filter = UnicodeAttribute(null=True)
    media_ids: ListAttribute[Any] = ListAttribute(of=UnicodeAttribute, default=list)
    pictures = UnicodeAttribute(null=True)
    created_at = UTCDateTimeAttribute()
    published_id = UnicodeAttribute(null=True)
    edited_at = UTCDateTimeAttribute(null=True)
    deleted_at = UTCDateTimeAttribute(null=True)
    expires_at = NumberAttribute(null=True)
    correlation_id = UnicodeAttribute()
    by_author = AuthorIndex()


def decode(row: PostRow) -> Post:
    """The row as the product knows it."""
    plain = {name: getattr(row, name) for name in Post.__struct_fields__}
    pictures = msgspec.json.decode(row.pictures, type=list[Picture]) if row.pictures else []
    return Post(**{**plain, "media_ids": list(row.media_ids), "pictures": pictures})


def encode(post: Post) -> PostRow:
    """The inverse of `decode`."""
    plain = {name: getattr(post, name) for name in Post.__struct_fields__}
    return PostRow(**{**plain, "pictures": _json(post.pictures)})


def _json(pictures: Sequence[Picture]) -> str | None:
    return msgspec.json.encode(pictures).decode() if pictures else None


class PostTable:
    """Posts in DynamoDB."""

    def get(self, post_id: str) -> Post | None:
        try:
            return decode(PostRow.get(post_id, consistent_read=True))
        except DoesNotExist:
            return None

    def lookup(self, post_ids: Iterable[str]) -> Lookup[Post]:
        return Lookup(PostRow, [(post_id,) for post_id in post_ids], decode, consistent=True)

    def of_image(self, image: Image | None) -> Post | None:
        return None if image is None else decode(PostRow.from_raw_data(dict(image)))

    def recent(self, author_id: str, before: str | None, limit: int) -> Sequence[PostRef]:
        rows = PostRow.by_author.query(
            author_id,
            AuthorIndex.published_id < before if before else None,
            scan_index_forward=False,
            limit=limit,
        )
        return [PostRef(str(row.published_id), row.post_id, author_id) for row in rows]

    def create(self, post: Post, steps: Sequence[Step]) -> None:
        row = encode(post)

        def put(transaction: TransactWrite) -> None:
            transaction.save(row, PostRow.post_id.does_not_exist())

        commit(put, *steps)

    def publish(self, post: Post, made: Post, steps: Sequence[Step]) -> bool:
        actions: list[Action] = [
            PostRow.state.set("published"),
            PostRow.published_id.set(made.ref.published_id),
            PostRow.pictures.set(_json(made.pictures) or ""),
            _set("filter", made.filter),
        ]
        return self._turn(post.post_id, actions, _is("processing", post.filter), steps)

    def switch(self, post: Post, made: Post) -> bool:
        actions: list[Action] = [
            PostRow.pictures.set(_json(made.pictures) or ""),
            _set("filter", made.filter),
        ]
        return self._update(post.post_id, actions, _is("published", post.filter))

    def delete(self, post: Post, at: datetime, steps: Sequence[Step]) -> bool:
        actions: list[Action] = [
            PostRow.state.set("deleted"),
            PostRow.deleted_at.set(at),
            PostRow.expires_at.set(epoch_seconds(at + TOMBSTONE_KEPT)),
            PostRow.published_id.remove(),
            PostRow.pictures.remove(),
            PostRow.caption.set(""),
            PostRow.location.remove(),
        ]
        return self._turn(post.post_id, actions, PostRow.state == post.state, steps)

    def drop(self, post_ids: Iterable[str]) -> None:
        delete_all(PostRow, ((post_id,) for post_id in post_ids))

    def _turn(
        self, post_id: str, actions: list[Action], condition: Condition, steps: Sequence[Step]
    ) -> bool:
        def update(transaction: TransactWrite) -> None:
            transaction.update(PostRow(post_id), actions, condition=condition)

        try:
            commit(update, *steps)
        except ConditionFailed as error:
            if error.failed[0] == 0:
                return False
            raise
        return True

    def fail(self, post_id: str) -> bool:
        actions: list[Action] = [PostRow.state.set("failed")]
        return self._update(post_id, actions, PostRow.state == "processing")

    def edit(
        self, post: Post, changes: Mapping[str, object], at: datetime, steps: Sequence[Step]
    ) -> bool:
        actions: list[Action] = [PostRow.edited_at.set(at)]
        actions += [_set(name, value) for name, value in changes.items()]
        unchanged = _is(post.state, post.filter)
        if not steps:
            return self._update(post.post_id, actions, unchanged)

        def update(transaction: TransactWrite) -> None:
            transaction.update(PostRow(post.post_id), actions, condition=unchanged)

        try:
            commit(update, *steps)
        except ConditionFailed:
            return False
        return True

    def _update(self, post_id: str, actions: list[Action], condition: Condition) -> bool:
        return took(lambda: PostRow(post_id).update(actions, condition=condition))


def _set(name: str, value: object) -> Action:
    attribute: UnicodeAttribute = getattr(PostRow, name)
    return attribute.remove() if value is None else attribute.set(str(value))


def _is(state: str, filter_name: str | None) -> Condition:
    """That a post is in a state, and that no other filter was asked for."""
    none: Condition = PostRow.filter.does_not_exist()
    same: Condition = PostRow.filter == filter_name
    held: Condition = PostRow.state == state
    unchanged: Condition = held & (none if filter_name is None else same)
    return unchanged
