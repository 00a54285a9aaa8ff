"""Reactions, wired to AWS."""

from functools import cache

from functions.reactions.storage import LikeTable


@cache
def likes() -> LikeTable:
    """The likes of this stage."""
    return LikeTable()
