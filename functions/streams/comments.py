"""The consequences of a change of a comment, apart from its count. Pure."""

from datetime import datetime

from functions.affinity.domain import Interaction
from functions.counters.domain import COMMENTS
from functions.reactions.domain import Reaction
from functions.streams.reacted import AuthorOf, interactions

COUNTED = COMMENTS


def after(
    old: Reaction | None, new: Reaction | None, at: datetime, author_of: AuthorOf
) -> list[Interaction]:
    """Return the interactions that follow from a comment that was made or deleted."""
    return interactions(old, new, "comment", at, author_of)
