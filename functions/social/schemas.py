"""What the social routes answer."""

import msgspec

from functions.social.domain import Following


class FollowAnswer(msgspec.Struct, frozen=True):
    """How the caller now stands to the user."""

    following: Following
