"""The users table, in memory."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

import msgspec

from functions.accounts.domain import Band, Erasure, User
from tests.fakes.rows import Held, Rows
from tests.fakes.transactions import LOCK, Transaction


class FakeUsers:
    """Users by id."""

    def __init__(self) -> None:
        self.rows: Rows[User] = Rows()
        self.graves: dict[str, Erasure] = {}

    def get(self, user_id: str) -> User | None:
        return self.rows.get(user_id)

    def find(self, username: str) -> str | None:
        named = (user.user_id for user in self.rows.indexed() if user.username == username)
        return next(named, None)

    def create(self, user: User) -> bool:
        with LOCK:
            if self.rows.get(user.user_id) is not None or user.user_id in self.graves:
                return False
            self.rows.put(user.user_id, user)
            return True

    def bury(self, erasure: Erasure) -> bool:
        with LOCK:
            if self.rows.get(erasure.user_id) is None:
                return False
            self.graves[erasure.user_id] = erasure
            self.rows.drop(erasure.user_id)
            return True

    def entomb(self, erasure: Erasure) -> None:
        with LOCK:
            self.graves[erasure.user_id] = erasure
            if self.rows.get(erasure.user_id) is not None:
                self.rows.drop(erasure.user_id)

    def erasing(self, user_id: str) -> Erasure | None:
        return self.graves.get(user_id)

    def move_on(self, before: Erasure, after: Erasure, expires_at: datetime | None = None) -> bool:
        with LOCK:
            if self.graves.get(before.user_id) != before:
                return False
            self.graves[before.user_id] = after
            return True

    def of_image(self, image: Any) -> User | None:
        return image

    def erasure_of_image(self, image: Any) -> Erasure | None:
        return image

    def touch(self, user_id: str, today: date) -> None:
        user = self.rows.get(user_id)
        if user is not None and user.last_active < today:
            self.update(user_id, {"last_active": today})

    def turn(self, user: User, band: Band, epoch: str, pulled_from: str | None) -> bool:
        with LOCK:
            found = self.rows.get(user.user_id)
            if found is None or (found.band, found.band_epoch) != (user.band, user.band_epoch):
                return False
            changes = {"band": band, "band_epoch": epoch, "pulled_from": pulled_from}
            self.update(user.user_id, changes)
            return True

    def update(self, user_id: str, changes: Mapping[str, object]) -> User | None:
        with LOCK:
            user = self.rows.get(user_id)
            if user is None:
                return None
            changed = msgspec.structs.replace(user, **changes)
            self.rows.put(user_id, changed)
            return changed

    def read(self, user_ids: Iterable[str]) -> dict[str, User]:
        return {key[0]: user for key, user in self.lookup(user_ids).read().items()}

    def lookup(self, user_ids: Iterable[str], *, consistent: bool = False) -> Any:
        find = self.rows.get if consistent else self.rows.seen
        return Held.of(lambda key: find(key[0]), [(user_id,) for user_id in user_ids])

    def counting(self, user_id: str, *, still: User | None = None, **changes: int) -> Any:
        def count() -> None:
            user = self.rows.get(user_id)
            counted = {name: getattr(user, name) + change for name, change in changes.items()}
            self.update(user_id, counted)

        def holds() -> bool:
            user = self.rows.get(user_id)
            if user is None or still is None:
                return user is not None
            return (user.is_private, user.band) == (still.is_private, still.band)

        def step(transaction: Transaction) -> None:
            transaction.write("update", holds, count)

        return step
