"""Use cases of sign-up and its confirmation. A username is claimed first, then an account is made
in the pool, then the claim is marked with what came of it."""

from collections.abc import Container
from datetime import datetime

from msgspec.structs import replace

from functions.accounts.claims import Claims
from functions.accounts.domain import PoolAccount
from functions.accounts.names import (
    CLAIM_KEPT,
    SIGN_UP_RUNS,
    UNCONFIRMED_HELD,
    Name,
    folded_address,
    in_pool,
    is_free,
    pool_name,
    username_of,
)
from functions.accounts.password_rule import checked_password
from functions.accounts.ports import NameStore, PoolRefused, UserPool, UserStore
from functions.accounts.refusals import refusals_as_problems
from functions.accounts.usernames import checked_username
from functions.accounts.verifiers import verifier_of, verifies
from functions.clock import Clock, NewId, epoch_seconds


class Joining:
    """Sign-up and confirmation. `pool` is the user pool under its own names.

    If `confirms_at_once`, which is the stage's `SIGN_UP_AUTO_CONFIRM`, nobody proves an address, so
    addresses have no owners.
    """

    def __init__(
        self,
        names: NameStore,
        claims: Claims,
        users: UserStore,
        pool: UserPool,
        reserved: Container[str],
        now: Clock,
        new_id: NewId,
        *,
        confirms_at_once: bool,
    ) -> None:
        self._names = names
        self._claims = claims
        self._users = users
        self._pool = pool
        self._reserved = reserved
        self._now = now
        self._new_id = new_id
        self._confirms_at_once = confirms_at_once

    def sign_up(
        self, username: str, email: str, password: str, sign_up_id: str | None = None
    ) -> tuple[str, bool]:
        """Create an account. Return its id and whether it is confirmed.

        `sign_up_id` is the same when a request is repeated under its Idempotency-Key. The
        repetition then finishes what the first try began, wherever that died.

        Does not check whether the address has an account. The code goes to the owner of the
        address, who learns it with the confirmation. So neither the answer nor its time tells
        anybody else.

        Raises:
            Invalid: the username breaks the rule or is reserved, or the password is easy to guess.
            Conflict: the username is taken.
        """
        username = checked_username(username, self._reserved)
        password = checked_password(password, username, email)
        with refusals_as_problems():
            over = self._names.get(username)
            in_pool_as = pool_name(username, sign_up_id or self._new_id())
            if over is not None and over.pool_name == in_pool_as:
                return self._join_again(over, email, password)
            since = self._since(over, username, email, password)
            mine = self._claim(username, email, password, since, in_pool_as)
            if not self._names.put(mine, over):
                raise PoolRefused("username_taken")
            self.discard(over)
            return self._join(mine, email, password)

    def _claim(
        self, username: str, email: str, password: str, since: datetime, in_pool_as: str
    ) -> Name:
        return Name(
            name=username,
            version=self._new_id(),
            state="claimed",
            since=since,
            pool_name=in_pool_as,
            address=None if self._confirms_at_once else folded_address(email),
            verifier=None if self._confirms_at_once else verifier_of(password),
            expires_at=epoch_seconds(since + CLAIM_KEPT),
        )

    def _since(self, over: Name | None, username: str, email: str, password: str) -> datetime:
        """Return the moment from which a new claim on a username counts.

        A person who repeats a sign-up to correct the address gains no time by it. Otherwise a name
        could be claimed for ever without a code.

        Raises:
            PoolRefused: somebody has the name.
        """
        if over is not None and self._is_corrected(over, email, password):
            return over.since
        self._check_free(username, over)
        return self._now()

    def claimable(self, username: str) -> Name | None:
        """Return the row that a new row of this username replaces; None if there is none.

        Raises:
            Conflict: somebody has the username.
        """
        over = self._names.get(username)
        with refusals_as_problems():
            self._check_free(username, over)
        return over

    def discard(self, over: Name | None) -> None:
        """Remove the account that waits in the pool for the code of a replaced claim."""
        if over is not None:
            with refusals_as_problems():
                self._claims.discard(over)

    def forget(self, name_in_pool: str) -> None:
        """Delete the account of a claim that has ended. May be repeated, and come late: an account
        stays if a repeated sign-up has claimed it again, or if it is a user's by now.

        A confirmed account gets its name back if nobody has it. The request that confirmed it died
        before it could write that down.
        """
        account = self._pool.account(name_in_pool)
        if account is None or self._users.get(account.user_id) is not None:
            return
        row = self._names.get(username_of(name_in_pool))
        if row is None and account.is_confirmed and self._restored(name_in_pool, account.user_id):
            return
        if row is None or row.pool_name != name_in_pool:
            self._pool.remove(name_in_pool, account.user_id)

    def _restored(self, name_in_pool: str, user_id: str) -> bool:
        """Return whether an account has its name again. Somebody else may be faster."""
        row = Name(
            name=username_of(name_in_pool), version=self._new_id(), state="confirmed",
            since=self._now(), pool_name=name_in_pool, user_id=user_id,
        )  # fmt: skip
        return self._names.put(row, None)

    def _check_free(self, username: str, over: Name | None) -> None:
        if over is None:
            free = not self._is_taken_without_row(username)
        else:
            free = is_free(over, self._now()) and not self._is_confirmed_after_all(over)
        if not free:
            raise PoolRefused("username_taken")

    def _is_corrected(self, over: Name, email: str, password: str) -> bool:
        """Return whether a sign-up repeats the one of this claim, and may replace it."""
        if over.state != "claimed":
            return False
        if over.user_id is None:
            if self._now() - over.since < SIGN_UP_RUNS:
                return False  # it may still be running
            if self._pool.account(over.pool_name) is None:
                return True  # it died before it had an account, so the claim is nobody's
        elif over.address == folded_address(email):
            return False  # nothing is corrected: the code is on its way
        return over.verifier is not None and verifies(over.verifier, password)

    def _is_taken_without_row(self, username: str) -> bool:
        """Return whether an account from before there were rows has a username. If that was never
        confirmed in time, remove it."""
        if self._users.find(username) is not None:
            return True
        account = self._pool.account(username)
        if account is None:
            return False
        user = self._users.get(account.user_id)
        if user is not None:
            return user.username == username  # it may be called otherwise by now
        if account.is_confirmed or self._now() - account.made_at < UNCONFIRMED_HELD:
            return True
        self._pool.remove(username, account.user_id)
        return False

    def _is_confirmed_after_all(self, over: Name) -> bool:
        """Return whether the account of an old claim is confirmed. A request that confirmed it may
        have died before it could write that down."""
        if over.state != "claimed":
            return False
        account = self._pool.account(over.pool_name)
        if account is None or not account.is_confirmed:
            return False
        self._claims.settle(over, account.user_id)
        return True

    def _join(self, mine: Name, email: str, password: str) -> tuple[str, bool]:
        """Make the account of a claim in the pool, and mark the claim."""
        try:
            user_id, confirmed = self._pool.sign_up(mine.pool_name, email, password)
        except PoolRefused as refused:
            is_there = refused.reason == "username_taken"
            account = self._pool.account(mine.pool_name) if is_there else None
            if account is not None:
                # No other sign-up uses this name in the pool. An earlier call made the account, of
                # this request or of one with the same key, and its answer was lost.
                return self._adopted(mine, account)
            self._claims.discard(mine)
            self._names.drop(mine)
            raise
        return self._noted(mine, user_id, confirmed=confirmed)

    def _adopted(self, mine: Name, account: PoolAccount) -> tuple[str, bool]:
        """Mark a claim with the account that an earlier call made for it. A stage that confirms at
        once lets the first login confirm the account."""
        confirmed = account.is_confirmed or self._confirms_at_once
        return self._noted(mine, account.user_id, confirmed=confirmed)

    def _noted(self, mine: Name, user_id: str, *, confirmed: bool) -> tuple[str, bool]:
        """Mark a claim with the account that was made for it. The account is removed if somebody
        else has the claim by now."""
        if confirmed:
            self._claims.settle(mine, user_id)
            return user_id, True
        if self._names.put(replace(mine, version=self._new_id(), user_id=user_id), mine):
            return user_id, False
        fresh = self._names.get(mine.name)
        if fresh is not None and fresh.pool_name == mine.pool_name:
            # A repetition of this request was faster, or the owner has confirmed the account.
            return user_id, fresh.state == "confirmed"
        self._pool.remove(mine.pool_name, user_id)
        raise PoolRefused("username_taken")

    def _join_again(self, mine: Name, email: str, password: str) -> tuple[str, bool]:
        """Finish a sign-up whose earlier try has made this claim."""
        account = self._pool.account(mine.pool_name)
        if account is None and mine.state == "claimed":
            return self._join(mine, email, password)
        if account is None or mine.state == "held":
            raise PoolRefused("username_taken")  # the account has been deleted since
        if mine.state == "claimed":
            return self._adopted(mine, account)
        return account.user_id, True

    def confirm(self, username: str, code: str) -> None:
        """Confirm an account with the code that was sent.

        Raises:
            Invalid: the code is wrong.
            Conflict: the address has an account. Only its owner can have the code.
        """
        row = self._names.get(username)
        with refusals_as_problems():
            self._pool.confirm(in_pool(username, row), code)
            if row is not None and row.state == "claimed":
                account = self._pool.account(row.pool_name)
                if account is not None:
                    self._claims.settle(row, account.user_id)

    def enter(self, username: str, user_id: str) -> None:
        """Mark the claim of a user who has just logged in. The request that confirmed the account
        may have died before it could.

        Raises:
            Conflict: the address has an account.
        """
        row = self._names.get(username)
        if row is not None and row.state == "claimed":
            with refusals_as_problems():
                self._claims.settle(row, user_id)
