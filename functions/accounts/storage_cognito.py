"""The Cognito user pool. Its errors become `PoolRefused`."""

import base64
import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from string import ascii_letters, digits
from typing import Any

import msgspec
from botocore.exceptions import ClientError

from functions.accounts.domain import PoolAccount, Tokens
from functions.accounts.ports import PoolRefused, Refusal
from functions.accounts.sessions import Session, session_of
from functions.aws.app_client import client_secret, secret_hash
from functions.aws.clients import client
from functions.observability import log

POOL_LONGEST = 98
"""The longest password that Cognito and all stand-ins for it take."""


def in_pool(password: str) -> str:
    """Return a password as the pool keeps it.

    Cognito takes no space at either end. The pool gets a digest of such a password, and of one that
    is too long for it. No older account has one of these.
    """
    if len(password) <= POOL_LONGEST and password == password.strip(" "):
        return password
    digest = hashlib.sha256(password.encode()).digest()
    return base64.urlsafe_b64encode(digest).decode()


class CognitoPool:
    """Call the pool of a stage as its one app client, with the client's secret.

    `auto_confirm` confirms each sign-up at once, for stages without confirmation codes. Cognito
    still mails a code, and counts it against its daily quota.

    `may_mail` is asked before each mail, with its kind and its address.
    """

    def __init__(
        self,
        pool_id: str,
        client_id: str,
        may_mail: Callable[[str, str], bool],
        *,
        auto_confirm: bool,
    ) -> None:
        self._pool_id = pool_id
        self._client_id = client_id
        self._may_mail = may_mail
        self._auto_confirm = auto_confirm

    def sign_up(self, username: str, email: str, password: str) -> tuple[str, bool]:
        if not self._may_mail("sign_up", email):
            raise PoolRefused("too_many_mails")
        with _refusals():
            answer = self._cognito.sign_up(
                **self._named(username),
                Password=in_pool(password),
                UserAttributes=[{"Name": "email", "Value": email}],
            )
            confirmed = bool(answer["UserConfirmed"])
            if self._auto_confirm and not confirmed:
                self._cognito.admin_confirm_sign_up(UserPoolId=self._pool_id, Username=username)
                confirmed = True
        return str(answer["UserSub"]), confirmed

    def confirm(self, username: str, code: str) -> None:
        with _refusals():
            self._cognito.confirm_sign_up(**self._named(username), ConfirmationCode=code)

    def resend(self, username: str) -> None:
        with _refusals(), _hiding_unknown_names():
            if self._may_mail_to("resend", username):
                self._cognito.resend_confirmation_code(**self._named(username))

    def forgot(self, username: str) -> None:
        with _refusals(), _hiding_unknown_names():
            if self._may_mail_to("forgot", username):
                self._cognito.forgot_password(**self._named(username))

    def _may_mail_to(self, kind: str, username: str) -> bool:
        """Count a mail to an account's address. There is none to an unknown name."""
        found = self._found(username)
        address = "" if found is None else _attributes(found).get("email", "")
        if not address or self._may_mail(kind, address):
            return True
        log.warning("mail withheld", kind=kind)
        return False

    def reset(self, username: str, code: str, password: str) -> None:
        with _refusals():
            self._cognito_once.confirm_forgot_password(
                **self._named(username),
                ConfirmationCode=code,
                Password=in_pool(password),
            )

    def change_password(self, username: str, password: str, new_password: str) -> None:
        result = self._password_auth(username, password)
        with _refusals():
            self._cognito_once.change_password(
                AccessToken=result["AccessToken"],
                PreviousPassword=in_pool(password),
                ProposedPassword=in_pool(new_password),
            )

    def login(self, username: str, password: str) -> Tokens:
        return _tokens(self._password_auth(username, password), refresh_token="")

    def _password_auth(self, username: str, password: str) -> dict[str, Any]:
        try:
            return self._try_password(username, password)
        except PoolRefused as refused:
            if refused.reason != "not_confirmed" or not self._auto_confirm:
                raise
        # A sign-up died between its two calls. This stage confirms every account at once.
        with _refusals():
            self._cognito.admin_confirm_sign_up(UserPoolId=self._pool_id, Username=username)
        return self._try_password(username, password)

    def refresh(self, refresh_token: str) -> Tokens:
        # Unlike the flow REFRESH_TOKEN_AUTH, this call needs no hash over the username, which a
        # refresh token does not tell.
        with _refusals():
            answer = self._cognito.get_tokens_from_refresh_token(
                RefreshToken=refresh_token, ClientId=self._client_id, ClientSecret=self._secret
            )
        return _tokens(answer["AuthenticationResult"], refresh_token)

    def _try_password(self, username: str, password: str) -> dict[str, Any]:
        with _refusals():
            named = self._named(username)
            given = {"USERNAME": username, "PASSWORD": in_pool(password)}
            answer = self._cognito.initiate_auth(
                AuthFlow="USER_PASSWORD_AUTH",
                ClientId=self._client_id,
                AuthParameters={**given, "SECRET_HASH": named["SecretHash"]},
            )
        result: dict[str, Any] | None = answer.get("AuthenticationResult")
        if result is None:  # a challenge, such as a password that must be changed first
            raise PoolRefused("challenged")
        return result

    def revoke(self, refresh_token: str) -> None:
        with _refusals():
            self._cognito.revoke_token(
                Token=refresh_token, ClientId=self._client_id, ClientSecret=self._secret
            )

    def revoke_all(self, username: str) -> None:
        with _refusals(), _hiding_unknown_names():
            self._cognito.admin_user_global_sign_out(UserPoolId=self._pool_id, Username=username)

    def remove(self, username: str, user_id: str) -> None:
        # Somebody else may have taken the name since. Delete only the account with this id.
        if self.knows(username, user_id):
            with _refusals(), _hiding_unknown_names():
                self._cognito.admin_delete_user(UserPoolId=self._pool_id, Username=username)

    def knows(self, username: str, user_id: str) -> bool:
        return self.id_of(username) == user_id

    def id_of(self, username: str) -> str | None:
        found = self._found(username)
        return None if found is None else _attributes(found)["sub"]

    def _found(self, username: str) -> dict[str, Any] | None:
        """Return an account as Cognito has it; None for an unknown name."""
        with _refusals():
            try:
                found: dict[str, Any] = self._cognito.admin_get_user(
                    UserPoolId=self._pool_id, Username=username
                )
            except ClientError as error:
                if error.response["Error"]["Code"] not in _UNKNOWN_NAME:
                    raise
                return None
        return found

    def account(self, username: str) -> PoolAccount | None:
        found = self._found(username)
        if found is None:
            return None
        is_confirmed = found["UserStatus"] != "UNCONFIRMED"
        return PoolAccount(_attributes(found)["sub"], is_confirmed, found["UserCreateDate"])

    def email_of(self, username: str) -> tuple[str, bool]:
        with _refusals():
            found = self._cognito.admin_get_user(UserPoolId=self._pool_id, Username=username)
        attributes = _attributes(found)
        return attributes.get("email", ""), attributes.get("email_verified") == "true"

    def set_email(self, username: str, email: str) -> None:
        verified = {"email": email, "email_verified": "true"}
        with _refusals():
            self._cognito.admin_update_user_attributes(
                UserPoolId=self._pool_id,
                Username=username,
                UserAttributes=[{"Name": name, "Value": value} for name, value in verified.items()],
            )

    def has_address(self, address: str, user_id: str) -> bool:
        quoted = address.replace("\\", "\\\\").replace('"', '\\"')
        with _refusals():
            found = self._cognito.list_users(UserPoolId=self._pool_id, Filter=f'email = "{quoted}"')
        return any(
            user["UserStatus"] != "UNCONFIRMED"
            and {"Name": "sub", "Value": user_id} not in user["Attributes"]
            for user in found["Users"]
        )

    def name_of(self, user_id: str) -> str | None:
        # The id goes between quotes into a filter. The pool's own ids have no quotes.
        if not set(user_id) <= _ID_LETTERS:
            return None
        with _refusals():
            found = self._cognito.list_users(
                UserPoolId=self._pool_id, Filter=f'sub = "{user_id}"', Limit=1
            )
        return next((str(user["Username"]) for user in found["Users"]), None)

    def session(self, id_token: str) -> Session:
        # The signature needs no check: the token has just come from the pool over TLS.
        payload = id_token.split(".")[1]
        padded = payload + "=" * (-len(payload) % 4)
        return session_of(msgspec.json.decode(base64.urlsafe_b64decode(padded)))

    def _named(self, username: str) -> dict[str, str]:
        """Return the parameters with which the app client calls the pool about a username."""
        proof = secret_hash(self._secret, self._client_id, username)
        return {"ClientId": self._client_id, "Username": username, "SecretHash": proof}

    @property
    def _secret(self) -> str:
        return client_secret(self._pool_id, self._client_id)

    @property
    def _cognito(self) -> Any:
        return client("cognito-idp")

    @property
    def _cognito_once(self) -> Any:
        """Return a client that never repeats a call. Its refusals are certain: no earlier try has
        done the thing that this one was refused."""
        return client("cognito-idp", attempts=1)


def _tokens(result: dict[str, Any], refresh_token: str) -> Tokens:
    """Return the tokens of an answer. A renewal does not repeat the refresh token."""
    return Tokens(result["IdToken"], result.get("RefreshToken", refresh_token), result["ExpiresIn"])


def _attributes(found: dict[str, Any]) -> dict[str, str]:
    """Return the attributes in an answer of AdminGetUser by name."""
    return {one["Name"]: one["Value"] for one in found["UserAttributes"]}


_ID_LETTERS = frozenset(ascii_letters + digits + "-")
_REFUSALS: dict[str, Refusal] = {
    "UsernameExistsException": "username_taken",
    "InvalidPasswordException": "weak_password",
    "CodeMismatchException": "wrong_code",
    "ExpiredCodeException": "wrong_code",
    "NotAuthorizedException": "wrong_credentials",
    "UserNotFoundException": "wrong_credentials",
    "UnauthorizedException": "wrong_credentials",
    "UserNotConfirmedException": "not_confirmed",
    "PasswordResetRequiredException": "password_reset_required",
    "CodeDeliveryFailureException": "unreachable_email",
    "InvalidParameterException": "invalid_parameter",
    "UnsupportedTokenTypeException": "wrong_token_type",
    "TooManyRequestsException": "busy",
    "LimitExceededException": "busy",
    "TooManyFailedAttemptsException": "busy",
    "ThrottlingException": "busy",
    "ForbiddenException": "busy",  # a WAF before the pool, such as the one with a rate
}
_UNKNOWN_NAME = {"UserNotFoundException", "InvalidParameterException"}


@contextmanager
def _refusals() -> Iterator[None]:
    """Raise an error that Cognito answers as PoolRefused. Unknown errors pass unchanged."""
    try:
        yield
    except ClientError as error:
        reason = _REFUSALS.get(error.response["Error"]["Code"])
        if reason is None:
            raise
        raise PoolRefused(reason) from error


@contextmanager
def _hiding_unknown_names() -> Iterator[None]:
    """Succeed also for an unknown name, so that a caller cannot find out which accounts exist."""
    try:
        yield
    except ClientError as error:
        if error.response["Error"]["Code"] not in _UNKNOWN_NAME:
            raise
