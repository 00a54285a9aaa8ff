"""The counts table."""

from collections.abc import Iterable

from pynamodb.attributes import NumberAttribute, UnicodeAttribute

from functions.config import settings
from functions.counters.domain import Counts
from functions.tables import Lookup, Table


class CountsRow(Table):
    """The counts of one target: slim, so that a like never rewrites a post."""

    class Meta:
        table_name = settings().table("counts")

    target_id = UnicodeAttribute(hash_key=True)
    likes = NumberAttribute(default=0)
    comments = NumberAttribute(default=0)


class CountsTable:
    """Counts in DynamoDB."""

    def lookup(self, target_ids: Iterable[str]) -> Lookup[Counts]:
        keys = [(target_id,) for target_id in target_ids]
        return Lookup(CountsRow, keys, lambda row: Counts(row.likes, row.comments))

    def erase(self, target_id: str) -> None:
        """Delete the counts of what has gone."""
        CountsRow(target_id).delete()
