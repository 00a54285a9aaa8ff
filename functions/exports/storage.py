"""The exports table."""

from datetime import UTC, datetime
from typing import cast

from pynamodb.attributes import NumberAttribute, UnicodeAttribute, UTCDateTimeAttribute
from pynamodb.exceptions import DoesNotExist

from functions.clock import Clock, epoch_seconds
from functions.config import settings
from functions.events import Image
from functions.exports.domain import Export, State
from functions.tables import Table, took


class ExportRow(Table):
    """One user's export."""

    user_ids = ("user_id",)

    class Meta:
        table_name = settings().table("exports")

    user_id = UnicodeAttribute(hash_key=True)
    export_id = UnicodeAttribute()
    state = UnicodeAttribute()
    requested_at = UTCDateTimeAttribute()
    bytes = NumberAttribute(null=True)
    expires_at = NumberAttribute()


def decode(row: ExportRow) -> Export:
    """The row as the product knows it."""
    return Export(
        user_id=row.user_id,
        export_id=row.export_id,
        state=cast("State", row.state),
        requested_at=row.requested_at,
        expires_at=datetime.fromtimestamp(row.expires_at, UTC),
        bytes=None if row.bytes is None else int(row.bytes),
    )


def encode(export: Export) -> ExportRow:
    """The inverse of `decode`."""
    return ExportRow(
        export.user_id,
        export_id=export.export_id,
        state=export.state,
        requested_at=export.requested_at,
        bytes=export.bytes,
        expires_at=epoch_seconds(export.expires_at),
    )


class ExportTable:
    """Exports in DynamoDB."""

    def __init__(self, now: Clock) -> None:
        self._now = now

    def get(self, user_id: str) -> Export | None:
        try:
            row = ExportRow.get(user_id, consistent_read=True)
        except DoesNotExist:
            return None
        return decode(row) if row.expires_at > epoch_seconds(self._now()) else None

    def ask(self, export: Export) -> bool:
        row, now = encode(export), epoch_seconds(self._now())
        free = ExportRow.user_id.does_not_exist() | (ExportRow.expires_at <= now)
        return took(lambda: row.save(free))

    def finish(self, export: Export) -> bool:
        row = encode(export)
        this_one = (ExportRow.export_id == export.export_id) & (ExportRow.state == "pending")
        return took(lambda: row.save(this_one))

    def of_image(self, image: Image | None) -> Export | None:
        return None if image is None else decode(ExportRow.from_raw_data(dict(image)))
