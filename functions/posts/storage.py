"""The posts table."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from pynamodb.attributes import (
    Attribute,
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

from functions.aws.attributes import StructAttribute
from functions.aws.tables import (
    ConditionFailed,
    Image,
    Lookup,
    Step,
    Table,
    commit,
    delete_all,
    try_write,
)
from functions.clock import epoch_seconds
from functions.config import settings
from functions.media.domain import Focus, Picture
from functions.posts.domain import TOMBSTONE_KEPT, Post, PostRef


class AuthorIndex(GlobalSecondaryIndex["PostRow"]):
    """Published posts by author. Sparse: only published posts have a published_id."""

    class Meta:
        index_name = "author"
        projection = KeysOnlyProjection()

    author_id = UnicodeAttribute(hash_key=True)
    published_id = UnicodeAttribute(range_key=True)


class PostRow(Table):
    """A post. Its pictures are embedded as JSON, because a page could not read ten media rows per
    post.
    """

    user_ids = ("author_id",)
    words = ("caption", "location", "alts", "pictures")

    class Meta:
        table_name = settings().table("posts")

    post_id = UnicodeAttribute(hash_key=True)
    author_id = UnicodeAttribute()
    state = UnicodeAttribute()
    caption = UnicodeAttribute(default="")
    location = UnicodeAttribute(null=True)
    filter = UnicodeAttribute(null=True)
    media_ids: ListAttribute[Any] = ListAttribute(of=UnicodeAttribute, default=list)
    alts = StructAttribute[dict[str, str]](dict[str, str], default=dict)
    focuses = StructAttribute[dict[str, Focus]](dict[str, Focus], default=dict)
    pictures = StructAttribute[list[Picture]](list[Picture], default=list)
    created_at = UTCDateTimeAttribute()
    published_id = UnicodeAttribute(null=True)
    edited_at = UTCDateTimeAttribute(null=True)
    deleted_at = UTCDateTimeAttribute(null=True)
    expires_at = NumberAttribute(null=True)
    correlation_id = UnicodeAttribute()
    by_author = AuthorIndex()


class PostTable:
    """Store posts in DynamoDB."""

    def get(self, post_id: str) -> Post | None:
        try:
            return PostRow.get(post_id, consistent_read=True).decode(Post)
        except DoesNotExist:
            return None

    def lookup(self, post_ids: Iterable[str]) -> Lookup[Post]:
        keys = [(post_id,) for post_id in post_ids]
        return Lookup(PostRow, keys, lambda row: row.decode(Post), consistent=True)

    def from_image(self, image: Image | None) -> Post | None:
        return None if image is None else PostRow.from_image(image).decode(Post)

    def recent(self, author_id: str, before: str | None, limit: int) -> Sequence[PostRef]:
        rows = PostRow.by_author.query(
            author_id,
            AuthorIndex.published_id < before if before else None,
            scan_index_forward=False,
            limit=limit,
        )
        return [PostRef(str(row.published_id), row.post_id, author_id) for row in rows]

    def create(self, post: Post, steps: Sequence[Step]) -> None:
        row = PostRow.encode(post)

        def put(transaction: TransactWrite) -> None:
            transaction.save(row, PostRow.post_id.does_not_exist())

        commit(put, *steps)

    def publish(self, post: Post, made: Post, steps: Sequence[Step]) -> bool:
        actions: list[Action] = [
            PostRow.state.set("published"),
            PostRow.published_id.set(made.ref.published_id),
            PostRow.pictures.set(made.pictures),
            _set("filter", made.filter),
            PostRow.focuses.set(made.focuses),
        ]
        return self._turn(post.post_id, actions, _is(post, "processing"), steps)

    def switch(self, post: Post, made: Post) -> bool:
        actions: list[Action] = [
            PostRow.pictures.set(made.pictures),
            _set("filter", made.filter),
            PostRow.focuses.set(made.focuses),
        ]
        return self._update(post.post_id, actions, _is(post, "published"))

    def delete(self, post: Post, at: datetime, steps: Sequence[Step]) -> bool:
        actions: list[Action] = [
            PostRow.state.set("deleted"),
            PostRow.deleted_at.set(at),
            PostRow.expires_at.set(epoch_seconds(at + TOMBSTONE_KEPT)),
            PostRow.published_id.remove(),
            PostRow.pictures.set([]),
            PostRow.alts.set({}),
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
        unchanged = _is(post, post.state)
        for name in _PER_PICTURE & changes.keys():
            unchanged &= _still(name, getattr(post, name))
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
        return try_write(lambda: PostRow(post_id).update(actions, condition=condition))


def _set(name: str, value: object) -> Action:
    attribute: Attribute[Any] = getattr(PostRow, name)
    return attribute.remove() if value is None else attribute.set(value)


_PER_PICTURE = frozenset({"media_ids", "alts"})
"""Fields that hold a value for each picture: a change of one must not undo that of another."""


def _is(post: Post, state: str) -> Condition:
    """Return the condition that a post is in a state and that no other filter or focal point was
    requested."""
    held: Condition = PostRow.state == state
    unchanged: Condition = held & _still("filter", post.filter) & _still("focuses", post.focuses)
    return unchanged


def _still(name: str, value: object) -> Condition:
    """Return the condition that a field has this value. Rows of earlier releases lack some, and
    an empty value counts as missing."""
    attribute: Attribute[Any] = getattr(PostRow, name)
    none: Condition = attribute.does_not_exist()
    same: Condition = attribute == value
    if value is None:
        return none
    return same if value else none | same
