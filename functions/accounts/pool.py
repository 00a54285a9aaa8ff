"""The Cognito user pool, its errors told in the product's own words."""

import base64
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from string import ascii_letters, digits
from typing import Any

import msgspec
from botocore.exceptions import ClientError

from functions.accounts.domain import Tokens
from functions.aws import client
from functions.errors import Conflict, Invalid, Problem, TooManyRequests, Unauthorized

RETRY_AFTER_SECONDS = 30


class NotConfirmed(Unauthorized):
    """The password may be right, but the account waits for its code."""


class _Claims(msgspec.Struct, frozen=True):
    sub: str
    username: str = msgspec.field(name="cognito:username")


class CognitoPool:
    """The pool of a stage, reached as one app client without a secret.

    `auto_confirm` confirms each sign-up at once, for stages that wait for no code. Cognito mails
    one nonetheless, and counts it against what it mails a day.
    """

    def __init__(self, pool_id: str, client_id: str, *, auto_confirm: bool) -> None:
        self._pool_id = pool_id
        self._client_id = client_id
        self._auto_confirm = auto_confirm

    def sign_up(self, username: str, email: str, password: str) -> tuple[str, bool]:
        with _told():
            answer = self._cognito.sign_up(
                ClientId=self._client_id,
                Username=username,
                Password=password,
                UserAttributes=[{"Name": "email", "Value": email}],
            )
            confirmed = bool(answer["UserConfirmed"])
            if self._auto_confirm and not confirmed:
                self._cognito.admin_confirm_sign_up(UserPoolId=self._pool_id, Username=username)
                confirmed = True
        return str(answer["UserSub"]), confirmed

    def confirm(self, username: str, code: str) -> None:
        with _told():
            self._cognito.confirm_sign_up(
                ClientId=self._client_id, Username=username, ConfirmationCode=code
            )

    def resend(self, username: str) -> None:
        with _told(), _silent_about_names():
            self._cognito.resend_confirmation_code(ClientId=self._client_id, Username=username)

    def forgot(self, username: str) -> None:
        with _told(), _silent_about_names():
            self._cognito.forgot_password(ClientId=self._client_id, Username=username)

    def reset(self, username: str, code: str, password: str) -> None:
        with _told():
            self._cognito.confirm_forgot_password(
                ClientId=self._client_id,
                Username=username,
                ConfirmationCode=code,
                Password=password,
            )

    def login(self, username: str, password: str) -> Tokens:
        given = {"USERNAME": username, "PASSWORD": password}
        try:
            return self._auth("USER_PASSWORD_AUTH", given, refresh_token="")
        except NotConfirmed:
            if not self._auto_confirm:
                raise
        # A sign-up that died between its two calls; the stage confirms everybody at once.
        with _told():
            self._cognito.admin_confirm_sign_up(UserPoolId=self._pool_id, Username=username)
        return self._auth("USER_PASSWORD_AUTH", given, refresh_token="")

    def refresh(self, refresh_token: str) -> Tokens:
        given = {"REFRESH_TOKEN": refresh_token}
        return self._auth("REFRESH_TOKEN_AUTH", given, refresh_token)

    def _auth(self, flow: str, given: dict[str, str], refresh_token: str) -> Tokens:
        with _told():
            answer = self._cognito.initiate_auth(
                AuthFlow=flow, ClientId=self._client_id, AuthParameters=given
            )
        result = answer.get("AuthenticationResult")
        if result is None:  # a challenge, such as a password that must be changed first
            raise Unauthorized("This account cannot log in with its password alone.")
        return Tokens(
            result["IdToken"],
            result["AccessToken"],
            result.get("RefreshToken", refresh_token),
            result["ExpiresIn"],
        )

    def revoke(self, refresh_token: str) -> None:
        with _told():
            self._cognito.revoke_token(Token=refresh_token, ClientId=self._client_id)

    def remove(self, username: str, user_id: str) -> None:
        # The name may have been taken anew: only the account that is meant goes.
        if self.knows(username, user_id):
            with _silent_about_names():
                self._cognito.admin_delete_user(UserPoolId=self._pool_id, Username=username)

    def knows(self, username: str, user_id: str) -> bool:
        try:
            found = self._cognito.admin_get_user(UserPoolId=self._pool_id, Username=username)
        except ClientError as error:
            if error.response["Error"]["Code"] != "UserNotFoundException":
                raise
            return False
        return {"Name": "sub", "Value": user_id} in found["UserAttributes"]

    def name_of(self, user_id: str) -> str | None:
        # The id goes into a filter's quotes; the pool's own have none.
        if not set(user_id) <= _ID_LETTERS:
            return None
        found = self._cognito.list_users(
            UserPoolId=self._pool_id, Filter=f'sub = "{user_id}"', Limit=1
        )
        return next((str(user["Username"]) for user in found["Users"]), None)

    def subject(self, id_token: str) -> tuple[str, str]:
        # Its signature needs no check: it came from the pool itself a moment ago, over TLS.
        payload = id_token.split(".")[1]
        padded = payload + "=" * (-len(payload) % 4)
        claims = msgspec.json.decode(base64.urlsafe_b64decode(padded), type=_Claims)
        return claims.sub, claims.username

    @property
    def _cognito(self) -> Any:
        return client("cognito-idp")


_ID_LETTERS = frozenset(ascii_letters + digits + "-")
_WRONG_CODE = "is wrong, or has expired"
_WRONG = "The username, password or token is wrong."
_REFUSALS: dict[str, Callable[[], Problem]] = {
    "UsernameExistsException": lambda: Conflict("This username is taken."),
    "InvalidPasswordException": lambda: Invalid.field("password", "does not meet the policy"),
    # The two are told alike: a code is only ever sent to whom there is.
    "CodeMismatchException": lambda: Invalid.field("code", _WRONG_CODE),
    "ExpiredCodeException": lambda: Invalid.field("code", _WRONG_CODE),
    "NotAuthorizedException": lambda: Unauthorized(_WRONG),
    "UserNotFoundException": lambda: Unauthorized(_WRONG),
    "UserNotConfirmedException": lambda: NotConfirmed("This account is not confirmed yet."),
    "PasswordResetRequiredException": lambda: Unauthorized("This password must be reset."),
    "UnauthorizedException": lambda: Unauthorized(_WRONG),
    "CodeDeliveryFailureException": lambda: Invalid.field("email", "cannot be reached"),
    "InvalidParameterException": lambda: Invalid("The user pool does not take this."),
    "UnsupportedTokenTypeException": lambda: Invalid.field("refresh_token", "is none"),
}
_BUSY = {"TooManyRequestsException", "LimitExceededException", "TooManyFailedAttemptsException"}
_UNKNOWN_NAME = {"UserNotFoundException", "InvalidParameterException"}


@contextmanager
def _told() -> Iterator[None]:
    """Raise what Cognito refuses as a problem; what is no refusal passes as it is."""
    try:
        yield
    except ClientError as error:
        code = error.response["Error"]["Code"]
        if code in _BUSY:
            raise TooManyRequests(
                "Too many attempts; try again later.", retry_after=RETRY_AFTER_SECONDS
            ) from error
        if code not in _REFUSALS:
            raise
        raise _REFUSALS[code]() from error


@contextmanager
def _silent_about_names() -> Iterator[None]:
    """Whether an account exists, or is confirmed already, is not told to who asks for a code."""
    try:
        yield
    except ClientError as error:
        if error.response["Error"]["Code"] not in _UNKNOWN_NAME:
            raise
