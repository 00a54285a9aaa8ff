"""The user pool, in memory."""

import base64
from collections.abc import Callable
from dataclasses import dataclass
from itertools import count

import msgspec

from functions.accounts.domain import Tokens
from functions.errors import Conflict, Invalid, Unauthorized

WRONG = "The username, password or token is wrong."


@dataclass
class Account:
    """What the pool knows of somebody."""

    user_id: str
    username: str
    email: str
    password: str
    confirmed: bool
    code: str | None = None


class FakePool:
    """Accounts by name, and whose each refresh token is. `auto_confirm` confirms every sign-up."""

    def __init__(self, new_id: Callable[[], str], *, auto_confirm: bool = True) -> None:
        self.accounts: dict[str, Account] = {}
        self._refresh_tokens: dict[str, str] = {}
        self._new_id = new_id
        self._auto_confirm = auto_confirm
        self._codes = count(100_000)

    def sign_up(self, username: str, email: str, password: str) -> tuple[str, bool]:
        if username in self.accounts:
            raise Conflict("This username is taken.")
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
        if account is not None and not account.confirmed:
            self._send_code(account)

    def forgot(self, username: str) -> None:
        account = self.accounts.get(username)
        if account is not None:
            self._send_code(account)

    def reset(self, username: str, code: str, password: str) -> None:
        self._spend(username, code).password = password

    def _spend(self, username: str, code: str) -> Account:
        account = self.accounts.get(username)
        if account is None or account.code is None:
            raise Invalid.field("code", "is wrong, or has expired")
        if account.code != code:
            raise Invalid.field("code", "is wrong, or has expired")
        account.code = None
        return account

    def login(self, username: str, password: str) -> Tokens:
        account = self.accounts.get(username)
        if account is None or account.password != password:
            raise Unauthorized(WRONG)
        if not account.confirmed:
            raise Unauthorized("This account is not confirmed yet.")
        refresh_token = f"refresh-{self._new_id()}"
        self._refresh_tokens[refresh_token] = username
        return self._tokens(account, refresh_token)

    def refresh(self, refresh_token: str) -> Tokens:
        if refresh_token not in self._refresh_tokens:
            raise Unauthorized(WRONG)
        return self._tokens(self.accounts[self._refresh_tokens[refresh_token]], refresh_token)

    def revoke(self, refresh_token: str) -> None:
        self._refresh_tokens.pop(refresh_token, None)

    def remove(self, username: str, user_id: str) -> None:
        if self.knows(username, user_id):
            del self.accounts[username]
            tokens = self._refresh_tokens.items()
            self._refresh_tokens = {token: name for token, name in tokens if name != username}

    def knows(self, username: str, user_id: str) -> bool:
        account = self.accounts.get(username)
        return account is not None and account.user_id == user_id

    def name_of(self, user_id: str) -> str | None:
        named = (one.username for one in self.accounts.values() if one.user_id == user_id)
        return next(named, None)

    def _tokens(self, account: Account, refresh_token: str) -> Tokens:
        claims = {"sub": account.user_id, "cognito:username": account.username}
        payload = base64.urlsafe_b64encode(msgspec.json.encode(claims)).decode().rstrip("=")
        return Tokens(f"head.{payload}.signature", "access", refresh_token, 3600)

    def subject(self, id_token: str) -> tuple[str, str]:
        payload = id_token.split(".")[1]
        claims = msgspec.json.decode(base64.urlsafe_b64decode(payload + "=="))
        return claims["sub"], claims["cognito:username"]
