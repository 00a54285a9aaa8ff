"""The tables of blocks and of mutes, in memory."""

from collections.abc import Iterable, Sequence
from typing import Any

from functions.aws.tables import ConditionFailed
from functions.social.domain import Block
from tests.fakes.rows import Held, Rows
from tests.fakes.transactions import LOCK, Transaction, commit


class FakeBlocks:
    """Blocks by (blocker, blocked)."""

    def __init__(self) -> None:
        self.rows: Rows[Block] = Rows()

    def add(self, block: Block, steps: Sequence[Any]) -> bool:
        key = (block.blocker_id, block.blocked_id)

        def put(transaction: Transaction) -> None:
            transaction.write("put", lambda: True, lambda: self.rows.put(key, block))

        try:
            commit(*steps, put)
        except ConditionFailed:
            return False
        return True

    def remove(self, blocker_id: str, blocked_id: str) -> None:
        with LOCK:
            self.rows.drop((blocker_id, blocked_id))

    def of(self, blocker_id: str, after: str | None, limit: int) -> Sequence[str]:
        ids = sorted(one.blocked_id for one in self.rows.rows() if one.blocker_id == blocker_id)
        return [i for i in ids if after is None or i > after][:limit]

    def lookup(self, pairs: Iterable[tuple[str, str]]) -> Any:
        return Held.of(lambda pair: None if self.rows.get(pair) is None else True, pairs)

    def unblocked_steps(self, one: str, other: str) -> list[Any]:
        return [self._none((one, other)), self._none((other, one))]

    def _none(self, pair: tuple[str, str]) -> Any:
        return lambda transaction: transaction.write(
            "check", lambda: self.rows.get(pair) is None, lambda: None
        )


class FakeMutes:
    """The muted users, by the user who muted them."""

    def __init__(self) -> None:
        self.rows: dict[str, set[str]] = {}

    def add(self, muter_id: str, muted_id: str) -> None:
        self.rows.setdefault(muter_id, set()).add(muted_id)

    def remove(self, muter_id: str, muted_id: str) -> None:
        self.rows.get(muter_id, set()).discard(muted_id)

    def of(self, muter_id: str) -> Sequence[str]:
        return sorted(self.rows.get(muter_id, set()))
