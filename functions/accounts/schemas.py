"""What the accounts' routes take and answer."""

from datetime import datetime
from typing import Annotated, Literal

import msgspec
from msgspec import UNSET, Meta, UnsetType

from functions.accounts.domain import (
    MAX_BIO,
    MAX_DISPLAY_NAME,
    MAX_EMAIL,
    MAX_PASSWORD,
    MAX_USERNAME,
    MIN_PASSWORD,
    MIN_USERNAME,
)

# Patterns are read by JSON Schema too, which has no \Z; the lookahead keeps `$` from passing a last
# line end, as Python's does.
Username = Annotated[
    str, Meta(pattern=r"^[a-z0-9_.]+(?!\n)$", min_length=MIN_USERNAME, max_length=MAX_USERNAME)
]
Password = Annotated[str, Meta(min_length=MIN_PASSWORD, max_length=MAX_PASSWORD)]
GivenPassword = Annotated[str, Meta(min_length=1, max_length=256)]
Code = Annotated[str, Meta(min_length=1, max_length=64)]
Token = Annotated[str, Meta(min_length=1, max_length=8192)]
MediaId = Annotated[str, Meta(min_length=1, max_length=128)]
_PART = r"[^@\s\x00-\x1f\x7f]+"
Email = Annotated[str, Meta(pattern=rf"^{_PART}@{_PART}\.{_PART}(?!\n)$", max_length=MAX_EMAIL)]


class SignUp(msgspec.Struct, frozen=True):
    """A new account."""

    username: Username
    email: Email
    password: Password


class SignedUp(msgspec.Struct, frozen=True):
    """`confirmed` is false while a code sent by e-mail is awaited."""

    user_id: str
    username: str
    confirmed: bool


class Confirmation(msgspec.Struct, frozen=True):
    """The code that was sent by e-mail."""

    username: Username
    code: Code


class NamedUser(msgspec.Struct, frozen=True):
    """Whose account it is about."""

    username: Username


class PasswordReset(msgspec.Struct, frozen=True):
    """A new password, with the code that was sent by e-mail."""

    username: Username
    code: Code
    password: Password


class Credentials(msgspec.Struct, frozen=True):
    """Who logs in. Any text is taken: what is wrong is told by a 401 alone."""

    username: Annotated[str, Meta(min_length=1, max_length=128)]
    password: GivenPassword


class Refresh(msgspec.Struct, frozen=True):
    """A refresh token from a login."""

    refresh_token: Token


class LoggedIn(msgspec.Struct, frozen=True):
    """Tokens; `id_token` goes into the Authorization header. `expires_in` is in seconds."""

    id_token: str
    access_token: str
    refresh_token: str
    expires_in: int
    user_id: str


class ProfileChanges(msgspec.Struct, frozen=True):
    """What is left out stays."""

    display_name: Annotated[str, Meta(min_length=1, max_length=MAX_DISPLAY_NAME)] | UnsetType = (
        UNSET
    )
    bio: Annotated[str, Meta(max_length=MAX_BIO)] | UnsetType = UNSET
    is_private: bool | UnsetType = UNSET
    avatar_media_id: MediaId | None | UnsetType = UNSET


class Leaving(msgspec.Struct, frozen=True):
    """The caller's password, asked again: a token alone deletes no account."""

    password: GivenPassword


class ByUsername(msgspec.Struct, frozen=True):
    """Whom to look for."""

    username: Annotated[str, Meta(min_length=1, max_length=128)]


class Relationship(msgspec.Struct, frozen=True):
    """How the viewer stands to a user."""

    following: Literal["no", "requested", "yes"]
    followed_by: bool
    blocked: bool


class UserView(msgspec.Struct, frozen=True):
    """A user as a viewer sees one."""

    user_id: str
    username: str
    display_name: str
    bio: str
    avatar_url: str | None
    is_private: bool
    follower_count: int
    following_count: int
    post_count: int
    created_at: datetime
    relationship: Relationship


class AuthorView(msgspec.Struct, frozen=True):
    """A user beside something of theirs."""

    user_id: str
    username: str
    display_name: str
    avatar_url: str | None
