"""What the social use-cases need of tables."""

from collections.abc import Iterable, Sequence
from typing import Protocol

from functions.accounts.domain import User
from functions.events import Image
from functions.social.domain import Block, Edge, Request
from functions.tables import Lookup, Step


class Follows(Protocol):
    """The follows table. What changes an accepted edge changes both users' counts with it."""

    def get(self, follower_id: str, followee_id: str) -> Edge | None:
        """The edge, read strongly."""

    def of_image(self, image: Image | None) -> Edge | None:
        """The edge in a stream's image of a row."""

    def add(self, edge: Edge, followee: User) -> Edge | None:
        """Add an edge; the one that stands there now, which may be an earlier one. None where the
        earlier one has just gone, one of the two has blocked the other, or the followee is no
        longer as given."""

    def accept(self, edge: Edge, followee: User) -> Edge | None:
        """Grant this very request; the edge as it then stands. Granted before, it stays so. None
        where it has gone, or the followee is no longer as given."""

    def remove(self, edge: Edge) -> bool:
        """Remove this very edge, by its epoch and state; False where it is no longer there."""

    def parting(self, one: str, other: str) -> Sequence[Step]:
        """Steps of a transaction that end what stands between two users, in both directions, with
        their counts; they hold only while it stands as it does now."""

    def made(self, follower_id: str, after: str | None, limit: int) -> Sequence[Edge]:
        """Edges of a follower, requested or accepted, after a followee id, in the order of those
        ids; read strongly."""

    def followees(self, follower_id: str, after: str | None, limit: int) -> Sequence[Edge]:
        """Accepted edges of a follower after a followee id, in the order of those ids."""

    def followers(self, followee_id: str, after: str | None, limit: int) -> Sequence[str]:
        """Ids of accepted followers after one, in order. The index trails the table."""

    def standing(self, user_id: str, limit: int) -> Sequence[Edge]:
        """Up to so many edges of a user in each direction, requested or accepted. Those towards
        the user come from an index, which trails the table."""

    def requests(self, followee_id: str, before: str | None, limit: int) -> Sequence[Request]:
        """What waits to be granted, before an epoch, newest first. The index trails the table."""

    def pulled(self, follower_id: str) -> Sequence[str]:
        """Ids of the followees whose posts this follower pulls. The index trails the table."""

    def mark(self, follower_ids: Sequence[str], followee_id: str, epoch: str) -> None:
        """Mark accepted edges as pulled since a promotion; one that has gone stays gone."""

    def unmark(self, follower_ids: Sequence[str], followee_id: str, before: str) -> None:
        """The inverse of mark, for promotions before a demotion's epoch: a straggler of an old
        demotion leaves the marks of a new promotion alone."""

    def lookup(self, pairs: Iterable[tuple[str, str]]) -> Lookup[Edge]:
        """Edges by (follower, followee), read strongly, together with others' rows."""

    def read(self, pairs: Sequence[tuple[str, str]]) -> dict[tuple[str, ...], Edge]:
        """Edges by (follower, followee), read strongly."""


class Blocks(Protocol):
    """The blocks table."""

    def add(self, block: Block, steps: Sequence[Step]) -> bool:
        """Write a block together with `steps`, which end all that stands between the two; False
        where a step does not hold. One that is there is written again."""

    def remove(self, blocker_id: str, blocked_id: str) -> None:
        """Delete a block, if it is there."""

    def of(self, blocker_id: str, after: str | None, limit: int) -> Sequence[str]:
        """Ids of those whom a user has blocked, after one, in order; read strongly."""

    def lookup(self, pairs: Iterable[tuple[str, str]]) -> Lookup[bool]:
        """Whether there is a block, by (blocker, blocked), read strongly."""

    def none_between(self, one: str, other: str) -> Sequence[Step]:
        """Steps of a transaction that hold only while neither has blocked the other."""


class Mutes(Protocol):
    """The mutes table."""

    def add(self, muter_id: str, muted_id: str) -> None:
        """Write a mute; one that is there is written again."""

    def remove(self, muter_id: str, muted_id: str) -> None:
        """Delete a mute, if it is there."""

    def of(self, muter_id: str) -> Sequence[str]:
        """Ids of all whom a user has muted, in order; read strongly."""
