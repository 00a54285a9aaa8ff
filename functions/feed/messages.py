"""What the fan-out and the delivery queue carry. A verb and its inverse are one message."""

from typing import Literal

import msgspec

from functions.posts.domain import PostRef

Verb = Literal["deliver", "retract"]


class Dispatch(msgspec.Struct, frozen=True, tag="dispatch"):
    """Deliver a post to all followers of its author, or retract it. `after` continues behind that
    follower."""

    verb: Verb
    post: PostRef
    correlation_id: str
    after: str | None = None


class Backfill(msgspec.Struct, frozen=True, tag="backfill"):
    """A follow was made: bring the followee's recent posts into the follower's timeline."""

    viewer_id: str
    author_id: str
    epoch: str


class Prune(msgspec.Struct, frozen=True, tag="prune"):
    """A follow has ended: the inverse of backfill. `epoch` is the ended follow's."""

    viewer_id: str
    author_id: str
    epoch: str


class Rebuild(msgspec.Struct, frozen=True, tag="rebuild"):
    """Bring the recent posts of all followees into a timeline. `after` continues behind that
    followee."""

    viewer_id: str
    after: str | None = None


Job = Dispatch | Backfill | Prune | Rebuild


class Chunk(msgspec.Struct, frozen=True):
    """A post and some of those whose timelines it goes into, or out of."""

    verb: Verb
    post: PostRef
    viewer_ids: list[str]
    correlation_id: str
