"""What the erasure queue carries. Each says what is gone; what trails it goes, however often."""

import msgspec

from functions.media.domain import Kind


class EraseAccount(msgspec.Struct, frozen=True, tag="account"):
    """Go on with the deletion of an account, from where its tombstone says."""

    user_id: str


class ErasePost(msgspec.Struct, frozen=True, tag="post"):
    """A post or story was deleted: its pictures, likes, comments and counts go. `post_id` is the
    story's where it is one, which has neither likes nor comments."""

    post_id: str
    author_id: str
    media_ids: list[str]
    correlation_id: str


class EraseMedia(msgspec.Struct, frozen=True, tag="media"):
    """A media row has gone, whoever deleted it: its objects go."""

    media_id: str
    owner_id: str
    kind: Kind
    correlation_id: str


class ChangeAvatar(msgspec.Struct, frozen=True, tag="avatar"):
    """A profile shows another picture: the new one stays without a post, the old one may go."""

    user_id: str
    old: str | None
    new: str | None


Job = EraseAccount | ErasePost | EraseMedia | ChangeAvatar
