"""Interfaces of the follows, blocks and mutes tables, and of content whose visibility is decided
here."""

from collections.abc import Iterable, Sequence
from typing import Protocol

from functions.accounts.domain import User
from functions.aws.tables import Image, Lookup, Step
from functions.social.domain import Block, Edge, Request


class FollowStore(Protocol):
    """The follows table. Each change of an accepted edge also changes both users' counts."""

    def get(self, follower_id: str, followee_id: str) -> Edge | None:
        """Return the edge; None if there is none. Reads strongly."""

    def from_image(self, image: Image | None) -> Edge | None:
        """Return the edge in a stream record's image."""

    def add(self, edge: Edge, followee: User) -> Edge | None:
        """Add an edge. Return the edge that is there now, which may be an earlier one.

        Return None if the earlier one has just gone, if one user has blocked the other, or if the
        followee has changed since they were read.
        """

    def accept(self, edge: Edge, followee: User) -> Edge | None:
        """Grant this request. Return the accepted edge, also if it was granted before.

        Return None if it has gone or the followee has changed since they were read.
        """

    def remove(self, edge: Edge) -> bool:
        """Remove this edge. Return False if its epoch or state changed or it has gone."""

    def removal_steps(self, one: str, other: str) -> Sequence[Step]:
        """Make transaction steps that end the follows between two users, in both directions, with
        their counts. They hold only while both edges stay as they are now."""

    def outgoing(self, follower_id: str, after: str | None, limit: int) -> Sequence[Edge]:
        """Return a follower's edges, requested or accepted, after a followee id, in order of
        followee. Reads strongly."""

    def followees(self, follower_id: str, after: str | None, limit: int) -> Sequence[Edge]:
        """Return a follower's accepted edges after a followee id, in order of followee."""

    def followers(self, followee_id: str, after: str | None, limit: int) -> Sequence[str]:
        """Return ids of accepted followers after one, in order. The index is eventually
        consistent."""

    def incoming(self, followee_id: str, after: str | None, limit: int) -> Sequence[str]:
        """Return ids of followers and of users who ask to follow, after one, in order. The index is
        eventually consistent: it may show edges that are gone, and lack new ones."""

    def requests(self, followee_id: str, before: str | None, limit: int) -> Sequence[Request]:
        """Return pending requests before an epoch, newest first. The index is eventually
        consistent."""

    def pulled(self, follower_id: str) -> Sequence[str]:
        """Return ids of the pulled authors that a follower follows. The index is eventually
        consistent."""

    def mark(self, follower_ids: Sequence[str], followee_id: str, epoch: str) -> None:
        """Mark accepted edges as pulled since a promotion. Does not recreate deleted edges."""

    def unmark(self, follower_ids: Sequence[str], followee_id: str, before: str) -> None:
        """Remove marks of promotions before a demotion's epoch. So late work of an old demotion
        leaves the marks of a newer promotion alone."""

    def lookup(self, pairs: Iterable[tuple[str, str]]) -> Lookup[Edge]:
        """Make a strongly consistent lookup of edges by (follower, followee), to be read with other
        rows."""

    def read(self, pairs: Sequence[tuple[str, str]]) -> dict[tuple[str, ...], Edge]:
        """Return edges by (follower, followee). Reads strongly."""


class BlockStore(Protocol):
    """The blocks table."""

    def add(self, block: Block, steps: Sequence[Step]) -> bool:
        """Write a block together with `steps`, which end the follows between the two. Return False
        if a step does not hold. Overwrites an existing block."""

    def remove(self, blocker_id: str, blocked_id: str) -> None:
        """Delete a block, if there is one."""

    def of(self, blocker_id: str, after: str | None, limit: int) -> Sequence[str]:
        """Return ids of the users that a user has blocked, after one, in order. Reads strongly."""

    def lookup(self, pairs: Iterable[tuple[str, str]]) -> Lookup[bool]:
        """Make a strongly consistent lookup of blocks by (blocker, blocked)."""

    def unblocked_steps(self, one: str, other: str) -> Sequence[Step]:
        """Make transaction steps that hold only while neither user blocks the other."""


class MuteStore(Protocol):
    """The mutes table."""

    def add(self, muter_id: str, muted_id: str) -> None:
        """Write a mute. Overwrites an existing one."""

    def remove(self, muter_id: str, muted_id: str) -> None:
        """Delete a mute, if there is one."""

    def of(self, muter_id: str) -> Sequence[str]:
        """Return the ids of all users that a user has muted, in order. Reads strongly."""


class Content(Protocol):
    """A post or a story, as far as its visibility depends on it."""

    @property
    def author_id(self) -> str: ...
    @property
    def published(self) -> bool: ...
