"""The feed_items table."""

from collections.abc import Iterable, Sequence
from datetime import timedelta

from pynamodb.attributes import TTLAttribute, UnicodeAttribute

from functions.aws.scans import delete_page
from functions.aws.tables import Table, delete_all, put_all
from functions.clock import Clock
from functions.config import settings
from functions.feed.domain import entry_expires_at
from functions.posts.domain import PostRef


class FeedItemRow(Table):
    """One post in one viewer's timeline. Under 200 bytes, so that a delivery costs one write
    unit."""

    user_ids = ("viewer_id", "author_id")

    class Meta:
        table_name = settings().table("feed_items")

    viewer_id = UnicodeAttribute(hash_key=True)
    published_id = UnicodeAttribute(range_key=True)
    post_id = UnicodeAttribute()
    author_id = UnicodeAttribute()
    expires_at = TTLAttribute()


class TimelineTable:
    """Timelines in DynamoDB. `kept` is the age at which a post leaves them."""

    def __init__(self, kept: timedelta, now: Clock) -> None:
        self._kept = kept
        self._now = now

    def read(self, viewer_id: str, before: str | None, limit: int) -> Sequence[PostRef]:
        if limit <= 0:
            return []
        rows = FeedItemRow.query(
            viewer_id,
            FeedItemRow.published_id < before if before else None,
            FeedItemRow.expires_at > self._now(),
            scan_index_forward=False,
            limit=limit,
        )
        return [row.decode(PostRef) for row in rows]

    def put(self, entries: Iterable[tuple[str, PostRef]]) -> None:
        now = self._now()
        put_all(
            FeedItemRow.encode(
                post, viewer_id=viewer_id, expires_at=entry_expires_at(post, self._kept)
            )
            for viewer_id, post in entries
            if entry_expires_at(post, self._kept) > now
        )

    def remove(self, entries: Iterable[tuple[str, PostRef]]) -> None:
        delete_all(FeedItemRow, ((viewer_id, post.published_id) for viewer_id, post in entries))

    def erase_some_of(self, viewer_id: str) -> bool:
        return delete_page(FeedItemRow, viewer_id)
