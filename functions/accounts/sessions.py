"""The rules of sessions: which tokens are still good. Pure.

A session begins with a login and lasts as long as its refresh token. All tokens of a session have
the same `auth_time`, the second of the login, and the same `origin_jti`, its id.

A new password or a logout everywhere ends all sessions by one value on the user's row: sessions
that began before `sessions_valid_from` have ended. Every request reads the row, so this holds at
once in every process. `auth_time` has whole seconds and comes from the pool's clock, so the value
lies a little in the future. A login before that moment, but after the change, is named in
`sessions_kept`.

Each end of sessions makes the value greater, also if two ends fall into one second or a clock steps
back. So a condition on it fails each write that was decided before another end.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from functions.accounts.domain import User
from functions.accounts.names import SEPARATOR, username_of
from functions.accounts.usernames import GIVEN, folded
from functions.clock import epoch_seconds, ulid_time
from functions.errors import Unauthorized
from functions.http.fields import ID_PATTERN, MAX_ID

CLOCKS_DIFFER = timedelta(seconds=2)
"""More than the clocks of the pool and of a function ever differ. Both follow AWS's time."""
CHANGE_SETTLES = timedelta(seconds=60)
"""Longer than a request can run. A password change that has not recorded its end by then died."""
NOT_OURS = "The token is not one of this service."
ENDED = "This session has ended; log in again."


class _Claims(msgspec.Struct, frozen=True):
    sub: Annotated[str, Meta(pattern=rf"\A{ID_PATTERN}\Z", max_length=MAX_ID)]
    pool_name: Annotated[str, Meta(pattern=rf"\A{GIVEN}({SEPARATOR}[0-9a-z]+)?\Z")] = msgspec.field(
        name="cognito:username"
    )
    auth_time: Annotated[int, Meta(ge=0)]
    token_use: Literal["id"]
    origin_jti: str = ""


class Session(msgspec.Struct, frozen=True):
    """A session, as an id token names it. The username is the one of the sign-up. `began_at` is in
    seconds since 1970."""

    user_id: str
    username: str
    began_at: int
    session_id: str


def session_of(claims: Mapping[str, Any]) -> Session:
    """Return the session of an id token. API Gateway gives the values of claims as text.

    Raises:
        Unauthorized: a claim is missing, or is not one that this service's own logins have.
    """
    try:
        found = msgspec.convert(claims, _Claims, strict=False)
    except msgspec.ValidationError as error:
        raise Unauthorized(NOT_OURS) from error
    username = username_of(found.pool_name)
    if folded(username) != username:
        raise Unauthorized(NOT_OURS)
    return Session(found.sub, username, found.auth_time, found.origin_jti)


def valid_from(user: User, now: datetime) -> int:
    """Return the second from which on a user's sessions are good.

    A password change that died may have happened, so it counts as done, from the last moment at
    which it can have been.
    """
    died = [
        epoch_seconds(begun + CHANGE_SETTLES)
        for begun in map(ulid_time, user.password_changes or ())
        if now - begun >= CHANGE_SETTLES
    ]
    return max([user.sessions_valid_from, *died])


def covered(user: User, since: int) -> frozenset[str]:
    """Return the password changes that need no note if sessions are good only from this second on:
    they count as done no later."""
    return frozenset(
        change_id
        for change_id in user.password_changes or ()
        if epoch_seconds(ulid_time(change_id) + CHANGE_SETTLES) <= since
    )


def is_live(session: Session, user: User, now: datetime) -> bool:
    """Return whether a session of this user has not ended."""
    since = valid_from(user, now)
    is_kept = since == user.sessions_valid_from and session.session_id in (user.sessions_kept or ())
    return session.began_at >= since or is_kept


def ended_by(now: datetime) -> int:
    """Return the second before which all sessions begun by now have begun."""
    return epoch_seconds(now + CLOCKS_DIFFER) + 1


def next_end(user: User, now: datetime) -> int:
    """Return the value of `sessions_valid_from` that ends all sessions of a user begun by now."""
    return max(ended_by(now), user.sessions_valid_from + 1)
