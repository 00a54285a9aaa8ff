"""Answers of the social routes."""

import msgspec

from functions.social.domain import Following


class FollowAnswer(msgspec.Struct, frozen=True):
    """Whether the caller follows the user now."""

    following: Following
