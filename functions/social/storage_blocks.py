"""The blocks table."""

from collections.abc import Iterable, Sequence

from pynamodb.attributes import UnicodeAttribute, UTCDateTimeAttribute
from pynamodb.transactions import TransactWrite

from functions.aws.tables import ConditionFailed, Lookup, Step, Table, commit, try_write
from functions.config import settings
from functions.social.domain import Block


class BlockRow(Table):
    """One block between two users."""

    user_ids = ("blocker_id", "blocked_id")

    class Meta:
        table_name = settings().table("blocks")

    blocker_id = UnicodeAttribute(hash_key=True)
    blocked_id = UnicodeAttribute(range_key=True)
    since = UTCDateTimeAttribute()


class BlockTable:
    """Store blocks in DynamoDB."""

    def add(self, block: Block, steps: Sequence[Step]) -> bool:
        row = BlockRow.encode(block)

        def put(transaction: TransactWrite) -> None:
            transaction.save(row)

        try:
            commit(*steps, put)
        except ConditionFailed:
            return False
        return True

    def remove(self, blocker_id: str, blocked_id: str) -> None:
        try_write(lambda: BlockRow(blocker_id, blocked_id).delete())

    def of(self, blocker_id: str, after: str | None, limit: int) -> Sequence[str]:
        rows = BlockRow.query(
            blocker_id,
            BlockRow.blocked_id > after if after else None,
            consistent_read=True,
            limit=limit,
        )
        return [str(row.blocked_id) for row in rows]

    def lookup(self, pairs: Iterable[tuple[str, str]]) -> Lookup[bool]:
        return Lookup(BlockRow, list(pairs), lambda _: True, consistent=True)

    def unblocked_steps(self, one: str, other: str) -> Sequence[Step]:
        return [_none((one, other)), _none((other, one))]


def _none(pair: tuple[str, str]) -> Step:
    absent = BlockRow.blocker_id.does_not_exist()
    return lambda transaction: transaction.condition_check(BlockRow, *pair, condition=absent)
