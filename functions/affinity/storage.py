"""The affinity table."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import msgspec
from pynamodb.attributes import NumberAttribute, UnicodeAttribute
from pynamodb.exceptions import DoesNotExist
from pynamodb.expressions.condition import Condition

from functions.affinity.domain import Closeness, Deed, forgotten_at
from functions.clock import epoch_seconds
from functions.config import settings
from functions.tables import Table, took


class AffinityRow(Table):
    """How close an author is to a viewer. `counted` is JSON; every write changes it, so it is what
    a writer's condition asks for."""

    user_ids = ("viewer_id", "author_id")

    class Meta:
        table_name = settings().table("affinity")

    viewer_id = UnicodeAttribute(hash_key=True)
    author_id = UnicodeAttribute(range_key=True)
    score = NumberAttribute()
    as_of = NumberAttribute()
    counted = UnicodeAttribute()
    expires_at = NumberAttribute()


def decode(row: AffinityRow) -> Closeness:
    """The row as the product knows it."""
    return Closeness(
        viewer_id=row.viewer_id,
        author_id=row.author_id,
        score=float(row.score),
        as_of=datetime.fromtimestamp(row.as_of, UTC),
        counted=msgspec.json.decode(row.counted, type=dict[Deed, int]),
    )


def _counted(closeness: Closeness) -> str:
    return msgspec.json.encode(closeness.counted, order="sorted").decode()


class AffinityTable:
    """Closeness in DynamoDB."""

    def __init__(self, half_life: timedelta) -> None:
        self._half_life = half_life

    def get(self, viewer_id: str, author_id: str) -> Closeness | None:
        try:
            return decode(AffinityRow.get(viewer_id, author_id, consistent_read=True))
        except DoesNotExist:
            return None

    def of(self, viewer_id: str, limit: int) -> Sequence[Closeness]:
        return [decode(row) for row in AffinityRow.query(viewer_id, limit=limit)]

    def save(self, held: Closeness | None, new: Closeness) -> bool:
        unchanged: Condition = AffinityRow.viewer_id.does_not_exist()
        if held is not None:
            unchanged = AffinityRow.counted == _counted(held)
        row = AffinityRow(
            new.viewer_id,
            new.author_id,
            score=new.score,
            as_of=new.as_of.timestamp(),
            counted=_counted(new),
            expires_at=epoch_seconds(forgotten_at(new, self._half_life)),
        )
        return took(lambda: row.save(unchanged))
