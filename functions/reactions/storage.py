"""The likes table."""

from collections.abc import Iterable, Iterator

from pynamodb.attributes import UnicodeAttribute

from functions.config import settings
from functions.sweeping import empty, scan_on, whole
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

    def of_user(self, user_id: str) -> Iterator[str | None]:
        """The posts that a user likes, by a scan, since likes have no index by user; None now and
        then while it goes on."""
        positions, condition = whole(), LikeRow.user_id == user_id
        while positions:
            found: list[str] = []
            positions = scan_on(
                LikeRow,
                positions,
                lambda rows, found=found: found.extend(row["post_id"]["S"] for row in rows),  # type: ignore[misc]
                condition,
            )
            yield from [*found, None]
