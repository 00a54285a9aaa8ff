"""Use cases of names that change owners: another username, and the name of a deleted account."""

from collections.abc import Container
from datetime import datetime, timedelta

from msgspec.structs import replace

from functions.accounts.domain import User
from functions.accounts.joining import Joining
from functions.accounts.names import RENAMES, RENAMES_WITHIN, Name, recent_renames
from functions.accounts.ports import NameStore, UserStore
from functions.accounts.usernames import checked_username
from functions.aws.errors import Contended
from functions.aws.tables import Step
from functions.clock import Clock, NewId, epoch_seconds
from functions.errors import Conflict, TooManyRequests

TAKEN = "This username is taken."
TRIES = 5
"""Tries of a transaction whose rows other requests of the same person change meanwhile."""


class Renaming:
    """Usernames that change owners. `held_for` is how long nobody can take a name that an account
    has left."""

    def __init__(
        self,
        names: NameStore,
        users: UserStore,
        joining: Joining,
        reserved: Container[str],
        held_for: timedelta,
        now: Clock,
        new_id: NewId,
    ) -> None:
        self._names = names
        self._users = users
        self._joining = joining
        self._reserved = reserved
        self._held_for = held_for
        self._now = now
        self._new_id = new_id

    def find(self, username: str) -> str | None:
        """Return the id of the user with a username. An account from before there were rows is
        found by the index of users."""
        row = self._names.get(username)
        if row is None:
            return self._users.find(username)
        return row.user_id if row.state == "confirmed" else None

    def owns(self, user_id: str, username: str) -> bool:
        """Return whether a user without a profile may have one with this name. Nobody else has the
        name, so no name has two profiles."""
        row = self._names.get(username)
        if row is None:
            return self._users.find(username) in (None, user_id)
        return row.user_id == user_id

    def rename(self, user: User, given: str) -> None:
        """Give a user another username. The old one is held.

        Raises:
            Invalid: the username breaks the rule or is reserved.
            Conflict: it is taken, or the user changes it in another request.
            TooManyRequests: the user has changed it as often as allowed.
        """
        username, former = checked_username(given, self._reserved), user.username
        if username == former:
            return
        for _ in range(TRIES):
            if self._renamed(user, username):
                return
            # Perhaps the user has changed the display name or the address meanwhile.
            fresh = self._users.get(user.user_id)
            if fresh is None or fresh.username != former:
                break
            user = fresh
        raise Conflict(TAKEN)

    def _renamed(self, user: User, username: str) -> bool:
        """Rename a user. Return False if something changed meanwhile."""
        now = self._now()
        own = self._names.get(user.username)
        renames = self._allowed(own, now)
        over = self._joining.claimable(username)
        mine = Name(
            name=username,
            version=self._new_id(),
            state="confirmed",
            since=now,
            pool_name=own.pool_name if own else user.username,
            user_id=user.user_id,
            address=own.address if own else None,
            renames=[*renames, epoch_seconds(now)],
        )
        if not self._names.put_all(
            self._names.put_step(mine, over),
            self._names.put_step(self._held(user.username, now), own),
            self._users.rename_step(user, username),
        ):
            return False
        self._joining.discard(over)
        return True

    def _allowed(self, own: Name | None, now: datetime) -> list[int]:
        renames = recent_renames(own, now)
        if len(renames) >= RENAMES:
            again = renames[-RENAMES] + int(RENAMES_WITHIN.total_seconds())
            raise TooManyRequests(
                f"A username can be changed {RENAMES} times in {RENAMES_WITHIN.days} days.",
                retry_after=again - epoch_seconds(now),
            )
        return renames

    def _held(self, username: str, now: datetime) -> Name:
        until = epoch_seconds(now + self._held_for)
        return Name(
            name=username, version=self._new_id(), state="held", since=now, expires_at=until
        )

    def move_address(self, user_id: str, address: str) -> bool:
        """Give a user a proven address, and free the former one. Return False if somebody else has
        the new one, or the user is gone. May be repeated.

        Raises:
            Contended: the user's names change all the time.
        """
        for _ in range(TRIES):
            user, standing = self._users.get(user_id), self._names.get(address)
            if user is None or (standing is not None and standing.user_id != user_id):
                return False
            own = self._names.get(user.username)
            if own is not None and own.user_id != user_id:
                continue  # the user has changed or left the name since the read
            if standing is not None and own is not None and own.address == address:
                return True
            if self._names.put_all(*self._moving(user, address, own, standing)):
                return True
        raise Contended("the user's names change all the time")

    def _moving(
        self, user: User, address: str, own: Name | None, standing: Name | None
    ) -> list[Step]:
        """Return the steps that move a user to an address. They are one transaction: a row of the
        former address that stayed would keep it from everybody. They hold only while the row of the
        username is the one that was read, so an erasure or a change of name meanwhile fails them.
        """
        now = self._now()
        plain = own or Name(
            name=user.username, version="", state="confirmed", since=now,
            pool_name=user.username, user_id=user.user_id,
        )  # fmt: skip
        named = replace(plain, version=self._new_id(), address=address)
        owned = Name(
            name=address, version=self._new_id(), state="confirmed", since=now,
            user_id=user.user_id,
        )  # fmt: skip
        return [
            self._names.put_step(owned, standing),
            self._names.put_step(named, own),
            *self._freeing(plain),
        ]

    def _freeing(self, row: Name) -> list[Step]:
        """Return the step that frees the address of a username, if its user still has it."""
        owned = self._names.get(row.address) if row.address else None
        is_theirs = owned is not None and owned.user_id == row.user_id
        return [self._names.drop_step(owned)] if owned is not None and is_theirs else []

    def release(self, user_id: str, username: str) -> None:
        """Hold the name of a deleted account, and free its address. May be repeated.

        Raises:
            Contended: the row of the name changes all the time.
        """
        for _ in range(TRIES):
            row = self._names.get(username)
            if row is not None and row.user_id != user_id:
                return
            freeing = self._freeing(row) if row is not None else []
            held = self._held(username, self._now())
            if self._names.put_all(self._names.put_step(held, row), *freeing):
                return
        raise Contended("the row of the name changes all the time")
