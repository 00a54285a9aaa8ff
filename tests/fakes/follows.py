"""The follows table, in memory."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from msgspec.structs import replace

from functions.accounts.domain import User
from functions.aws.tables import ConditionFailed, Key
from functions.social.domain import Edge, Request
from tests.fakes.rows import Held, Rows
from tests.fakes.transactions import Transaction, commit


class FakeFollows:
    """Edges by (follower, followee). `count_step` makes the step that changes a user's counts.
    `unblocked_steps` are steps that hold while neither of two users has blocked the other."""

    def __init__(
        self, count_step: Callable[..., Any], unblocked_steps: Callable[[str, str], Any]
    ) -> None:
        self.rows: Rows[Edge] = Rows()
        self._count_step = count_step
        self._unblocked_steps = unblocked_steps

    def get(self, follower_id: str, followee_id: str) -> Edge | None:
        return self.rows.get((follower_id, followee_id))

    def from_image(self, image: Any) -> Edge | None:
        return image

    def add(self, edge: Edge, followee: User) -> Edge | None:
        key = (edge.follower_id, edge.followee_id)

        def put(transaction: Transaction) -> None:
            transaction.write(
                "put", lambda: self.rows.get(key) is None, lambda: self.rows.put(key, edge)
            )

        try:
            commit(*self._unblocked_steps(*key), put, *self._counts(edge, 1, followee))
        except ConditionFailed:
            return self.rows.get(key)
        return edge

    def accept(self, edge: Edge, followee: User) -> Edge | None:
        key = (edge.follower_id, edge.followee_id)
        granted = replace(edge, state="accepted", pulled_epoch=followee.pull_mark)

        def grant(transaction: Transaction) -> None:
            transaction.write(
                "update", lambda: self.rows.get(key) == edge, lambda: self.rows.put(key, granted)
            )

        try:
            commit(grant, *self._counts(granted, 1, followee))
        except ConditionFailed:
            standing = self.rows.get(key)
            return standing if standing is not None and standing.accepted else None
        return granted

    def remove(self, edge: Edge) -> bool:
        delete = self._ending(edge)
        counts = self._counts(edge, -1)
        while True:
            try:
                commit(delete, *counts)
            except ConditionFailed as error:
                if 0 in error.failed:
                    return False
                counts = [one for i, one in enumerate(counts, 1) if i not in error.failed]
            else:
                return True

    def _ending(self, edge: Edge) -> Any:
        key = (edge.follower_id, edge.followee_id)

        def this_one() -> bool:
            found = self.rows.get(key)
            return found is not None and (found.epoch, found.state) == (edge.epoch, edge.state)

        return lambda transaction: transaction.write(
            "delete", this_one, lambda: self.rows.drop(key)
        )

    def removal_steps(self, one: str, other: str) -> list[Any]:
        steps: list[Any] = []
        changes: dict[str, dict[str, int]] = {}
        for pair in ((one, other), (other, one)):
            edge = self.rows.get(pair)
            steps.append(self._none(pair) if edge is None else self._ending(edge))
            if edge is not None and edge.accepted:
                changes.setdefault(edge.follower_id, {})["following_count"] = -1
                changes.setdefault(edge.followee_id, {})["follower_count"] = -1
        return steps + [self._count_step(user_id, **change) for user_id, change in changes.items()]

    def _none(self, pair: tuple[str, str]) -> Any:
        return lambda transaction: transaction.write(
            "check", lambda: self.rows.get(pair) is None, lambda: None
        )

    def _counts(self, edge: Edge, change: int, followee: User | None = None) -> list[Any]:
        if not edge.accepted:
            return []
        return [
            self._count_step(edge.follower_id, following_count=change),
            self._count_step(edge.followee_id, still=followee, follower_count=change),
        ]

    def outgoing(self, follower_id: str, after: str | None, limit: int) -> Sequence[Edge]:
        return self._made(follower_id, after)[:limit]

    def followees(self, follower_id: str, after: str | None, limit: int) -> Sequence[Edge]:
        return [edge for edge in self._made(follower_id, after) if edge.accepted][:limit]

    def _made(self, follower_id: str, after: str | None) -> list[Edge]:
        edges = {e.followee_id: e for e in self.rows.rows() if e.follower_id == follower_id}
        return [edges[i] for i in sorted(edges) if after is None or i > after]

    def followers(self, followee_id: str, after: str | None, limit: int) -> Sequence[str]:
        followers = sorted(
            edge.follower_id
            for edge in self.rows.indexed("followers")
            if edge.followee_id == followee_id and edge.accepted
        )
        return [i for i in followers if after is None or i > after][:limit]

    def requests(self, followee_id: str, before: str | None, limit: int) -> Sequence[Request]:
        waiting = sorted(
            (
                Request(edge.epoch, edge.follower_id)
                for edge in self.rows.indexed()
                if edge.followee_id == followee_id and not edge.accepted
            ),
            reverse=True,
        )
        return [one for one in waiting if before is None or one.epoch < before][:limit]

    def incoming(self, followee_id: str, after: str | None, limit: int) -> Sequence[str]:
        edges = self.rows.indexed("followers")
        shown = sorted(edge.follower_id for edge in edges if edge.followee_id == followee_id)
        return [i for i in shown if after is None or i > after][:limit]

    def pulled(self, follower_id: str) -> Sequence[str]:
        return sorted(
            edge.followee_id
            for edge in self.rows.indexed("pulled")
            if edge.follower_id == follower_id and edge.pulled_epoch is not None
        )

    def mark(self, follower_ids: Sequence[str], followee_id: str, epoch: str) -> None:
        for follower_id in follower_ids:
            edge = self.rows.get((follower_id, followee_id))
            if edge is not None and edge.accepted:
                self.rows.put((follower_id, followee_id), replace(edge, pulled_epoch=epoch))

    def unmark(self, follower_ids: Sequence[str], followee_id: str, before: str) -> None:
        for follower_id in follower_ids:
            edge = self.rows.get((follower_id, followee_id))
            if edge is not None and edge.pulled_epoch is not None and edge.pulled_epoch < before:
                self.rows.put((follower_id, followee_id), replace(edge, pulled_epoch=None))

    def lookup(self, pairs: Iterable[tuple[str, str]]) -> Any:
        return Held.of(self.rows.get, pairs)

    def read(self, pairs: Sequence[tuple[str, str]]) -> dict[Key, Edge]:
        return dict(self.lookup(pairs).read())
