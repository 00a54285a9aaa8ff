"""The likes and the comments table."""

from collections.abc import Iterable, Iterator, Sequence

from pynamodb.attributes import UnicodeAttribute, UTCDateTimeAttribute
from pynamodb.exceptions import DoesNotExist

from functions.config import settings
from functions.reactions.domain import Comment
from functions.sweeping import Row, empty, scan_on, whole
from functions.tables import Lookup, Table, took


class LikeRow(Table):
    """One like. It has no index: a like is one write unit."""

    user_ids = ("user_id",)

    class Meta:
        table_name = settings().table("likes")

    post_id = UnicodeAttribute(hash_key=True)
    user_id = UnicodeAttribute(range_key=True)


class CommentRow(Table):
    """One comment. Its id is a ULID, so that the key orders by time."""

    user_ids = ("user_id",)
    words = ("text",)

    class Meta:
        table_name = settings().table("comments")

    post_id = UnicodeAttribute(hash_key=True)
    comment_id = UnicodeAttribute(range_key=True)
    user_id = UnicodeAttribute()
    text = UnicodeAttribute()
    reply_to = UnicodeAttribute(null=True)
    created_at = UTCDateTimeAttribute()


def decode(row: CommentRow) -> Comment:
    """The row as the product knows it."""
    return Comment(**{name: getattr(row, name) for name in Comment.__struct_fields__})


class LikeTable:
    """Likes in DynamoDB."""

    def add(self, post_id: str, user_id: str) -> bool:
        return took(lambda: LikeRow(post_id, user_id).save(LikeRow.post_id.does_not_exist()))

    def remove(self, post_id: str, user_id: str) -> bool:
        return took(lambda: LikeRow(post_id, user_id).delete(LikeRow.post_id.exists()))

    def users(self, post_id: str, after: str | None, limit: int) -> Sequence[str]:
        behind = LikeRow.user_id > after if after else None
        rows = LikeRow.query(post_id, behind, consistent_read=True, limit=limit)
        return [str(row.user_id) for row in rows]

    def lookup(self, pairs: Iterable[tuple[str, str]], *, consistent: bool = False) -> Lookup[bool]:
        return Lookup(LikeRow, list(pairs), lambda _: True, consistent)

    def erase_some_of(self, post_id: str) -> bool:
        """Delete some of a post's likes; whether none is left."""
        return empty(LikeRow, post_id)

    def of_user(self, user_id: str) -> Iterator[str | None]:
        """The posts that a user likes, by a scan, since likes have no index by user; None now and
        then while it goes on."""
        for row in _scanned(LikeRow, user_id):
            yield None if row is None else row["post_id"]["S"]


class CommentTable:
    """Comments in DynamoDB."""

    def get(self, post_id: str, comment_id: str) -> Comment | None:
        try:
            return decode(CommentRow.get(post_id, comment_id, consistent_read=True))
        except DoesNotExist:
            return None

    def add(self, comment: Comment) -> bool:
        row = CommentRow(**{name: getattr(comment, name) for name in Comment.__struct_fields__})
        return took(lambda: row.save(CommentRow.post_id.does_not_exist()))

    def remove(self, post_id: str, comment_id: str) -> bool:
        row = CommentRow(post_id, comment_id)
        return took(lambda: row.delete(CommentRow.post_id.exists()))

    def page(
        self, post_id: str, after: str | None, limit: int, *, newest_first: bool
    ) -> Sequence[Comment]:
        behind = None
        if after:
            key = CommentRow.comment_id
            behind = key < after if newest_first else key > after
        rows = CommentRow.query(
            post_id,
            behind,
            consistent_read=True,
            scan_index_forward=not newest_first,
            limit=limit,
        )
        return [decode(row) for row in rows]

    def erase_some_of(self, post_id: str) -> bool:
        """Delete some of a post's comments; whether none is left."""
        return empty(CommentRow, post_id)

    def of_user(self, user_id: str) -> Iterator[Comment | None]:
        """A user's comments, by a scan; None now and then while it goes on."""
        for row in _scanned(CommentRow, user_id):
            yield None if row is None else decode(CommentRow.from_raw_data(dict(row)))


def _scanned(table: type[Table], user_id: str) -> Iterator[Row | None]:
    """A user's rows of a table; None after each part of it."""
    positions, found = whole(), list[Row]()
    while positions:
        positions = scan_on(table, positions, found.extend, table.of_user(user_id, ""))
        yield from [*found, None]
        found.clear()
