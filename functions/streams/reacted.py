"""Code that the consequences of a like and of a comment share. Pure."""

from collections.abc import Callable
from datetime import datetime

from functions.affinity.domain import Interaction, InteractionKind
from functions.reactions.domain import Reaction

AuthorOf = Callable[[str], str | None]
"""Returns the author of a post; None if the post is gone."""


def interactions(
    old: Reaction | None,
    new: Reaction | None,
    kind: InteractionKind,
    at: datetime,
    author_of: AuthorOf,
) -> list[Interaction]:
    """Return the interactions of a new reaction. It brings its user closer to the post's author.
    Taking it back does not undo that, because closeness counts past actions."""
    if new is None or old is not None:
        return []
    author_id = author_of(new.post_id)
    return [] if author_id is None else [Interaction(new.user_id, author_id, kind, at)]
