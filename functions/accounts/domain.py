"""A user, as the product knows one; passwords and e-mail addresses stay in the user pool."""

from datetime import date, datetime, timedelta
from typing import Any, Literal

import msgspec

MIN_USERNAME, MAX_USERNAME = 3, 30
MIN_PASSWORD, MAX_PASSWORD = 8, 98
"""The pool's policy asks for 8; 98 is the most that every stand-in for Cognito takes."""
MAX_EMAIL = 254  # RFC 5321, 4.5.3.1.3
MAX_DISPLAY_NAME = 64
MAX_BIO = 500
KNOWN_FOR = timedelta(seconds=30)
"""How long a warm process takes it that an account is still there. A token outlives its account;
this is the longest that it does so by, and what it costs is one read of a user in that time."""
FIRST_STEP = "begin"
"""The step of an erasure that has yet to begin."""

Band = Literal["pushed", "promoting", "pulled", "demoting"]
"""How an author's posts reach the followers: written into their timelines, or pulled by those who
look; and the two ways between, on which both happen."""


class User(msgspec.Struct, frozen=True, kw_only=True):
    """A person with a profile.

    `last_active` is the day, in UTC, of the last request. `band_epoch` is a ULID drawn when the
    band last began to change; `pulled_from` one drawn when the author last became pulled: posts
    published before it were pushed, those from it on are not.
    """

    user_id: str
    username: str
    display_name: str
    bio: str = ""
    avatar_media_id: str | None = None
    is_private: bool = False
    follower_count: int = 0
    following_count: int = 0
    post_count: int = 0
    created_at: datetime
    last_active: date
    band: Band = "pushed"
    band_epoch: str | None = None
    pulled_from: str | None = None

    @property
    def marks(self) -> str | None:
        """The epoch that a follow made now must be marked with; None where it must not be."""
        return self.band_epoch if self.band in ("promoting", "pulled") else None


class Erasure(msgspec.Struct, frozen=True, kw_only=True):
    """An account that is being deleted, and how far that has come.

    It is kept on the tombstone of the user's row. `step` is the name of the step to be done next,
    None once all are; `position` is where that step goes on, in its own terms; `rounds` counts how
    often all steps were done. The name goes with the last step.
    """

    user_id: str
    username: str
    begun_at: datetime
    step: str | None
    position: dict[str, Any] = {}
    rounds: int = 0


class Tokens(msgspec.Struct, frozen=True):
    """What a login gives. `expires_in` is in seconds and holds for the id and access token."""

    id_token: str
    access_token: str
    refresh_token: str
    expires_in: int
