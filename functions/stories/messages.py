"""What the stories' completion queue carries."""

import msgspec


class CompleteStory(msgspec.Struct, frozen=True):
    """Look whether a story can be published now: it was made, or its picture has settled."""

    story_id: str
    correlation_id: str
