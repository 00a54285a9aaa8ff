"""Accounts and profiles over HTTP."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from chalice.app import Request as ChaliceRequest
from chalice.app import Response
from msgspec import UNSET, structs

from functions.accounts.domain import Tokens, User
from functions.accounts.schemas import (
    ByUsername,
    Confirmation,
    Credentials,
    EmailCode,
    Leaving,
    LoggedIn,
    Logout,
    NamedUser,
    NewEmail,
    NewName,
    OwnUserView,
    PasswordChange,
    PasswordReset,
    ProfileChanges,
    Refresh,
    SignedUp,
    SignUp,
    UserView,
)
from functions.accounts.sessions import session_of
from functions.errors import (
    Conflict,
    Invalid,
    NotConfirmed,
    NotFound,
    TooManyRequests,
    Unauthorized,
)
from functions.http.inputs import claims_of
from functions.http.routes import Request, Routes
from functions.stage import stage

routes = Routes(__name__, "Accounts")


def admit(request: ChaliceRequest, get_response: Callable[..., Response]) -> Response:
    """Let a request in if its session has not ended. Create the user's profile with the first one.
    A middleware.

    An account may be deleted while one of its own requests runs. That request finds the caller
    missing, which would be a 404. Nobody's row comes back, so looking once more afterwards tells
    this 404 from every other.
    """
    claims = claims_of(request)
    if not claims:
        return get_response(request)
    session = session_of(claims)
    stage().accounts.admit(session)
    response = get_response(request)
    if response.status_code == HTTPStatus.NOT_FOUND:
        stage().accounts.check_exists(session.user_id)
    return response


def _signed_up(request: Request[SignUp]) -> SignedUp:
    # A sign-up that is repeated with its id makes no second account.
    return sign_up(request)


@routes.route(
    "POST",
    "/signup",
    body=SignUp,
    answer=SignedUp,
    status=201,
    is_open=True,
    creates=True,
    again=_signed_up,
    limit="sign_up",
    name="sign_up",
    location="/users/{user_id}",
)
def sign_up(request: Request[SignUp]) -> SignedUp:
    """Create an account."""
    new = request.body
    user_id, confirmed = stage().accounts.sign_up(
        new.username, new.email, new.password, request.new_id
    )
    return SignedUp(user_id, new.username, confirmed)


@routes.route(
    "POST",
    "/signup/confirm",
    body=Confirmation,
    status=204,
    is_open=True,
    limit="login",
    name="confirm_sign_up",
    refuses=(Conflict,),
)
def confirm_sign_up(request: Request[Confirmation]) -> None:
    """Confirm an account with the code that was sent by e-mail."""
    stage().accounts.confirm(request.body.username, request.body.code)


@routes.route(
    "POST",
    "/signup/resend",
    body=NamedUser,
    status=204,
    is_open=True,
    limit="login",
    name="resend_sign_up_code",
)
def resend_code(request: Request[NamedUser]) -> None:
    """Send the confirmation code again."""
    stage().accounts.resend_code(request.body.username)


@routes.route(
    "POST",
    "/password/forgot",
    body=NamedUser,
    status=204,
    is_open=True,
    limit="login",
    name="forgot_password",
)
def forgot_password(request: Request[NamedUser]) -> None:
    """Send a code for a new password. The answer is the same whether or not the name exists."""
    stage().passwords.forgot(request.body.username)


@routes.route(
    "POST",
    "/password/reset",
    body=PasswordReset,
    status=204,
    is_open=True,
    limit="login",
    name="reset_password",
)
def reset_password(request: Request[PasswordReset]) -> None:
    """Set a new password with the code that was sent. All sessions end."""
    given = request.body
    stage().passwords.reset(given.username, given.code, given.password)


@routes.route(
    "POST",
    "/login",
    body=Credentials,
    answer=LoggedIn,
    is_open=True,
    is_secret=True,
    limit="login",
    name="log_in",
    refuses=(Unauthorized, NotConfirmed, Conflict),
)
def login(request: Request[Credentials]) -> LoggedIn:
    """Log in. The id token authorizes requests; the refresh token renews it."""
    return _logged_in(*stage().accounts.login(request.body.username, request.body.password))


@routes.route(
    "POST",
    "/token",
    body=Refresh,
    answer=LoggedIn,
    is_open=True,
    is_secret=True,
    name="refresh_tokens",
    refuses=(Unauthorized,),
)
def refresh_token(request: Request[Refresh]) -> LoggedIn:
    """Renew the id token."""
    return _logged_in(*stage().accounts.refresh(request.body.refresh_token))


def _logged_in(tokens: Tokens, user_id: str) -> LoggedIn:
    return LoggedIn(tokens.id_token, tokens.refresh_token, tokens.expires_in, user_id)


@routes.route("POST", "/logout", body=Logout, status=204, name="log_out")
def logout(request: Request[Logout]) -> None:
    """End one refresh token, or all sessions of the caller."""
    given = request.body
    if given.everywhere:
        stage().passwords.log_out_everywhere(request.viewer_id)
    elif given.refresh_token is UNSET:
        raise Invalid.field("refresh_token", "is missing")
    else:
        stage().accounts.logout(given.refresh_token)


@routes.route(
    "POST",
    "/me/password",
    body=PasswordChange,
    answer=LoggedIn,
    is_secret=True,
    limit="login",
    name="change_password",
)
def change_password(request: Request[PasswordChange]) -> LoggedIn:
    """Replace the caller's password. All other sessions end."""
    given = request.body
    tokens = stage().passwords.change(request.viewer_id, given.password, given.new_password)
    return _logged_in(tokens, request.viewer_id)


@routes.route(
    "POST",
    "/me/email",
    body=NewEmail,
    status=202,
    limit="login",
    name="change_email",
    refuses=(Conflict,),
)
def change_email(request: Request[NewEmail]) -> None:
    """Send a code to a new e-mail address. The present one counts until the code is confirmed."""
    stage().emails.ask(request.viewer_id, request.body.email, request.body.password)


@routes.route(
    "POST",
    "/me/email/confirm",
    body=EmailCode,
    answer=OwnUserView,
    limit="login",
    name="confirm_email",
)
def confirm_email(request: Request[EmailCode]) -> OwnUserView:
    """Confirm a new e-mail address with the code that was sent to it."""
    user, email = stage().emails.confirm(request.viewer_id, request.body.code)
    return _own(request, user, email, verified=True)


@routes.route("GET", "/me", answer=OwnUserView, name="get_me")
def me(request: Request[None]) -> OwnUserView:
    """Show the caller's own profile."""
    found = stage().accounts.get(request.viewer_id)
    email, verified = stage().emails.own(found, request.claims)
    return _own(request, found, email, verified=verified)


@routes.route(
    "PATCH",
    "/me",
    body=ProfileChanges,
    answer=OwnUserView,
    name="update_me",
    refuses=(NotFound, Conflict),
)
def change_profile(request: Request[ProfileChanges]) -> OwnUserView:
    """Change the caller's profile. Fields that are left out stay as they are."""

    def make_avatar(media_id: str) -> str:
        stage().avatars.make(request.viewer_id, media_id, request.new_id)
        return request.new_id

    changed = stage().accounts.change(request.viewer_id, request.body, make_avatar)
    email, verified = stage().emails.own(changed, request.claims)
    return _own(request, changed, email, verified=verified)


@routes.route(
    "POST",
    "/me/username",
    body=NewName,
    answer=UserView,
    name="change_username",
    refuses=(Conflict, TooManyRequests),
)
def change_username(request: Request[NewName]) -> UserView:
    """Change the caller's username."""
    return _shown(request, stage().accounts.rename(request.viewer_id, request.body.username))


@routes.route("DELETE", "/me", body=Leaving, status=202, limit="login", name="delete_me")
def delete_account(request: Request[Leaving]) -> None:
    """Delete the caller's account. It is hidden at once.

    All of its content is gone within minutes, and on a large service within two days.
    """
    stage().accounts.delete(request.viewer_id, request.body.password)


@routes.route("GET", "/users/{user_id}", answer=UserView, name="get_user")
def user(request: Request[None], user_id: str) -> UserView:
    """Show a user's profile."""
    view = _shown(request, stage().accounts.get(user_id))
    stage().affinity.record_visit(request.viewer_id, user_id)
    return view


@routes.route(
    "GET", "/users", answer=UserView, query=ByUsername, name="find_user", refuses=(NotFound,)
)
def user_by_name(request: Request[None]) -> UserView:
    """Show the profile of the user with this name."""
    return _shown(request, stage().accounts.get_by_username(request.query.username))


def _shown(request: Request[Any], found: User) -> UserView:
    return stage().social.profile(request.viewer_id, found)


def _own(request: Request[Any], found: User, email: str, *, verified: bool) -> OwnUserView:
    shown = structs.asdict(_shown(request, found))
    return OwnUserView(**shown, email=email, email_verified=verified)
