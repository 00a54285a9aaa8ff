"""The likes and the comments table."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from pynamodb.attributes import UnicodeAttribute, UTCDateTimeAttribute
from pynamodb.exceptions import DoesNotExist
from pynamodb.expressions.update import Action
from pynamodb.indexes import GlobalSecondaryIndex, KeysOnlyProjection

from functions.aws.scans import delete_page
from functions.aws.tables import Image, Lookup, Table, try_write
from functions.config import settings
from functions.reactions.domain import Comment, Like, LikedRef


class LikedIndex(GlobalSecondaryIndex["LikeRow"]):
    """Likes by user. Sparse: likes of earlier releases have no liked_id."""

    class Meta:
        index_name = "liked"
        projection = KeysOnlyProjection()

    user_id = UnicodeAttribute(hash_key=True)
    liked_id = UnicodeAttribute(range_key=True)


class LikeRow(Table):
    """One like. It costs two write units: one is that of the index."""

    user_ids = ("user_id",)

    class Meta:
        table_name = settings().table("likes")

    post_id = UnicodeAttribute(hash_key=True)
    user_id = UnicodeAttribute(range_key=True)
    liked_id = UnicodeAttribute(null=True)
    by_user = LikedIndex()


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
    edited_at = UTCDateTimeAttribute(null=True)


class LikeTable:
    """Store likes in DynamoDB."""

    def add(self, post_id: str, user_id: str, liked_id: str) -> bool:
        row = LikeRow(post_id, user_id, liked_id=liked_id)
        return try_write(lambda: row.save(LikeRow.post_id.does_not_exist()))

    def remove(self, post_id: str, user_id: str) -> bool:
        return try_write(lambda: LikeRow(post_id, user_id).delete(LikeRow.post_id.exists()))

    def users(self, post_id: str, after: str | None, limit: int) -> Sequence[str]:
        behind = LikeRow.user_id > after if after else None
        rows = LikeRow.query(post_id, behind, consistent_read=True, limit=limit)
        return [str(row.user_id) for row in rows]

    def of(self, user_id: str, before: str | None, limit: int) -> Sequence[LikedRef]:
        rows = LikeRow.by_user.query(
            user_id,
            LikedIndex.liked_id < before if before else None,
            scan_index_forward=False,
            limit=limit,
        )
        return [LikedRef(str(row.liked_id), row.post_id) for row in rows]

    def lookup(self, pairs: Iterable[tuple[str, str]], *, consistent: bool = False) -> Lookup[bool]:
        return Lookup(LikeRow, list(pairs), lambda _: True, consistent)

    def erase_some_of(self, post_id: str) -> bool:
        """Delete some of a post's likes. Return whether none is left."""
        return delete_page(LikeRow, post_id)

    def from_image(self, image: Image | None) -> Like | None:
        """Return the like in a row that a stream brought or a pass has found."""
        return None if image is None else LikeRow.from_image(image).decode(Like)


class CommentTable:
    """Store comments in DynamoDB."""

    def get(self, post_id: str, comment_id: str) -> Comment | None:
        try:
            return CommentRow.get(post_id, comment_id, consistent_read=True).decode(Comment)
        except DoesNotExist:
            return None

    def writer(self, post_id: str, comment_id: str) -> str | None:
        """Return the id of a comment's writer; None if there is no such comment."""
        found = self.get(post_id, comment_id)
        return None if found is None else found.user_id

    def add(self, comment: Comment) -> bool:
        row = CommentRow.encode(comment)
        return try_write(lambda: row.save(CommentRow.post_id.does_not_exist()))

    def edit(self, comment: Comment, text: str, at: datetime) -> bool:
        row = CommentRow(comment.post_id, comment.comment_id)
        actions: list[Action] = [CommentRow.text.set(text), CommentRow.edited_at.set(at)]
        return try_write(lambda: row.update(actions, condition=CommentRow.post_id.exists()))

    def remove(self, post_id: str, comment_id: str) -> bool:
        row = CommentRow(post_id, comment_id)
        return try_write(lambda: row.delete(CommentRow.post_id.exists()))

    def lookup(self, keys: Iterable[tuple[str, str]]) -> Lookup[Comment]:
        return Lookup(CommentRow, list(keys), lambda row: row.decode(Comment))

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

    def from_image(self, image: Image | None) -> Comment | None:
        """Return the comment in a row that a stream brought or a pass has found."""
        return None if image is None else CommentRow.from_image(image).decode(Comment)
