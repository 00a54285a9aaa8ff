"""Users, tokens and the state of an erasure. Passwords and e-mail addresses stay in the user
pool, except a new address that waits for its code."""

from datetime import date, datetime
from typing import Any, Literal

import msgspec

MIN_USERNAME, MAX_USERNAME = 3, 30
MIN_PASSWORD, MAX_PASSWORD = 8, 128
"""The pool's own policy asks for 8, too."""
MAX_EMAIL = 254  # RFC 5321, 4.5.3.1.3
MAX_DISPLAY_NAME = 64
MAX_BIO = 500
FIRST_STEP = "begin"
"""The first step of an erasure."""

Band = Literal["pushed", "promoting", "pulled", "demoting"]
"""How an author's posts reach followers: `pushed` into their timelines, or `pulled` when they read.
Both happen during the two changes, `promoting` and `demoting`."""


class EmailChange(msgspec.Struct, frozen=True, kw_only=True):
    """A new e-mail address that waits for its code. If it is never confirmed, it goes with the
    user's next active day after `expires_at`."""

    email: str
    code_digest: str
    expires_at: datetime
    tries_left: int

    def is_for_same_code(self, other: "EmailChange") -> bool:
        """Return whether both wait for the same code. They may have different tries left."""
        return (self.code_digest, self.expires_at) == (other.code_digest, other.expires_at)


class User(msgspec.Struct, frozen=True, kw_only=True):
    """A person with a profile.

    `last_active` is the UTC day of the last request. `band_epoch` is a ULID drawn when the band
    last began to change. `pulled_from` is a ULID drawn when the author last became pulled: posts
    published before it were pushed, later ones were not. `avatar_media_id` is the picture that the
    avatar was made from; without an `avatar_id`, of an earlier release, it is the avatar itself.

    `functions/accounts/sessions.py` explains the three fields about sessions.
    `sessions_valid_from` is in seconds since 1970. `sessions_kept` are ids of sessions that are
    good although they began earlier. `password_changes` are ULIDs of changes whose end is not
    recorded yet.

    `email_digest` is of the address that was confirmed last, if that was after the sign-up.
    """

    user_id: str
    username: str
    display_name: str
    bio: str = ""
    avatar_media_id: str | None = None
    avatar_id: str | None = None
    is_private: bool = False
    follower_count: int = 0
    following_count: int = 0
    post_count: int = 0
    created_at: datetime
    last_active: date
    band: Band = "pushed"
    band_epoch: str | None = None
    pulled_from: str | None = None
    sessions_valid_from: int = 0
    sessions_kept: frozenset[str] | None = None
    password_changes: frozenset[str] | None = None
    email_change: EmailChange | None = None
    email_digest: str | None = None

    @property
    def picture_as_avatar(self) -> str | None:
        """Return the picture that is the avatar itself, as in earlier releases; None for an avatar
        with renditions of its own."""
        return self.avatar_media_id if self.avatar_id is None else None

    @property
    def pull_mark(self) -> str | None:
        """Return the epoch that a follow made now must be marked with; None if it must not be
        marked."""
        return self.band_epoch if self.band in ("promoting", "pulled") else None


def mailbox_of(address: str) -> str:
    """Return one spelling for all addresses of a mailbox. Many providers ignore capitals, and dots
    and a `+tag` before the @."""
    local, _, host = address.strip().casefold().rpartition("@")
    return f"{local.partition('+')[0].replace('.', '')}@{host}"


class Erasure(msgspec.Struct, frozen=True, kw_only=True):
    """The progress of an account's deletion, kept on the tombstone of the user's row.

    `step` names the next step; None when all are done. `position` says where that step continues,
    in its own terms. `rounds` counts how often all steps ran. The last step removes the username.
    """

    user_id: str
    username: str
    begun_at: datetime
    step: str | None
    position: dict[str, Any] = {}
    rounds: int = 0


class PoolAccount(msgspec.Struct, frozen=True):
    """An account as the user pool has it."""

    user_id: str
    is_confirmed: bool
    made_at: datetime


class Tokens(msgspec.Struct, frozen=True):
    """The tokens of a login. The id token expires in `expires_in` seconds."""

    id_token: str
    refresh_token: str
    expires_in: int
