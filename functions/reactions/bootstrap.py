"""Reactions, wired to AWS."""

from functools import cache
from typing import TYPE_CHECKING

from functions.counters.bootstrap import counts
from functions.cursors import stage_cursors
from functions.social.bootstrap import social

if TYPE_CHECKING:
    from functions.reactions.service import Reactions
    from functions.reactions.storage import CommentTable, LikeTable


@cache
def likes() -> "LikeTable":
    """The likes of this stage."""
    from functions.reactions.storage import LikeTable

    return LikeTable()


@cache
def comments() -> "CommentTable":
    """The comments of this stage."""
    from functions.reactions.storage import CommentTable

    return CommentTable()


@cache
def reactions() -> "Reactions":
    """The reactions of this stage."""
    # Here, since a post shows whether its viewer likes it: the posts' wiring imports this one.
    from functions.posts.bootstrap import posts
    from functions.reactions.service import Reactions

    return Reactions(likes(), comments(), counts(), posts(), social(), stage_cursors())
