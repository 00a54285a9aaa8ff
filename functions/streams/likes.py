"""The consequences of a change of a like, apart from its count. Pure."""

from datetime import datetime

from functions.affinity.domain import Interaction
from functions.counters.domain import LIKES
from functions.reactions.domain import Reaction
from functions.streams.reacted import AuthorOf, interactions

COUNTED = LIKES


def after(
    old: Reaction | None, new: Reaction | None, at: datetime, author_of: AuthorOf
) -> list[Interaction]:
    """Return the interactions that follow from a like that was made or taken back."""
    return interactions(old, new, "like", at, author_of)
