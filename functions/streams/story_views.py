"""The consequences of a change of a story's view, apart from its count. Pure."""

from datetime import datetime

from functions.affinity.domain import Interaction
from functions.counters.domain import VIEWS
from functions.stories.domain import View, author_of

COUNTED = VIEWS


def after(old: View | None, new: View | None, at: datetime) -> list[Interaction]:
    """Return the interactions of a view that is made for the first time. A view that expires with
    its story has none."""
    if new is None or old is not None:
        return []
    return [Interaction(new.viewer_id, author_of(new.story_id), "view", at)]
