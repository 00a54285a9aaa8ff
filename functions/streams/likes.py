"""The consequences of a change of a like, apart from its count. Pure."""

from datetime import datetime

from functions.activity.domain import Cause
from functions.affinity.domain import Interaction
from functions.counters.domain import LIKES
from functions.reactions.domain import Like, Reaction
from functions.streams.reacted import AuthorOf, interactions

COUNTED = LIKES


def after(
    old: Reaction | None, new: Reaction | None, at: datetime, author_of: AuthorOf
) -> list[Interaction]:
    """Return the interactions that follow from a like that was made or taken back."""
    return interactions(old, new, "like", at, author_of)


def causes(like: Like | None, author_of: AuthorOf) -> list[Cause]:
    """Return what a like makes the post's author hear of."""
    if like is None or like.at is None:
        return []
    author_id = author_of(like.post_id)
    if author_id is None:
        return []
    return [Cause(author_id, "like", like.user_id, like.at, like.post_id)]
