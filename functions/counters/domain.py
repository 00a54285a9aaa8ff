"""Counts of one target."""

import msgspec


class Counts(msgspec.Struct, frozen=True):
    """How often a post was liked and commented. A target without a row has never been."""

    likes: int = 0
    comments: int = 0
