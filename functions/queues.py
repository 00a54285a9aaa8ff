"""The queues, and the messages that each carries.

The capability that works off a queue has its handler. Messages in flight outlive a deploy, so a tag
or a field name never changes its meaning. A verb and its inverse are one message. Every message may
come twice, and after a later one.
"""

from typing import Any, Literal

import msgspec

from functions.counters.domain import Field
from functions.media.domain import Kind
from functions.posts.domain import PostRef
from functions.stories.domain import StoryRef

Queue = Literal[
    "completion", "deliveries", "erasure", "exports", "fanout", "recounts", "render", "rerender",
    "story-completion",
]  # fmt: skip
"""A queue's name, without the stage's prefix."""

Item = PostRef | StoryRef
"""An item that goes to an author's followers: a post to their timelines, a story to their trays."""
INDEX_TRAILS_SECONDS = 30
"""A delay far longer than an index trails its table. Work that reads an index for a recent change
is done after this delay, or once more."""

Verb = Literal["deliver", "retract"]


# fanout: the timelines and trays that posts and stories go into


class Dispatch(msgspec.Struct, frozen=True, tag="dispatch"):
    """A job that delivers an item to its author's followers, or retracts it. `after` continues
    behind that follower."""

    verb: Verb
    item: Item
    correlation_id: str
    after: str | None = None


class Backfill(msgspec.Struct, frozen=True, tag="backfill"):
    """A job after a new follow. It adds the followee's recent posts to the follower's timeline, and
    the stories to the tray."""

    viewer_id: str
    author_id: str
    epoch: str


class Prune(msgspec.Struct, frozen=True, tag="prune"):
    """A job after the end of a follow: the inverse of backfill."""

    viewer_id: str
    author_id: str


class Rebuild(msgspec.Struct, frozen=True, tag="rebuild"):
    """A job that adds the recent posts of all followees to a timeline, and their stories to the
    tray. `after` continues behind that followee."""

    viewer_id: str
    after: str | None = None


class Promote(msgspec.Struct, frozen=True, tag="promote"):
    """A job that marks the follows of an author whose posts will be pulled, and then turns the
    author.

    `epoch` is the epoch of the author's change of band. A job with an earlier epoch does nothing.
    `after` continues behind that follower.
    """

    author_id: str
    epoch: str
    after: str | None = None


class Demote(msgspec.Struct, frozen=True, tag="demote"):
    """The inverse of promote: a job that delivers the posts of the pulled era, then unmarks the
    follows."""

    author_id: str
    epoch: str
    after: str | None = None


class Grant(msgspec.Struct, frozen=True, tag="grant"):
    """A job that grants the follow requests of a user who has become public. `before` continues
    with requests older than that epoch."""

    user_id: str
    before: str | None = None


FanoutJob = Dispatch | Backfill | Prune | Rebuild | Promote | Demote | Grant


# deliveries


class Chunk(msgspec.Struct, frozen=True):
    """An item and some of the viewers whose timelines or trays it goes into, or comes out of.
    `only_active` leaves out viewers who have been away."""

    verb: Verb
    item: Item
    viewer_ids: list[str]
    correlation_id: str
    only_active: bool = False


# completion, story-completion


class Complete(msgspec.Struct, frozen=True):
    """A job that publishes a post if it is ready. It follows the creation of the post and the
    settling of each picture."""

    post_id: str
    correlation_id: str


class CompleteStory(msgspec.Struct, frozen=True):
    """A job that publishes a story if it is ready. It follows the creation of the story and the
    settling of its picture."""

    story_id: str
    correlation_id: str


# rerender; and render, beside S3's notices


class Rerender(msgspec.Struct, frozen=True):
    """A job that renders a picture with another filter. `render` carries it while the picture's
    post waits for it, `rerender` afterwards. So a person who changes filters delays no upload."""

    media_id: str
    correlation_id: str


class RenderAvatar(msgspec.Struct, frozen=True):
    """A job that makes the large rendition of a new avatar. `rerender` carries it, because the
    small one is shown already."""

    user_id: str
    avatar_id: str
    media_id: str


# erasure: each names a deleted thing; everything that belongs to it is deleted too


class EraseAccount(msgspec.Struct, frozen=True, tag="account"):
    """A job that continues the deletion of an account, from the step on its tombstone."""

    user_id: str


class ContinuePass(msgspec.Struct, frozen=True, tag="pass"):
    """A job that continues the pass over all tables, if the pass names this `turn`. One that
    `begins` also starts it if no other message does."""

    turn: str
    begins: bool = False


class EraseLogin(msgspec.Struct, frozen=True, tag="login"):
    """A job after the end of a claim on a username that was never confirmed. It deletes the account
    in the user pool that waited for its code. `pool_name` is the account's name there."""

    pool_name: str


class ErasePost(msgspec.Struct, frozen=True, tag="post"):
    """A job after the deletion of a post or story. It deletes the pictures, likes, comments and
    counts. For a story, `post_id` is the story's id; a story has neither likes nor comments."""

    post_id: str
    author_id: str
    media_ids: list[str]
    correlation_id: str


class EraseMedia(msgspec.Struct, frozen=True, tag="media"):
    """A job after the deletion of a picture's row. It deletes the picture's objects."""

    media_id: str
    owner_id: str
    kind: Kind
    correlation_id: str


class EraseAvatar(msgspec.Struct, frozen=True, tag="avatar_renditions"):
    """A job after the change of an avatar. It deletes the renditions of the old one."""

    user_id: str
    avatar_id: str


class ChangeAvatar(msgspec.Struct, frozen=True, tag="avatar"):
    """A job after the change of an avatar of an earlier release, which was a picture that was kept
    without a post. The old picture may go."""

    user_id: str
    old: str | None
    new: str | None


ErasureJob = (
    EraseAccount | ContinuePass | EraseLogin | ErasePost | EraseMedia | EraseAvatar | ChangeAvatar
)


# exports


class Prepare(msgspec.Struct, frozen=True):
    """A job that writes the archive of an export, unless a newer export was asked for since."""

    user_id: str
    export_id: str


# recounts


class Recount(msgspec.Struct, frozen=True, tag="recount"):
    """A job that recounts the rows of these targets. `places` are those reached in the shards of
    the stream by earlier turns of this recount, of which there were `turns`."""

    field: Field
    target_ids: list[str]
    places: dict[str, str] = {}
    turns: int = 0


class RecountAll(msgspec.Struct, frozen=True, tag="recount_all"):
    """A job that recounts the rows of all targets. `after` continues."""

    field: Field
    after: str | None = None


class Failed(msgspec.Struct, frozen=True, rename="camel"):
    """The place of a stream's batch that Lambda has given up, as Lambda writes it."""

    stream_arn: str
    shard_id: str
    start_sequence_number: str
    end_sequence_number: str


def read_recount(body: dict[str, Any]) -> Recount | RecountAll | Failed:
    """Read a message of the recounts queue. Raises msgspec.ValidationError."""
    if "DDBStreamBatchInfo" in body:
        return msgspec.convert(body["DDBStreamBatchInfo"], Failed)
    asked: Recount | RecountAll = msgspec.convert(body, Recount | RecountAll)
    return asked


CARRIED: dict[Queue, tuple[type[msgspec.Struct], ...]] = {
    "fanout": (Dispatch, Backfill, Prune, Rebuild, Promote, Demote, Grant),
    "deliveries": (Chunk,),
    "completion": (Complete,),
    "story-completion": (CompleteStory,),
    "render": (Rerender,),
    "rerender": (Rerender, RenderAvatar),
    "erasure": (
        EraseAccount,
        ContinuePass,
        EraseLogin,
        ErasePost,
        EraseMedia,
        EraseAvatar,
        ChangeAvatar,
    ),
    "exports": (Prepare,),
    "recounts": (Recount, RecountAll, Failed),
}
"""The messages that each queue carries. A test compares it with the messages that are sent."""
