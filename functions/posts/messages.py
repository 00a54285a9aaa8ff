"""What the posts' completion queue carries."""

import msgspec


class Complete(msgspec.Struct, frozen=True):
    """Look whether a post can be published now: it was made, or media of it have settled."""

    post_id: str
    correlation_id: str
