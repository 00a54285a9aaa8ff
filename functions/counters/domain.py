"""Counts of one target."""

import msgspec


class Counts(msgspec.Struct, frozen=True):
    """How often a post was liked and commented, a story viewed. A target without a row has never
    been."""

    likes: int = 0
    comments: int = 0
    views: int = 0
