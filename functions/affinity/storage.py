"""The affinity table."""

from collections.abc import Sequence
from datetime import timedelta

from pynamodb.attributes import (
    NumberAttribute,
    TTLAttribute,
    UnicodeAttribute,
    UTCDateTimeAttribute,
)
from pynamodb.exceptions import DoesNotExist
from pynamodb.expressions.condition import Condition

from functions.affinity.domain import Closeness, InteractionKind, forgotten_at
from functions.aws.attributes import StructAttribute
from functions.aws.tables import Table, try_write
from functions.config import settings


class AffinityRow(Table):
    """A viewer's closeness to an author. Every write changes `counted`, so each write compares it
    in its condition."""

    user_ids = ("viewer_id", "author_id")

    class Meta:
        table_name = settings().table("affinity")

    viewer_id = UnicodeAttribute(hash_key=True)
    author_id = UnicodeAttribute(range_key=True)
    score = NumberAttribute()
    as_of = UTCDateTimeAttribute()
    counted = StructAttribute[dict[InteractionKind, int]](dict[InteractionKind, int])
    expires_at = TTLAttribute()


class AffinityTable:
    """Closeness in DynamoDB."""

    def __init__(self, half_life: timedelta) -> None:
        self._half_life = half_life

    def get(self, viewer_id: str, author_id: str) -> Closeness | None:
        try:
            return AffinityRow.get(viewer_id, author_id, consistent_read=True).decode(Closeness)
        except DoesNotExist:
            return None

    def of(self, viewer_id: str, limit: int) -> Sequence[Closeness]:
        return [row.decode(Closeness) for row in AffinityRow.query(viewer_id, limit=limit)]

    def save(self, held: Closeness | None, new: Closeness) -> bool:
        unchanged: Condition = AffinityRow.viewer_id.does_not_exist()
        if held is not None:
            unchanged = AffinityRow.counted == held.counted
        row = AffinityRow.encode(new, expires_at=forgotten_at(new, self._half_life))
        return try_write(lambda: row.save(unchanged))
