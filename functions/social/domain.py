"""Follow edges, blocks, and the rule of visibility."""

from datetime import datetime
from typing import Literal

import msgspec

from functions.accounts.domain import User

FollowState = Literal["requested", "accepted"]
Following = Literal["no", "requested", "yes"]


class Edge(msgspec.Struct, frozen=True, kw_only=True):
    """A follow, requested or accepted.

    `epoch` is a ULID drawn when the follow was made. It tells this follow from an earlier one
    between the same users, so that late work for the earlier one cannot touch it. `pulled_epoch`
    marks the follow of a pulled author with the epoch of the author's promotion.
    """

    follower_id: str
    followee_id: str
    state: FollowState
    epoch: str
    since: datetime
    pulled_epoch: str | None = None

    @property
    def accepted(self) -> bool:
        """Return whether the follower sees what the followee shows to followers."""
        return self.state == "accepted"


class Request(msgspec.Struct, frozen=True, order=True):
    """A pending follow request. `epoch` orders requests by time."""

    epoch: str
    follower_id: str


class Block(msgspec.Struct, frozen=True, kw_only=True):
    """A block between two users. It works in both directions."""

    blocker_id: str
    blocked_id: str
    since: datetime


def may_see(viewer_id: str, author: User, edge: Edge | None, *, blocked: bool) -> bool:
    """Decide whether a viewer may see an author's content.

    `edge` is the viewer's follow of the author. `blocked` says whether either has blocked the
    other.
    """
    if viewer_id == author.user_id:
        return True
    if blocked:
        return False
    return not author.is_private or (edge is not None and edge.accepted)


def following(edge: Edge | None) -> Following:
    """Return the state of a follow in the API's words."""
    if edge is None:
        return "no"
    return "yes" if edge.accepted else "requested"
