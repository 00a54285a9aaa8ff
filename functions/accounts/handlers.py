"""Accounts and profiles over HTTP."""

from collections.abc import Callable
from typing import Any

from chalice.app import Request as ChaliceRequest
from chalice.app import Response

from functions.accounts.bootstrap import accounts
from functions.accounts.domain import Tokens, User
from functions.accounts.schemas import (
    ByUsername,
    Confirmation,
    Credentials,
    Leaving,
    LoggedIn,
    NamedUser,
    PasswordReset,
    ProfileChanges,
    Refresh,
    SignedUp,
    SignUp,
    UserView,
)
from functions.affinity.bootstrap import affinity
from functions.http import Request, Routes
from functions.inputs import claims_of
from functions.media.bootstrap import media
from functions.social.bootstrap import social

routes = Routes(__name__, "Accounts")


def introduce(request: ChaliceRequest, get_response: Callable[..., Response]) -> Response:
    """Middleware: the first authenticated request of a user makes their profile."""
    claims = claims_of(request)
    if claims:
        accounts().introduce(claims["sub"], claims["cognito:username"])
    return get_response(request)


@routes.route(
    "POST",
    "/signup",
    body=SignUp,
    answer=SignedUp,
    status=201,
    is_open=True,
    creates=True,
    limit="sign_up",
)
def sign_up(request: Request[SignUp]) -> SignedUp:
    """Make an account."""
    new = request.body
    user_id, confirmed = accounts().sign_up(new.username, new.email, new.password)
    return SignedUp(user_id, new.username, confirmed)


@routes.route("POST", "/signup/confirm", body=Confirmation, status=204, is_open=True, limit="login")
def confirm_sign_up(request: Request[Confirmation]) -> None:
    """Confirm an account with the code that was sent by e-mail."""
    accounts().pool.confirm(request.body.username, request.body.code)


@routes.route("POST", "/signup/resend", body=NamedUser, status=204, is_open=True, limit="login")
def resend_code(request: Request[NamedUser]) -> None:
    """Send the confirmation code again."""
    accounts().pool.resend(request.body.username)


@routes.route("POST", "/password/forgot", body=NamedUser, status=204, is_open=True, limit="login")
def forgot_password(request: Request[NamedUser]) -> None:
    """Send a code for a new password; the answer is the same whether or not the name exists."""
    accounts().pool.forgot(request.body.username)


@routes.route(
    "POST", "/password/reset", body=PasswordReset, status=204, is_open=True, limit="login"
)
def reset_password(request: Request[PasswordReset]) -> None:
    """Set a new password with the code that was sent."""
    accounts().pool.reset(request.body.username, request.body.code, request.body.password)


@routes.route(
    "POST",
    "/login",
    body=Credentials,
    answer=LoggedIn,
    is_open=True,
    is_secret=True,
    limit="login",
)
def login(request: Request[Credentials]) -> LoggedIn:
    """Log in. The id token authorizes requests; the refresh token renews it."""
    return _logged_in(*accounts().login(request.body.username, request.body.password))


@routes.route("POST", "/token", body=Refresh, answer=LoggedIn, is_open=True, is_secret=True)
def refresh_token(request: Request[Refresh]) -> LoggedIn:
    """Renew the id and access tokens."""
    return _logged_in(*accounts().refresh(request.body.refresh_token))


def _logged_in(tokens: Tokens, user_id: str) -> LoggedIn:
    return LoggedIn(
        tokens.id_token, tokens.access_token, tokens.refresh_token, tokens.expires_in, user_id
    )


@routes.route("POST", "/logout", body=Refresh, status=204)
def logout(request: Request[Refresh]) -> None:
    """End a refresh token."""
    accounts().pool.revoke(request.body.refresh_token)


@routes.route("GET", "/me", answer=UserView)
def me(request: Request[None]) -> UserView:
    """The caller's own profile."""
    return _shown(request, accounts().get(request.viewer_id))


@routes.route("PATCH", "/me", body=ProfileChanges, answer=UserView)
def change_profile(request: Request[ProfileChanges]) -> UserView:
    """Change the caller's profile; what is left out stays."""
    changes = request.body
    if isinstance(changes.avatar_media_id, str):
        media().own_picture(request.viewer_id, changes.avatar_media_id)
    return _shown(request, accounts().change(request.viewer_id, changes))


@routes.route("DELETE", "/me", body=Leaving, status=202, limit="login")
def delete_account(request: Request[Leaving]) -> None:
    """Delete the caller's account, and within minutes everything of theirs."""
    accounts().leave(request.viewer_id, request.body.password)


@routes.route("GET", "/users/{user_id}", answer=UserView)
def user(request: Request[None], user_id: str) -> UserView:
    """A user's profile."""
    view = _shown(request, accounts().get(user_id))
    affinity().visit(request.viewer_id, user_id)
    return view


@routes.route("GET", "/users", answer=UserView, query=ByUsername)
def user_by_name(request: Request[None]) -> UserView:
    """The profile of the user of a name."""
    return _shown(request, accounts().named(request.query.username))


def _shown(request: Request[Any], found: User) -> UserView:
    return social().profile(request.viewer_id, found)
