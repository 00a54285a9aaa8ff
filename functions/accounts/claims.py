"""Claims on usernames: how one ends, as an account or as nothing."""

from msgspec.structs import replace

from functions.accounts.names import Name
from functions.accounts.ports import NameStore, PoolRefused, UserPool
from functions.clock import Clock, NewId


class Claims:
    """Claims on usernames. `pool` is the user pool under its own names."""

    def __init__(self, names: NameStore, pool: UserPool, now: Clock, new_id: NewId) -> None:
        self._names = names
        self._pool = pool
        self._now = now
        self._new_id = new_id

    def settle(self, row: Name, user_id: str) -> None:
        """Mark a claim as confirmed, and give the user the address. The account is removed if
        somebody else has the name or the address by now.

        Raises:
            PoolRefused: somebody has.
        """
        done = replace(
            row, version=self._new_id(), state="confirmed", user_id=user_id, verifier=None,
            expires_at=None,
        )  # fmt: skip
        steps = [self._names.put_step(done, row)]
        if row.address is not None:
            if self._pool.has_address(row.address, user_id):
                self._give_up(row)
            owned = Name(
                name=row.address, version=self._new_id(), state="confirmed", since=self._now(),
                user_id=user_id,
            )  # fmt: skip
            steps.append(self._names.put_step(owned, None))
        if not self._names.put_all(*steps):
            self._unsettled(row, user_id)

    def _unsettled(self, row: Name, user_id: str) -> None:
        """Settle once more if another write to the same claim was faster."""
        fresh = self._names.get(row.name)
        if fresh is None or fresh.pool_name != row.pool_name:
            self.discard(row)
            raise PoolRefused("username_taken")
        if fresh.state == "confirmed":
            return
        if fresh.version != row.version:
            self.settle(fresh, user_id)
            return
        self._give_up(row)

    def _give_up(self, row: Name) -> None:
        """Give up a claim whose address has an account already."""
        self.discard(row)
        self._names.drop(row)
        raise PoolRefused("address_taken")

    def discard(self, row: Name) -> None:
        """Remove the account in the pool of a claim, if there is one."""
        account = self._pool.account(row.pool_name) if row.pool_name else None
        if account is not None:
            self._pool.remove(row.pool_name, account.user_id)
