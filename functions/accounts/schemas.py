"""Bodies, queries and answers of the accounts' routes."""

from datetime import datetime
from typing import Annotated, Literal

import msgspec
from msgspec import UNSET, Meta, UnsetType

from functions.accounts import usernames
from functions.accounts.domain import (
    MAX_BIO,
    MAX_DISPLAY_NAME,
    MAX_EMAIL,
    MAX_PASSWORD,
    MIN_PASSWORD,
    MIN_USERNAME,
)
from functions.http.fields import Id, Url, line, lines, spelled

NewUsername = Annotated[
    str,
    spelled(usernames.NEW, MIN_USERNAME, usernames.MAX_GIVEN, usernames.RULE),
    Meta(extra_json_schema={"not": {"pattern": usernames.NEVER}}),
]
Username = Annotated[
    str, spelled(usernames.GIVEN, MIN_USERNAME, usernames.MAX_GIVEN, usernames.RULE)
]
"""The username of an account that exists, perhaps from before the present rule."""
AnyUsername = Annotated[str, Meta(min_length=1, max_length=usernames.MAX_GIVEN)]
Password = Annotated[
    str,
    spelled(
        r"[^\x00-\x1f\x7f-\x9f]*",
        MIN_PASSWORD,
        MAX_PASSWORD,
        f"{MIN_PASSWORD} to {MAX_PASSWORD} characters, without control characters",
    ),
]
GivenPassword = Annotated[str, Meta(min_length=1, max_length=256)]
Code = Annotated[str, spelled(r"[!-~]+", 1, 64, "the code, exactly as it was sent")]
Token = Annotated[
    str, spelled(r"[A-Za-z0-9_=.-]+", 1, 8192, "a refresh token, exactly as a login gave it")
]
_NOT_IN_EMAILS = r'@\s\x00-\x1f\x7f<>()\[\]\\,;:"'
"""Comments, quotes and routes are the other ways to spell a mailbox: they would count as another
one in the limit of mails."""
_PART = f"[^{_NOT_IN_EMAILS}]+"
_LAST_PART = f"[^.{_NOT_IN_EMAILS}]+"
Email = Annotated[
    str,
    spelled(
        rf"{_PART}@{_PART}\.{_LAST_PART}",
        1,
        MAX_EMAIL,
        f"an e-mail address of up to {MAX_EMAIL} characters",
    ),
    Meta(extra_json_schema={"format": "email"}),
]


class Named(msgspec.Struct, frozen=True):
    """Folds the username that a request gives. Every body and query with a username inherits it, so
    that limits and Idempotency-Keys, too, see one spelling of a name."""

    username: str

    def __post_init__(self) -> None:
        msgspec.structs.force_setattr(self, "username", usernames.folded(self.username))


class SignUp(Named, frozen=True, forbid_unknown_fields=True):
    """A new account."""

    username: NewUsername
    email: Email
    password: Password


class SignedUp(msgspec.Struct, frozen=True):
    """A new account. `confirmed` is false until the code sent by e-mail is confirmed."""

    user_id: str
    username: str
    confirmed: bool


class Confirmation(Named, frozen=True, forbid_unknown_fields=True):
    """A confirmation code that was sent by e-mail."""

    username: Username
    code: Code


class NamedUser(Named, frozen=True, forbid_unknown_fields=True):
    """The username of an account."""

    username: Username


class NewName(Named, frozen=True, forbid_unknown_fields=True):
    """A new username for the caller."""

    username: NewUsername


class PasswordReset(Named, frozen=True, forbid_unknown_fields=True):
    """A new password and the code that was sent by e-mail."""

    username: Username
    code: Code
    password: Password


class PasswordChange(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The present password and a new one."""

    password: GivenPassword
    new_password: Password


class NewEmail(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A new e-mail address and the caller's password."""

    email: Email
    password: GivenPassword


class EmailCode(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The code that was sent to the new e-mail address."""

    code: Code


class Credentials(Named, frozen=True, forbid_unknown_fields=True):
    """A username and a password. Any text is accepted: a wrong one is answered with 401 alone."""

    username: AnyUsername
    password: GivenPassword


class Refresh(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A refresh token from a login."""

    refresh_token: Token


class Logout(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The refresh token to end; with `everywhere`, all sessions of the caller end instead."""

    refresh_token: Token | UnsetType = UNSET
    everywhere: bool = False


class LoggedIn(msgspec.Struct, frozen=True):
    """Tokens. Send the `id_token` in the Authorization header. `expires_in` is in seconds."""

    id_token: str
    refresh_token: str
    expires_in: int
    user_id: str


class ProfileChanges(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Changes of a profile. Fields that are left out stay as they are."""

    display_name: Annotated[str, line(1, MAX_DISPLAY_NAME)] | UnsetType = UNSET
    bio: Annotated[str, lines(0, MAX_BIO)] | UnsetType = UNSET
    is_private: bool | UnsetType = UNSET
    avatar_media_id: Id | None | UnsetType = UNSET


class Leaving(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The caller's password. A token alone cannot delete an account."""

    password: GivenPassword


class ByUsername(Named, frozen=True):
    """The username to look up."""

    username: AnyUsername


class Relationship(msgspec.Struct, frozen=True):
    """The follows and blocks between the viewer and a user."""

    following: Literal["no", "requested", "yes"]
    followed_by: bool
    blocked: bool


class UserView(msgspec.Struct, frozen=True):
    """A user as the viewer sees them. The avatar is a square of up to 150 pixels, the large one of
    up to 320.
    """

    user_id: str
    username: str
    display_name: str
    bio: str
    avatar_url: Url | None
    avatar_large_url: Url | None
    is_private: bool
    follower_count: int
    following_count: int
    post_count: int
    created_at: datetime
    relationship: Relationship


class OwnUserView(UserView, frozen=True):
    """The caller's own profile, with what only they see."""

    email: str
    email_verified: bool


class AuthorView(msgspec.Struct, frozen=True):
    """The author of a post, comment or story."""

    user_id: str
    username: str
    display_name: str
    avatar_url: Url | None
