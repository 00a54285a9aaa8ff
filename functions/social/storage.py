"""The follows table, and the users' counts that change with it."""

from collections.abc import Callable, Iterable, Sequence

from msgspec import structs
from pynamodb.attributes import UnicodeAttribute, UTCDateTimeAttribute
from pynamodb.exceptions import DoesNotExist
from pynamodb.indexes import GlobalSecondaryIndex, IncludeProjection
from pynamodb.transactions import TransactWrite

from functions.config import settings
from functions.errors import TooManyRequests
from functions.events import Image
from functions.social.domain import Edge
from functions.tables import ConditionFailed, Lookup, Step, Table, commit, read_together

CHANGING = "This changed meanwhile; try again."


class FollowersIndex(GlobalSecondaryIndex["FollowRow"]):
    """Edges by followee."""

    class Meta:
        index_name = "followers"
        projection = IncludeProjection(["state"])

    followee_id = UnicodeAttribute(hash_key=True)
    follower_id = UnicodeAttribute(range_key=True)
    state = UnicodeAttribute()


class FollowRow(Table):
    """One follow, requested or accepted."""

    class Meta:
        table_name = settings().table("follows")

    follower_id = UnicodeAttribute(hash_key=True)
    followee_id = UnicodeAttribute(range_key=True)
    state = UnicodeAttribute()
    epoch = UnicodeAttribute()
    since = UTCDateTimeAttribute()
    by_followee = FollowersIndex()


def decode(row: FollowRow) -> Edge:
    """The row as the product knows it."""
    return Edge(**{name: getattr(row, name) for name in Edge.__struct_fields__})


class FollowTable:
    """Follows in DynamoDB. `counting` makes the step that changes a user's counts."""

    def __init__(self, counting: Callable[..., Step]) -> None:
        self._counting = counting

    def get(self, follower_id: str, followee_id: str) -> Edge | None:
        try:
            return decode(FollowRow.get(follower_id, followee_id, consistent_read=True))
        except DoesNotExist:
            return None

    def of_image(self, image: Image | None) -> Edge | None:
        return None if image is None else decode(FollowRow.from_raw_data(dict(image)))

    def add(self, edge: Edge) -> Edge:
        row = FollowRow(**{name: getattr(edge, name) for name in Edge.__struct_fields__})

        def put(transaction: TransactWrite) -> None:
            transaction.save(row, FollowRow.follower_id.does_not_exist())

        try:
            commit(put, *self._counts(edge, 1, if_public=True))
        except ConditionFailed as error:
            standing = self.get(edge.follower_id, edge.followee_id)
            if standing is None:  # the earlier edge has just gone, or the account gone private
                raise TooManyRequests(CHANGING, retry_after=1) from error
            return standing
        return edge

    def accept(self, edge: Edge) -> Edge:
        granted = structs.replace(edge, state="accepted")
        row = FollowRow(edge.follower_id, edge.followee_id)
        this_one = (FollowRow.epoch == edge.epoch) & (FollowRow.state == "requested")

        def grant(transaction: TransactWrite) -> None:
            transaction.update(row, [FollowRow.state.set("accepted")], condition=this_one)

        try:
            commit(grant, *self._counts(granted, 1))
        except ConditionFailed as error:
            standing = self.get(edge.follower_id, edge.followee_id)
            if standing is None or not standing.accepted:
                raise TooManyRequests(CHANGING, retry_after=1) from error
            return standing
        return granted

    def remove(self, edge: Edge) -> bool:
        row = FollowRow(edge.follower_id, edge.followee_id)
        this_one = (FollowRow.epoch == edge.epoch) & (FollowRow.state == edge.state)

        def delete(transaction: TransactWrite) -> None:
            transaction.delete(row, this_one)

        counts = self._counts(edge, -1)
        while True:
            try:
                commit(delete, *counts)
            except ConditionFailed as error:
                if 0 in error.failed:
                    return False
                # One of the two users is gone, and that count with them.
                counts = [one for i, one in enumerate(counts, 1) if i not in error.failed]
            else:
                return True

    def _counts(self, edge: Edge, change: int, *, if_public: bool = False) -> list[Step]:
        if not edge.accepted:
            return []
        return [
            self._counting(edge.follower_id, following_count=change),
            self._counting(edge.followee_id, if_public=if_public, follower_count=change),
        ]

    def followees(self, follower_id: str, after: str | None, limit: int) -> Sequence[Edge]:
        rows = FollowRow.query(
            follower_id,
            FollowRow.followee_id > after if after else None,
            FollowRow.state == "accepted",
            consistent_read=True,
            limit=limit,
        )
        return [decode(row) for row in rows]

    def followers(self, followee_id: str, after: str | None, limit: int) -> Sequence[str]:
        rows = FollowRow.by_followee.query(
            followee_id,
            FollowersIndex.follower_id > after if after else None,
            FollowersIndex.state == "accepted",
            limit=limit,
        )
        return [str(row.follower_id) for row in rows]

    def lookup(self, pairs: Iterable[tuple[str, str]]) -> Lookup[Edge]:
        return Lookup(FollowRow, list(pairs), decode, consistent=True)

    def read(self, pairs: Sequence[tuple[str, str]]) -> dict[tuple[str, ...], Edge]:
        if not pairs:
            return {}
        [found] = read_together(self.lookup(pairs))
        return found
