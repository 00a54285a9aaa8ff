"""The exports table."""

from pynamodb.attributes import (
    NumberAttribute,
    TTLAttribute,
    UnicodeAttribute,
    UTCDateTimeAttribute,
)
from pynamodb.exceptions import DoesNotExist

from functions.aws.tables import Image, Table, try_write
from functions.clock import Clock
from functions.config import settings
from functions.exports.domain import LOST_AFTER, Export


class ExportRow(Table):
    """A user's export."""

    user_ids = ("user_id",)

    class Meta:
        table_name = settings().table("exports")

    user_id = UnicodeAttribute(hash_key=True)
    export_id = UnicodeAttribute()
    state = UnicodeAttribute()
    requested_at = UTCDateTimeAttribute()
    bytes = NumberAttribute(null=True)
    expires_at = TTLAttribute()


class ExportTable:
    """Exports in DynamoDB."""

    def __init__(self, now: Clock) -> None:
        self._now = now

    def get(self, user_id: str) -> Export | None:
        try:
            row = ExportRow.get(user_id, consistent_read=True)
        except DoesNotExist:
            return None
        return row.decode(Export) if row.expires_at > self._now() else None

    def ask(self, export: Export) -> bool:
        row = ExportRow.encode(export)
        now = self._now()
        free = ExportRow.user_id.does_not_exist() | (ExportRow.expires_at <= now)
        free |= (ExportRow.state == "pending") & (ExportRow.requested_at <= now - LOST_AFTER)
        return try_write(lambda: row.save(free))

    def finish(self, export: Export) -> bool:
        row = ExportRow.encode(export)
        this_one = (ExportRow.export_id == export.export_id) & (ExportRow.state == "pending")
        return try_write(lambda: row.save(this_one))

    def from_image(self, image: Image | None) -> Export | None:
        return None if image is None else ExportRow.from_image(image).decode(Export)
