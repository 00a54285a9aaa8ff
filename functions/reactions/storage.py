"""The likes table."""

from collections.abc import Iterable

from pynamodb.attributes import UnicodeAttribute

from functions.config import settings
from functions.sweeping import empty
from functions.tables import Lookup, Table


class LikeRow(Table):
    """One like. It has no index: a like is one write unit."""

    class Meta:
        table_name = settings().table("likes")

    user_ids = ("user_id",)

    post_id = UnicodeAttribute(hash_key=True)
    user_id = UnicodeAttribute(range_key=True)


class LikeTable:
    """Likes in DynamoDB."""

    def lookup(self, pairs: Iterable[tuple[str, str]]) -> Lookup[bool]:
        return Lookup(LikeRow, list(pairs), lambda _: True)

    def erase_some_of(self, post_id: str) -> bool:
        """Delete some of a post's likes; whether none is left."""
        return empty(LikeRow, post_id)
