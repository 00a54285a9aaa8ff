"""A user, as the product knows one; passwords and e-mail addresses stay in the user pool."""

from datetime import datetime

import msgspec

MIN_USERNAME, MAX_USERNAME = 3, 30
MIN_PASSWORD, MAX_PASSWORD = 8, 98
"""The pool's policy asks for 8; 98 is the most that every stand-in for Cognito takes."""
MAX_EMAIL = 254  # RFC 5321, 4.5.3.1.3
MAX_DISPLAY_NAME = 64
MAX_BIO = 500


class User(msgspec.Struct, frozen=True, kw_only=True):
    """A person with a profile."""

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


class Tokens(msgspec.Struct, frozen=True):
    """What a login gives. `expires_in` is in seconds and holds for the id and access token."""

    id_token: str
    access_token: str
    refresh_token: str
    expires_in: int
