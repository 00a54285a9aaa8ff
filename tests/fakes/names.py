"""The names table, in memory."""

from typing import Any

from functions.accounts.names import Name
from functions.aws.tables import ConditionFailed
from tests.fakes.rows import Rows
from tests.fakes.transactions import LOCK, Transaction, commit


class FakeNames:
    """Usernames and addresses by name."""

    def __init__(self) -> None:
        self.rows: Rows[Name] = Rows()

    def get(self, name: str) -> Name | None:
        return self.rows.get(name)

    def from_image(self, image: Any) -> Name | None:
        return image

    def put(self, name: Name, over: Name | None) -> bool:
        return self.put_all(self.put_step(name, over))

    def put_step(self, name: Name, over: Name | None) -> Any:
        def step(transaction: Transaction) -> None:
            transaction.write(
                "put",
                lambda: self._is(name.name, over),
                lambda: self.rows.put(name.name, name),
            )

        return step

    def put_all(self, *steps: Any) -> bool:
        try:
            commit(*steps)
        except ConditionFailed:
            return False
        return True

    def drop(self, name: Name) -> bool:
        with LOCK:
            if not self._is(name.name, name):
                return False
            self.rows.drop(name.name)
            return True

    def drop_step(self, name: Name) -> Any:
        def step(transaction: Transaction) -> None:
            transaction.write(
                "delete",
                lambda: self._is(name.name, name),
                lambda: self.rows.drop(name.name),
            )

        return step

    def _is(self, name: str, read: Name | None) -> bool:
        found = self.rows.get(name)
        return (found and found.version) == (read and read.version)
