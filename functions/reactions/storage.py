"""The likes and the comments table."""

from collections.abc import Iterable, Sequence

from pynamodb.attributes import UnicodeAttribute, UTCDateTimeAttribute
from pynamodb.exceptions import DoesNotExist

from functions.aws.scans import delete_page
from functions.aws.tables import Image, Lookup, Table, try_write
from functions.config import settings
from functions.reactions.domain import Comment, Reaction


class LikeRow(Table):
    """One like. Without an index, so that a like costs one write unit."""

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


class LikeTable:
    """Store likes in DynamoDB."""

    def add(self, post_id: str, user_id: str) -> bool:
        return try_write(lambda: LikeRow(post_id, user_id).save(LikeRow.post_id.does_not_exist()))

    def remove(self, post_id: str, user_id: str) -> bool:
        return try_write(lambda: LikeRow(post_id, user_id).delete(LikeRow.post_id.exists()))

    def users(self, post_id: str, after: str | None, limit: int) -> Sequence[str]:
        behind = LikeRow.user_id > after if after else None
        rows = LikeRow.query(post_id, behind, consistent_read=True, limit=limit)
        return [str(row.user_id) for row in rows]

    def lookup(self, pairs: Iterable[tuple[str, str]], *, consistent: bool = False) -> Lookup[bool]:
        return Lookup(LikeRow, list(pairs), lambda _: True, consistent)

    def erase_some_of(self, post_id: str) -> bool:
        """Delete some of a post's likes. Return whether none is left."""
        return delete_page(LikeRow, post_id)

    def from_image(self, image: Image) -> Reaction:
        """Return the like in a row that a pass has found."""
        return LikeRow.from_image(image).decode(Reaction)


class CommentTable:
    """Store comments in DynamoDB."""

    def get(self, post_id: str, comment_id: str) -> Comment | None:
        try:
            return CommentRow.get(post_id, comment_id, consistent_read=True).decode(Comment)
        except DoesNotExist:
            return None

    def add(self, comment: Comment) -> bool:
        row = CommentRow.encode(comment)
        return try_write(lambda: row.save(CommentRow.post_id.does_not_exist()))

    def remove(self, post_id: str, comment_id: str) -> bool:
        row = CommentRow(post_id, comment_id)
        return try_write(lambda: row.delete(CommentRow.post_id.exists()))

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
        return [row.decode(Comment) for row in rows]

    def erase_some_of(self, post_id: str) -> bool:
        """Delete some of a post's comments. Return whether none is left."""
        return delete_page(CommentRow, post_id)

    def from_image(self, image: Image) -> Comment:
        """Return the comment in a row that a pass has found."""
        return CommentRow.from_image(image).decode(Comment)
