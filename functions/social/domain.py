"""Follow edges, and the rule of visibility."""

from datetime import datetime
from typing import Literal

import msgspec

from functions.accounts.domain import User

FollowState = Literal["requested", "accepted"]
Following = Literal["no", "requested", "yes"]


class Edge(msgspec.Struct, frozen=True, kw_only=True):
    """A follower's wish to see a followee's posts, granted or not.

    `epoch` is a ULID drawn when the follow was made: it tells this follow from an earlier one
    between the same two, so that what still trails behind the earlier one cannot touch it.
    `pulled_epoch` marks the follow of an author whose posts are pulled, not pushed: it is the epoch
    of the author's promotion.
    """

    follower_id: str
    followee_id: str
    state: FollowState
    epoch: str
    since: datetime
    pulled_epoch: str | None = None

    @property
    def accepted(self) -> bool:
        """Whether the follower sees what the followee shows to followers."""
        return self.state == "accepted"


class Request(msgspec.Struct, frozen=True, order=True):
    """A follow that waits to be granted. `epoch` orders requests by time."""

    epoch: str
    follower_id: str


class Block(msgspec.Struct, frozen=True, kw_only=True):
    """One user's wish to have nothing to do with another. It works in both directions."""

    blocker_id: str
    blocked_id: str
    since: datetime


def may_see(viewer_id: str, author: User, edge: Edge | None, *, apart: bool) -> bool:
    """May this viewer see this author's things? `edge` is the viewer's follow of the author;
    `apart` says whether either of the two has blocked the other."""
    if viewer_id == author.user_id:
        return True
    if apart:
        return False
    return not author.is_private or (edge is not None and edge.accepted)


def following(edge: Edge | None) -> Following:
    """The edge in the API's word."""
    if edge is None:
        return "no"
    return "yes" if edge.accepted else "requested"
