"""What moto's user pool leaves out, for the local stage: codes that must be right, and revoking.

moto takes any code for a confirmation or a new password, knows neither RevokeToken nor
ResendConfirmationCode, and fails on the refresh token of a user who was deleted. Nobody is sent an
e-mail here, so codes are printed where the server runs.
"""

import hmac
import secrets
from typing import Any

from moto.cognitoidp.exceptions import (
    CodeMismatchException,
    ExpiredCodeException,
    InvalidParameterException,
)
from moto.cognitoidp.models import UserStatus
from moto.cognitoidp.responses import CognitoIdpResponse
from moto.core.responses import ActionResult, EmptyResult

_moto_sign_up = CognitoIdpResponse.sign_up
_moto_admin_delete_user = CognitoIdpResponse.admin_delete_user


def complete_user_pool(*, sign_up_sends_code: bool) -> None:
    """Add what is left out to moto's user pool, for this process. Where the stage confirms a
    sign-up at once, a code would only be in the way of who reads along."""
    for operation in (
        *([sign_up] if sign_up_sends_code else []),
        confirm_sign_up,
        resend_confirmation_code,
        forgot_password,
        confirm_forgot_password,
        revoke_token,
        admin_delete_user,
    ):
        setattr(CognitoIdpResponse, operation.__name__, operation)


def sign_up(request: Any) -> Any:
    """SignUp, which sends a code."""
    answer = _moto_sign_up(request)
    _send_code(_user(request))
    return answer


def confirm_sign_up(request: Any) -> Any:
    """ConfirmSignUp, with the code that was sent."""
    user = _user(request)
    _spend_code(user, request)
    user.status = UserStatus.CONFIRMED
    return EmptyResult()


def resend_confirmation_code(request: Any) -> Any:
    """ResendConfirmationCode, to whom has not confirmed yet."""
    user = _user(request)
    if user is not None and user.status is not UserStatus.UNCONFIRMED:
        raise InvalidParameterException("User is already confirmed.")
    return _sent(user)


def forgot_password(request: Any) -> Any:
    """ForgotPassword; an unknown name gets the same answer, and no code."""
    return _sent(_user(request))


def confirm_forgot_password(request: Any) -> Any:
    """ConfirmForgotPassword, with the code that was sent and a password that the policy admits."""
    user, password = _user(request), request._get_param("Password")
    request.backend._validate_password(_pool(request).id, password)
    _spend_code(user, request)
    user.password = password
    return EmptyResult()


def revoke_token(request: Any) -> Any:
    """RevokeToken; a token that is none is no error, as RFC 7009 has it."""
    tokens = _pool(request).refresh_tokens
    if request._get_param("Token") in tokens:
        tokens[request._get_param("Token")] = None
    return EmptyResult()


def admin_delete_user(request: Any) -> Any:
    """AdminDeleteUser; the user's refresh tokens go too, as in Cognito."""
    pool = request.backend.describe_user_pool(request._get_param("UserPoolId"))
    username = request._get_param("Username")
    answer = _moto_admin_delete_user(request)
    for token, held in pool.refresh_tokens.items():
        if held is not None and username in held:
            pool.refresh_tokens[token] = None
    return answer


def _sent(user: Any) -> Any:
    if user is not None:
        _send_code(user)
    details = {"Destination": "***", "DeliveryMedium": "EMAIL", "AttributeName": "email"}
    return ActionResult({"CodeDeliveryDetails": details})


def _send_code(user: Any) -> None:
    user.confirmation_code = f"{secrets.randbelow(10**6):06}"
    print(f"mail to {user.username}: your code is {user.confirmation_code}", flush=True)


def _spend_code(user: Any, request: Any) -> None:
    """Check a code, which is good once."""
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
