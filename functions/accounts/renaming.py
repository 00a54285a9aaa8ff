"""Use cases of names that change owners: another username, and the name of a deleted account."""

from collections.abc import Container
from datetime import datetime, timedelta

from msgspec.structs import replace

from functions.accounts.domain import User
from functions.accounts.joining import Joining
from functions.accounts.names import RENAMES, RENAMES_WITHIN, Name, recent_renames
from functions.accounts.ports import NameStore, UserStore
from functions.accounts.usernames import checked_username
from functions.clock import Clock, NewId, epoch_seconds
from functions.errors import Conflict, TooManyRequests

TAKEN = "This username is taken."


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
        username = checked_username(given, self._reserved)
        if username == user.username:
            return
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
            raise Conflict(TAKEN)
        self._joining.discard(over)

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

    def move_address(self, user: User, address: str) -> bool:
        """Give a user a proven address, and free the former one. Return False if somebody else has
        the new one. May be repeated."""
        standing = self._names.get(address)
        if standing is not None:
            return standing.user_id == user.user_id
        own, now = self._names.get(user.username), self._now()
        plain = own or Name(
            name=user.username, version="", state="confirmed", since=now,
            pool_name=user.username, user_id=user.user_id,
        )  # fmt: skip
        named = replace(plain, version=self._new_id(), address=address)
        owned = Name(
            name=address, version=self._new_id(), state="confirmed", since=now,
            user_id=user.user_id,
        )  # fmt: skip
        if not self._names.put_all(
            self._names.put_step(owned, None), self._names.put_step(named, own)
        ):
            return False
        self._free_address(plain)
        return True

    def _free_address(self, row: Name) -> None:
        owned = self._names.get(row.address) if row.address else None
        if owned is not None and owned.user_id == row.user_id:
            self._names.drop(owned)

    def release(self, user_id: str, username: str) -> None:
        """Hold the name of a deleted account, and free its address. May be repeated."""
        row = self._names.get(username)
        if row is not None and row.user_id != user_id:
            return
        if row is not None:
            self._free_address(row)
        self._names.put(self._held(username, self._now()), row)
