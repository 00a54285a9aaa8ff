"""The mutes table."""

from collections.abc import Sequence

from pynamodb.attributes import UnicodeAttribute

from functions.aws.tables import Table
from functions.config import settings


class MuteRow(Table):
    """One mute. Only the key, 91 bytes, so that one read unit reads 45 of them."""

    user_ids = ("muter_id", "muted_id")

    class Meta:
        table_name = settings().table("mutes")

    muter_id = UnicodeAttribute(hash_key=True)
    muted_id = UnicodeAttribute(range_key=True)


class MuteTable:
    """Store mutes in DynamoDB."""

    def add(self, muter_id: str, muted_id: str) -> None:
        MuteRow(muter_id, muted_id).save()

    def remove(self, muter_id: str, muted_id: str) -> None:
        MuteRow(muter_id, muted_id).delete()

    def of(self, muter_id: str) -> Sequence[str]:
        return [str(row.muted_id) for row in MuteRow.query(muter_id, consistent_read=True)]
