"""The follows table and the users' counts that change with it."""

from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor

from msgspec import structs
from pynamodb.attributes import UnicodeAttribute, UTCDateTimeAttribute
from pynamodb.exceptions import DoesNotExist
from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action
from pynamodb.indexes import GlobalSecondaryIndex, IncludeProjection, KeysOnlyProjection
from pynamodb.transactions import TransactWrite

from functions.accounts.domain import User
from functions.aws.tables import (
    ConditionFailed,
    Image,
    Lookup,
    Step,
    Table,
    commit,
    read_together,
    try_write,
)
from functions.config import settings
from functions.social.domain import Edge, Request

MARKS_AT_ONCE = 20
"""Marks written in parallel. Each is a conditional update, which BatchWriteItem cannot carry."""


class FollowersIndex(GlobalSecondaryIndex["FollowRow"]):
    """Accepted and requested follows by followee."""

    class Meta:
        index_name = "followers"
        projection = IncludeProjection(["state"])

    followee_id = UnicodeAttribute(hash_key=True)
    follower_id = UnicodeAttribute(range_key=True)
    state = UnicodeAttribute()


class PulledIndex(GlobalSecondaryIndex["FollowRow"]):
    """Follows of pulled authors by follower. Sparse: only marked follows are in it."""

    class Meta:
        index_name = "pulled"
        projection = KeysOnlyProjection()

    follower_id = UnicodeAttribute(hash_key=True)
    pulled_followee_id = UnicodeAttribute(range_key=True)


class RequestsIndex(GlobalSecondaryIndex["FollowRow"]):
    """Pending follow requests by recipient, newest first. Sparse: accepted follows are not in
    it."""

    class Meta:
        index_name = "requests"
        projection = KeysOnlyProjection()

    requested_followee_id = UnicodeAttribute(hash_key=True)
    epoch = UnicodeAttribute(range_key=True)


class FollowRow(Table):
    """One follow, requested or accepted."""

    class Meta:
        table_name = settings().table("follows")

    follower_id = UnicodeAttribute(hash_key=True)
    followee_id = UnicodeAttribute(range_key=True)
    state = UnicodeAttribute()
    epoch = UnicodeAttribute()
    since = UTCDateTimeAttribute()
    pulled_epoch = UnicodeAttribute(null=True)
    pulled_followee_id = UnicodeAttribute(null=True)
    requested_followee_id = UnicodeAttribute(null=True)
    by_followee = FollowersIndex()
    by_follower_pulled = PulledIndex()
    by_followee_requested = RequestsIndex()


def encode(edge: Edge) -> FollowRow:
    """Return the row of an edge, with the keys of the sparse indexes that it is in."""
    return FollowRow.encode(
        edge,
        pulled_followee_id=edge.followee_id if edge.pulled_epoch else None,
        requested_followee_id=None if edge.accepted else edge.followee_id,
    )


class FollowTable:
    """Store follows in DynamoDB.

    `count_step` makes the step that changes a user's counts; `unblocked_steps` makes the steps that
    hold only while neither user blocks the other.
    """

    def __init__(
        self, count_step: Callable[..., Step], unblocked_steps: Callable[[str, str], Sequence[Step]]
    ) -> None:
        self._count_step = count_step
        self._unblocked_steps = unblocked_steps

    def get(self, follower_id: str, followee_id: str) -> Edge | None:
        try:
            return FollowRow.get(follower_id, followee_id, consistent_read=True).decode(Edge)
        except DoesNotExist:
            return None

    def from_image(self, image: Image | None) -> Edge | None:
        return None if image is None else FollowRow.from_image(image).decode(Edge)

    def add(self, edge: Edge, followee: User) -> Edge | None:
        row = encode(edge)

        def put(transaction: TransactWrite) -> None:
            transaction.save(row, FollowRow.follower_id.does_not_exist())

        try:
            commit(
                *self._unblocked_steps(edge.follower_id, edge.followee_id),
                put,
                *self._counts(edge, 1, followee),
            )
        except ConditionFailed:
            return self.get(edge.follower_id, edge.followee_id)
        return edge

    def accept(self, edge: Edge, followee: User) -> Edge | None:
        granted = structs.replace(edge, state="accepted", pulled_epoch=followee.pull_mark)
        actions: list[Action] = [
            FollowRow.state.set("accepted"),
            FollowRow.requested_followee_id.remove(),
        ]
        if followee.pull_mark is not None:
            actions += _marks(edge.followee_id, followee.pull_mark)
        row = FollowRow(edge.follower_id, edge.followee_id)
        this_one = (FollowRow.epoch == edge.epoch) & (FollowRow.state == "requested")

        def grant(transaction: TransactWrite) -> None:
            transaction.update(row, actions, condition=this_one)

        try:
            commit(grant, *self._counts(granted, 1, followee))
        except ConditionFailed:
            standing = self.get(edge.follower_id, edge.followee_id)
            return standing if standing is not None and standing.accepted else None
        return granted

    def remove(self, edge: Edge) -> bool:
        delete = _ending(edge)
        counts = self._counts(edge, -1)
        while True:
            try:
                commit(delete, *counts)
            except ConditionFailed as error:
                if 0 in error.failed:
                    return False
                # One of the two users was deleted. Leave their count out.
                counts = [one for i, one in enumerate(counts, 1) if i not in error.failed]
            else:
                return True

    def removal_steps(self, one: str, other: str) -> Sequence[Step]:
        edges = self.read([(one, other), (other, one)])
        changes: dict[str, dict[str, int]] = {}
        for edge in edges.values():
            if edge.accepted:
                changes.setdefault(edge.follower_id, {})["following_count"] = -1
                changes.setdefault(edge.followee_id, {})["follower_count"] = -1
        steps = [
            _ending(edges[pair]) if pair in edges else _none(pair)
            for pair in ((one, other), (other, one))
        ]
        return steps + [self._count_step(user_id, **change) for user_id, change in changes.items()]

    def _counts(self, edge: Edge, change: int, followee: User | None = None) -> list[Step]:
        if not edge.accepted:
            return []
        return [
            self._count_step(edge.follower_id, following_count=change),
            self._count_step(edge.followee_id, still=followee, follower_count=change),
        ]

    def outgoing(self, follower_id: str, after: str | None, limit: int) -> Sequence[Edge]:
        behind = FollowRow.followee_id > after if after else None
        rows = FollowRow.query(follower_id, behind, consistent_read=True, limit=limit)
        return [row.decode(Edge) for row in rows]

    def followees(self, follower_id: str, after: str | None, limit: int) -> Sequence[Edge]:
        rows = FollowRow.query(
            follower_id,
            FollowRow.followee_id > after if after else None,
            FollowRow.state == "accepted",
            consistent_read=True,
            limit=limit,
        )
        return [row.decode(Edge) for row in rows]

    def incoming(self, followee_id: str, after: str | None, limit: int) -> Sequence[str]:
        behind = FollowersIndex.follower_id > after if after else None
        rows = FollowRow.by_followee.query(followee_id, behind, limit=limit)
        return [str(row.follower_id) for row in rows]

    def followers(self, followee_id: str, after: str | None, limit: int) -> Sequence[str]:
        rows = FollowRow.by_followee.query(
            followee_id,
            FollowersIndex.follower_id > after if after else None,
            FollowersIndex.state == "accepted",
            limit=limit,
        )
        return [str(row.follower_id) for row in rows]

    def requests(self, followee_id: str, before: str | None, limit: int) -> Sequence[Request]:
        rows = FollowRow.by_followee_requested.query(
            followee_id,
            RequestsIndex.epoch < before if before else None,
            scan_index_forward=False,
            limit=limit,
        )
        return [Request(str(row.epoch), str(row.follower_id)) for row in rows]

    def pulled(self, follower_id: str) -> Sequence[str]:
        rows = FollowRow.by_follower_pulled.query(follower_id)
        return [str(row.pulled_followee_id) for row in rows]

    def mark(self, follower_ids: Sequence[str], followee_id: str, epoch: str) -> None:
        followed = FollowRow.state == "accepted"
        self._mark(follower_ids, followee_id, _marks(followee_id, epoch), followed)

    def unmark(self, follower_ids: Sequence[str], followee_id: str, before: str) -> None:
        actions: list[Action] = [
            FollowRow.pulled_epoch.remove(),
            FollowRow.pulled_followee_id.remove(),
        ]
        self._mark(follower_ids, followee_id, actions, FollowRow.pulled_epoch < before)

    def _mark(
        self, follower_ids: Sequence[str], followee_id: str, actions: list[Action], held: Condition
    ) -> None:
        def update(follower_id: str) -> None:
            try_write(lambda: FollowRow(follower_id, followee_id).update(actions, condition=held))

        with ThreadPoolExecutor(MARKS_AT_ONCE) as pool:
            list(pool.map(update, follower_ids))

    def lookup(self, pairs: Iterable[tuple[str, str]]) -> Lookup[Edge]:
        return Lookup(FollowRow, list(pairs), lambda row: row.decode(Edge), consistent=True)

    def read(self, pairs: Sequence[tuple[str, str]]) -> dict[tuple[str, ...], Edge]:
        if not pairs:
            return {}
        [found] = read_together(self.lookup(pairs))
        return found


def _ending(edge: Edge) -> Step:
    """Make a step that deletes this edge and no newer one."""
    row = FollowRow(edge.follower_id, edge.followee_id)
    this_one = (FollowRow.epoch == edge.epoch) & (FollowRow.state == edge.state)
    return lambda transaction: transaction.delete(row, this_one)


def _none(pair: tuple[str, str]) -> Step:
    """Make a step that holds only while there is no such edge."""
    absent = FollowRow.follower_id.does_not_exist()
    return lambda transaction: transaction.condition_check(FollowRow, *pair, condition=absent)


def _marks(followee_id: str, epoch: str) -> list[Action]:
    return [FollowRow.pulled_epoch.set(epoch), FollowRow.pulled_followee_id.set(followee_id)]
