"""Completes moto's user pool for the local stage: codes are checked, and tokens can be revoked.

moto accepts any code for a confirmation or a new password, lacks RevokeToken,
GetTokensFromRefreshToken and ResendConfirmationCode, seldom asks for the app client's secret, fails
on the refresh token of a deleted user, and gives a renewed token a new `auth_time`. No e-mail is
sent, so the server prints the codes.
"""

import hmac
import secrets
import time
from collections.abc import Callable
from functools import wraps
from typing import Any

from moto.cognitoidp.exceptions import (
    CodeMismatchException,
    ExpiredCodeException,
    InvalidParameterException,
    NotAuthorizedError,
)
from moto.cognitoidp.models import CognitoIdpUserPool, UserStatus
from moto.cognitoidp.responses import CognitoIdpResponse
from moto.core.responses import ActionResult, EmptyResult

from functions.accounts.names import username_of
from functions.aws.app_client import secret_hash

_moto_sign_up = CognitoIdpResponse.sign_up
_moto_initiate_auth = CognitoIdpResponse.initiate_auth
_moto_admin_delete_user = CognitoIdpResponse.admin_delete_user
_moto_create_jwt = CognitoIdpUserPool.create_jwt
_began: dict[str, int] = {}
"""When each session began, by its `origin_jti`."""


def complete_user_pool(*, sign_up_sends_code: bool) -> None:
    """Replace operations of moto's user pools in this process.

    If the stage confirms sign-ups itself, `sign_up_sends_code` is False and no code is printed.
    """
    for operation in (
        sign_up if sign_up_sends_code else _moto_sign_up,
        confirm_sign_up,
        resend_confirmation_code,
        forgot_password,
        confirm_forgot_password,
        _moto_initiate_auth,
        revoke_token,
        get_tokens_from_refresh_token,
    ):
        setattr(CognitoIdpResponse, operation.__name__, _with_secret(operation))
    setattr(CognitoIdpResponse, admin_delete_user.__name__, admin_delete_user)
    setattr(CognitoIdpUserPool, create_jwt.__name__, create_jwt)


def sign_up(request: Any) -> Any:
    """Answer SignUp and send a code."""
    answer = _moto_sign_up(request)
    _send_code(_user(request))
    return answer


def confirm_sign_up(request: Any) -> Any:
    """Answer ConfirmSignUp if the code is the one that was sent."""
    user = _user(request)
    _spend_code(user, request)
    user.status = UserStatus.CONFIRMED
    return EmptyResult()


def resend_confirmation_code(request: Any) -> Any:
    """Answer ResendConfirmationCode for a user who has not confirmed yet."""
    user = _user(request)
    if user is not None and user.status is not UserStatus.UNCONFIRMED:
        raise InvalidParameterException("User is already confirmed.")
    return _sent(user)


def forgot_password(request: Any) -> Any:
    """Answer ForgotPassword. An unknown name gets the same answer but no code."""
    return _sent(_user(request))


def confirm_forgot_password(request: Any) -> Any:
    """Answer ConfirmForgotPassword if the code is right and the policy allows the password."""
    user, password = _user(request), request._get_param("Password")
    request.backend._validate_password(_pool(request).id, password)
    _spend_code(user, request)
    user.password = password
    return EmptyResult()


def revoke_token(request: Any) -> Any:
    """Answer RevokeToken. An unknown token is not an error (RFC 7009)."""
    tokens = _pool(request).refresh_tokens
    if request._get_param("Token") in tokens:
        tokens[request._get_param("Token")] = None
    return EmptyResult()


def get_tokens_from_refresh_token(request: Any) -> Any:
    """Answer GetTokensFromRefreshToken, without rotation."""
    token, pool = request._get_param("RefreshToken"), _pool(request)
    if pool.refresh_tokens.get(token) is None:
        raise NotAuthorizedError("Invalid Refresh Token")
    access_token, id_token, expires_in = pool.create_tokens_from_refresh_token(token)
    made = {"AccessToken": access_token, "IdToken": id_token, "ExpiresIn": expires_in}
    return ActionResult({"AuthenticationResult": {**made, "TokenType": "Bearer"}})


def _with_secret(operation: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """Let an operation of the app client be called only with the client's secret."""

    @wraps(operation)
    def checked(request: Any) -> Any:
        client_id = request._get_param("ClientId")
        secret = _pool(request).clients[client_id].secret
        given = request._get_param("AuthParameters") or {}
        username = given.get("USERNAME") or request._get_param("Username")
        if username is None:
            expected, proof = secret, request._get_param("ClientSecret")
        else:
            expected = secret_hash(secret, client_id, username)
            proof = given.get("SECRET_HASH") or request._get_param("SecretHash")
        if not hmac.compare_digest(expected.encode(), str(proof).encode()):
            raise NotAuthorizedError(f"Unable to verify secret hash for client {client_id}")
        return operation(request)

    return checked


def admin_delete_user(request: Any) -> Any:
    """Answer AdminDeleteUser and revoke the user's refresh tokens, as Cognito does."""
    pool = request.backend.describe_user_pool(request._get_param("UserPoolId"))
    username = request._get_param("Username")
    answer = _moto_admin_delete_user(request)
    for token, held in pool.refresh_tokens.items():
        if held is not None and username in held:
            pool.refresh_tokens[token] = None
    return answer


def create_jwt(
    pool: Any, client_id: str, username: str, token_use: str, extra_data: dict[str, Any]
) -> Any:
    """Make a token. All tokens of a session have the `auth_time` of its login."""
    began_at = _began.setdefault(extra_data["origin_jti"], int(time.time()))
    claims = {**extra_data, "auth_time": began_at}
    return _moto_create_jwt(pool, client_id, username, token_use, extra_data=claims)


def _sent(user: Any) -> Any:
    if user is not None:
        _send_code(user)
    details = {"Destination": "***", "DeliveryMedium": "EMAIL", "AttributeName": "email"}
    return ActionResult({"CodeDeliveryDetails": details})


def _send_code(user: Any) -> None:
    user.confirmation_code = f"{secrets.randbelow(10**6):06}"
    to = username_of(user.username)
    print(f"mail to {to}: your code is {user.confirmation_code}", flush=True)


def _spend_code(user: Any, request: Any) -> None:
    """Check a code and invalidate it."""
    code = request._get_param("ConfirmationCode")
    if user is None or not user.confirmation_code:
        raise ExpiredCodeException("Invalid code provided, please request a code again.")
    if not hmac.compare_digest(user.confirmation_code.encode(), code.encode()):
        raise CodeMismatchException("Invalid verification code provided, please try again.")
    user.confirmation_code = None


def _pool(request: Any) -> Any:
    client_id = request._get_param("ClientId")
    return next(pool for pool in request.backend.user_pools.values() if client_id in pool.clients)


def _user(request: Any) -> Any:
    return _pool(request)._get_user(request._get_param("Username"))
