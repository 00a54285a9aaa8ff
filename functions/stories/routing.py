"""What follows from a change of a story: which messages go to which queue. Pure."""

import msgspec

from functions.feed.messages import Dispatch
from functions.stories.domain import Story
from functions.stories.messages import CompleteStory

Routed = list[tuple[str, msgspec.Struct]]
"""(queue, message) pairs."""


def after_story(old: Story | None, new: Story | None) -> Routed:
    """A story's row changes when it is made, published, given up or deleted. A row that goes was
    swept after its time: what it left in trays leaves by itself, too."""
    if new is None:
        return []
    if new.published and (old is None or not old.published):
        return [("fanout", Dispatch("deliver", new.ref, new.correlation_id))]
    if old is not None and old.published and not new.published:
        return [("fanout", Dispatch("retract", old.ref, old.correlation_id))]
    if old is None and new.state == "processing":
        return [("story-completion", CompleteStory(new.story_id, new.correlation_id))]
    return []
