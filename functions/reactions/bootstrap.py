"""Reactions, wired to AWS."""

from functools import cache

from functions.counters.bootstrap import counts
from functions.cursors import stage_cursors
from functions.reactions.service import Reactions
from functions.reactions.storage import CommentTable, LikeTable
from functions.social.bootstrap import social


@cache
def likes() -> LikeTable:
    """The likes of this stage."""
    return LikeTable()


@cache
def comments() -> CommentTable:
    """The comments of this stage."""
    return CommentTable()


@cache
def reactions() -> Reactions:
    """The reactions of this stage."""
    # Here, since a post shows whether its viewer likes it: the posts' wiring imports this one.
    from functions.posts.bootstrap import posts

    return Reactions(likes(), comments(), counts(), posts(), social(), stage_cursors())
