"""The mutes table."""

from collections.abc import Sequence

from pynamodb.attributes import UnicodeAttribute

from functions.config import settings
from functions.tables import Table


class MuteRow(Table):
    """One mute: its key and no more, 91 bytes, so that 45 of them are one read unit."""

    user_ids = ("muter_id", "muted_id")

    class Meta:
        table_name = settings().table("mutes")

    muter_id = UnicodeAttribute(hash_key=True)
    muted_id = UnicodeAttribute(range_key=True)


class MuteTable:
    """Mutes in DynamoDB."""

    def add(self, muter_id: str, muted_id: str) -> None:
        MuteRow(muter_id, muted_id).save()

    def remove(self, muter_id: str, muted_id: str) -> None:
        MuteRow(muter_id, muted_id).delete()

    def of(self, muter_id: str) -> Sequence[str]:
        return [str(row.muted_id) for row in MuteRow.query(muter_id, consistent_read=True)]
