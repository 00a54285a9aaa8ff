"""What the fan-out and the delivery queue carry. A verb and its inverse are one message.

An item is what goes to an author's followers: a post to their timelines, a story to their trays.
"""

from typing import Literal

import msgspec

from functions.posts.domain import PostRef
from functions.stories.domain import StoryRef

Item = PostRef | StoryRef
INDEX_TRAILS_SECONDS = 30
"""Far beyond the time by which an index trails its table. What reads an index for what has just
been written is done after it, or once more."""

Verb = Literal["deliver", "retract"]


class Dispatch(msgspec.Struct, frozen=True, tag="dispatch"):
    """Deliver an item to the followers of its author, or retract it. `after` continues behind that
    follower."""

    verb: Verb
    item: Item
    correlation_id: str
    after: str | None = None


class Backfill(msgspec.Struct, frozen=True, tag="backfill"):
    """A follow was made: bring the followee's recent posts into the follower's timeline, and the
    stories into the tray."""

    viewer_id: str
    author_id: str
    epoch: str


class Prune(msgspec.Struct, frozen=True, tag="prune"):
    """A follow has ended: the inverse of backfill."""

    viewer_id: str
    author_id: str


class Rebuild(msgspec.Struct, frozen=True, tag="rebuild"):
    """Bring the recent posts of all followees into a timeline, and their stories into the tray.
    `after` continues behind that followee."""

    viewer_id: str
    after: str | None = None


class Promote(msgspec.Struct, frozen=True, tag="promote"):
    """Mark the follows of an author whose posts will be pulled, then turn the author to it.

    `epoch` is that of the author's change of band: a job of an earlier one does nothing. `after`
    continues behind that follower.
    """

    author_id: str
    epoch: str
    after: str | None = None


class Demote(msgspec.Struct, frozen=True, tag="demote"):
    """The inverse of promote: deliver the posts of the pulled era, then unmark the follows."""

    author_id: str
    epoch: str
    after: str | None = None


class Grant(msgspec.Struct, frozen=True, tag="grant"):
    """A user has turned public: grant the requests to follow them. `before` continues with those
    older than that epoch."""

    user_id: str
    before: str | None = None


Job = Dispatch | Backfill | Prune | Rebuild | Promote | Demote | Grant


class Chunk(msgspec.Struct, frozen=True):
    """An item and some of those whose timelines or trays it goes into, or out of. `only_active`
    leaves out those who have been away."""

    verb: Verb
    item: Item
    viewer_ids: list[str]
    correlation_id: str
    only_active: bool = False
