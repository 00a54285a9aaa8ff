"""The users table, in memory."""

from collections.abc import Callable, Iterable, Mapping, Set
from datetime import date, datetime
from typing import Any

import msgspec

from functions.accounts.domain import Band, EmailChange, Erasure, User
from functions.accounts.sessions import covered
from tests.fakes.rows import Held, Rows
from tests.fakes.transactions import LOCK, Transaction


class FakeSessionEnds:
    """The ends of sessions, on the rows of users."""

    def __init__(self, users: "FakeUsers") -> None:
        self._users = users

    def begin_change(self, user_id: str, change_id: str) -> None:
        self._set_changes(user_id, lambda begun: begun | {change_id})

    def drop_change(self, user_id: str, change_id: str) -> None:
        self._set_changes(user_id, lambda begun: begun - {change_id})

    def _set_changes(
        self, user_id: str, changed: Callable[[frozenset[str]], frozenset[str]]
    ) -> None:
        with LOCK:
            if user := self._users.get(user_id):
                begun = changed(user.password_changes or frozenset())
                self._users.update(user_id, {"password_changes": begun or None})

    def end(
        self, user: User, valid_from: int, kept: str | None, changes: Set[str] = frozenset()
    ) -> bool:
        with LOCK:
            found = self._users.get(user.user_id)
            if found is None or found.sessions_valid_from != user.sessions_valid_from:
                return False
            kept_ones = frozenset([kept]) if kept else None
            ended = {"sessions_valid_from": valid_from, "sessions_kept": kept_ones}
            self._users.update(user.user_id, ended)
            self._set_changes(user.user_id, lambda begun: begun - changes)
            return True

    def keep(self, user: User, session_id: str, valid_from: int) -> bool:
        with LOCK:
            found = self._users.get(user.user_id)
            if found is None or found.sessions_valid_from != user.sessions_valid_from:
                return False
            is_same_end = found.sessions_valid_from == valid_from
            earlier = (found.sessions_kept if is_same_end else None) or frozenset()
            kept = {"sessions_valid_from": valid_from, "sessions_kept": earlier | {session_id}}
            self._users.update(user.user_id, kept)
            self._set_changes(user.user_id, lambda begun: begun - covered(user, valid_from))
            return True


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

    def replace_with_tombstone(self, erasure: Erasure) -> bool:
        with LOCK:
            user = self.rows.get(erasure.user_id)
            if user is None or user.username != erasure.username:
                return False
            self.graves[erasure.user_id] = erasure
            self.rows.drop(erasure.user_id)
            return True

    def overwrite_with_tombstone(self, erasure: Erasure) -> None:
        with LOCK:
            self.graves[erasure.user_id] = erasure
            if self.rows.get(erasure.user_id) is not None:
                self.rows.drop(erasure.user_id)

    def get_erasure(self, user_id: str) -> Erasure | None:
        return self.graves.get(user_id)

    def update_erasure(
        self, before: Erasure, after: Erasure, expires_at: datetime | None = None
    ) -> bool:
        with LOCK:
            if self.graves.get(before.user_id) != before:
                return False
            self.graves[before.user_id] = after
            return True

    def from_image(self, image: Any) -> User | None:
        return image

    def erasure_from_image(self, image: Any) -> Erasure | None:
        return image

    def set_last_active(self, user_id: str, today: date) -> None:
        user = self.rows.get(user_id)
        if user is not None and user.last_active < today:
            self.update(user_id, {"last_active": today})

    def set_band(self, user: User, band: Band, epoch: str, pulled_from: str | None) -> bool:
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

    def rename_step(self, user: User, username: str) -> Any:
        def holds() -> bool:
            found = self.rows.get(user.user_id)
            is_shown = found is not None and found.display_name == user.display_name
            is_named = found is not None and found.username == user.username
            return is_named and (is_shown or not is_both)

        def rename() -> None:
            named = {"username": username}
            if is_both:
                named["display_name"] = username
            self.update(user.user_id, named)

        is_both = user.display_name == user.username
        return lambda transaction: transaction.write("update", holds, rename)

    def replace_email_change(
        self, user_id: str, before: EmailChange, after: EmailChange | None
    ) -> bool:
        with LOCK:
            user = self.rows.get(user_id)
            if user is None or user.email_change != before:
                return False
            self.update(user_id, {"email_change": after})
            return True

    def read(self, user_ids: Iterable[str]) -> dict[str, User]:
        return {key[0]: user for key, user in self.lookup(user_ids).read().items()}

    def lookup(self, user_ids: Iterable[str], *, consistent: bool = False) -> Any:
        find = self.rows.get if consistent else self.rows.seen
        return Held.of(lambda key: find(key[0]), [(user_id,) for user_id in user_ids])

    def count_step(self, user_id: str, *, still: User | None = None, **changes: int) -> Any:
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
