"""The user pool, in memory."""

import base64
from collections.abc import Callable
from dataclasses import dataclass
from itertools import count

import msgspec

from functions.accounts.domain import PoolAccount, Tokens
from functions.accounts.names import username_of
from functions.accounts.ports import PoolRefused
from functions.accounts.sessions import Session, session_of
from functions.clock import epoch_seconds, ulid_time


@dataclass
class Account:
    """An account as the pool stores it."""

    user_id: str
    username: str
    email: str
    password: str
    confirmed: bool
    email_verified: bool = False
    code: str | None = None


@dataclass(frozen=True)
class Begun:
    """A session: whose it is, when it began, and its id."""

    username: str
    at: int
    session_id: str


class FakePool:
    """Accounts by name, and the session of each refresh token. `auto_confirm` confirms every
    sign-up."""

    def __init__(
        self,
        new_id: Callable[[], str],
        may_mail: Callable[[str, str], bool],
        *,
        auto_confirm: bool = True,
    ) -> None:
        self._may_mail = may_mail
        self.accounts: dict[str, Account] = {}
        self._sessions: dict[str, Begun] = {}
        self._new_id = new_id
        self._auto_confirm = auto_confirm
        self._codes = count(100_000)

    def sign_up(self, username: str, email: str, password: str) -> tuple[str, bool]:
        if not self._may_mail("sign_up", email):
            raise PoolRefused("too_many_mails")
        if username in self.accounts:
            raise PoolRefused("username_taken")
        made = Account(self._new_id(), username, email, password, self._auto_confirm)
        self.accounts[username] = made
        self._send_code(made)
        return made.user_id, made.confirmed

    def _send_code(self, account: Account) -> None:
        account.code = str(next(self._codes))

    def confirm(self, username: str, code: str) -> None:
        self._spend(username, code).confirmed = True

    def resend(self, username: str) -> None:
        account = self.accounts.get(username)
        waits = account is not None and not account.confirmed
        if waits and self._may_mail("resend", account.email):
            self._send_code(account)

    def forgot(self, username: str) -> None:
        account = self.accounts.get(username)
        if account is not None and self._may_mail("forgot", account.email):
            self._send_code(account)

    def reset(self, username: str, code: str, password: str) -> None:
        self._spend(username, code).password = password

    def _spend(self, username: str, code: str) -> Account:
        account = self.accounts.get(username)
        if account is None or account.code is None or account.code != code:
            raise PoolRefused("wrong_code")
        account.code = None
        return account

    def login(self, username: str, password: str) -> Tokens:
        account = self.accounts.get(username)
        if account is None or account.password != password:
            raise PoolRefused("wrong_credentials")
        if not account.confirmed:
            raise PoolRefused("not_confirmed")
        session_id = self._new_id()
        refresh_token = f"refresh-{session_id}"
        at = epoch_seconds(ulid_time(session_id))
        self._sessions[refresh_token] = Begun(username, at, session_id)
        return self._tokens(refresh_token)

    def change_password(self, username: str, password: str, new_password: str) -> None:
        self.login(username, password)
        self.accounts[username].password = new_password

    def refresh(self, refresh_token: str) -> Tokens:
        if refresh_token not in self._sessions:
            raise PoolRefused("wrong_credentials")
        return self._tokens(refresh_token)

    def revoke(self, refresh_token: str) -> None:
        self._sessions.pop(refresh_token, None)

    def revoke_all(self, username: str) -> None:
        sessions = self._sessions.items()
        self._sessions = {token: one for token, one in sessions if one.username != username}

    def remove(self, username: str, user_id: str) -> None:
        if self.knows(username, user_id):
            del self.accounts[username]
            self.revoke_all(username)

    def knows(self, username: str, user_id: str) -> bool:
        return self.id_of(username) == user_id

    def email_of(self, username: str) -> tuple[str, bool]:
        account = self.accounts[username]
        return account.email, account.email_verified

    def set_email(self, username: str, email: str) -> None:
        account = self.accounts[username]
        account.email, account.email_verified = email, True

    def has_address(self, address: str, user_id: str) -> bool:
        others = (one for one in self.accounts.values() if one.user_id != user_id and one.confirmed)
        return any(one.email == address for one in others)

    def id_of(self, username: str) -> str | None:
        account = self.accounts.get(username)
        return account.user_id if account else None

    def named(self, username: str) -> Account:
        """Return the account that signed up with a username."""
        return next(one for one in self.accounts.values() if username_of(one.username) == username)

    def account(self, username: str) -> PoolAccount | None:
        one = self.accounts.get(username)
        return one and PoolAccount(one.user_id, one.confirmed, ulid_time(one.user_id))

    def name_of(self, user_id: str) -> str | None:
        named = (one.username for one in self.accounts.values() if one.user_id == user_id)
        return next(named, None)

    def _tokens(self, refresh_token: str) -> Tokens:
        session = self._sessions[refresh_token]
        claims = {
            "sub": self.accounts[session.username].user_id,
            "cognito:username": session.username,
            "token_use": "id",
            "auth_time": session.at,
            "origin_jti": session.session_id,
        }
        payload = base64.urlsafe_b64encode(msgspec.json.encode(claims)).decode().rstrip("=")
        return Tokens(f"head.{payload}.signature", refresh_token, 3600)

    def session(self, id_token: str) -> Session:
        payload = id_token.split(".")[1]
        return session_of(msgspec.json.decode(base64.urlsafe_b64decode(payload + "==")))
