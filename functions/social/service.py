"""Follow and unfollow, the lists of both ends, and who may see whom."""

from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Protocol

from functions.accounts.domain import User
from functions.accounts.schemas import AuthorView, Relationship, UserView
from functions.accounts.service import Accounts
from functions.backoff import attempts
from functions.clock import Clock, NewId
from functions.cursors import Cursors
from functions.errors import Invalid, NotFound, TooManyRequests
from functions.events import Image
from functions.media.urls import MediaUrls
from functions.pages import Page
from functions.social.domain import Edge, FollowState, following, may_see
from functions.tables import Lookup

ERASED_AT_ONCE, ERASED_IN_PARALLEL = 200, 16
ATTEMPTS = 5
"""Tries at a follow that the followee's change of privacy or of band stands in the way of."""


class Follows(Protocol):
    """The follows table. What changes an accepted edge changes both users' counts with it."""

    def get(self, follower_id: str, followee_id: str) -> Edge | None:
        """The edge, read strongly."""

    def of_image(self, image: Image | None) -> Edge | None:
        """The edge in a stream's image of a row."""

    def add(self, edge: Edge, followee: User) -> Edge | None:
        """Add an edge; the one that stands there now, which may be an earlier one. None where the
        earlier one has just gone, or the followee is no longer as given."""

    def accept(self, edge: Edge, followee: User) -> Edge | None:
        """Grant this very request; the edge as it then stands. Granted before, it stays so. None
        where it has gone, or the followee is no longer as given."""

    def remove(self, edge: Edge) -> bool:
        """Remove this very edge, by its epoch and state; False where it is no longer there."""

    def followees(self, follower_id: str, after: str | None, limit: int) -> Sequence[Edge]:
        """Accepted edges of a follower after a followee id, in the order of those ids."""

    def followers(self, followee_id: str, after: str | None, limit: int) -> Sequence[str]:
        """Ids of accepted followers after one, in order. The index trails the table."""

    def standing(self, user_id: str, limit: int) -> Sequence[Edge]:
        """Up to so many edges of a user in each direction, requested or accepted. Those towards
        the user come from an index, which trails the table."""

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


class Social:
    """Who follows whom, as viewers see it."""

    def __init__(
        self,
        follows: Follows,
        accounts: Accounts,
        urls: MediaUrls,
        cursors: Cursors,
        now: Clock,
        new_id: NewId,
    ) -> None:
        self.follows = follows
        self._accounts = accounts
        self._urls = urls
        self._cursors = cursors
        self._now = now
        self._new_id = new_id

    def follow(self, follower_id: str, followee_id: str) -> Edge:
        """Follow a user, or ask to where the account is private; the second time the same.

        Raises:
            Invalid: the follower is the followee.
            NotFound: there is no such user.
        """
        if follower_id == followee_id:
            raise Invalid("Nobody can follow themselves.")
        for _ in attempts(ATTEMPTS):
            followee = self._accounts.get(followee_id)
            standing = self.follows.add(self._new_edge(follower_id, followee), followee)
            if standing is not None and not standing.accepted and not followee.is_private:
                # Asked for while the account was private.
                standing = self.follows.accept(standing, followee)
            if standing is not None:
                return standing
        raise TooManyRequests("This changed meanwhile; try again.", retry_after=1)

    def _new_edge(self, follower_id: str, followee: User) -> Edge:
        """A follow; one that is granted at once is marked at birth where the author is pulled."""
        state: FollowState = "requested" if followee.is_private else "accepted"
        return Edge(
            follower_id=follower_id,
            followee_id=followee.user_id,
            state=state,
            epoch=self._new_id(),
            since=self._now(),
            pulled_epoch=None if followee.is_private else followee.marks,
        )

    def unfollow(self, follower_id: str, followee_id: str) -> None:
        """End a follow or take back a request; nothing happens where there is none."""
        while (edge := self.follows.get(follower_id, followee_id)) is not None:
            if self.follows.remove(edge):
                return

    def erase_some_of(self, user_id: str) -> bool:
        """Remove some edges of a user, both ways, with the others' counts; whether none is left."""
        edges = self.follows.standing(user_id, ERASED_AT_ONCE)
        with ThreadPoolExecutor(ERASED_IN_PARALLEL) as pool:
            list(pool.map(self.follows.remove, edges))
        return not edges

    def visible(self, viewer_id: str, author_id: str) -> User:
        """The author, if this viewer may see the author's things.

        Raises:
            NotFound: there is no such user, or the viewer may not; the two are not told apart.
        """
        author = self._accounts.get(author_id)
        if not may_see(viewer_id, author, self._edge(viewer_id, author)):
            raise NotFound("There is no such user.")
        return author

    def _edge(self, viewer_id: str, author: User) -> Edge | None:
        """The edge, where the rule depends on it; a public author costs no read."""
        if not author.is_private or viewer_id == author.user_id:
            return None
        return self.follows.get(viewer_id, author.user_id)

    def followers(self, viewer_id: str, user_id: str, cursor: str | None, limit: int) -> "Users":
        """Who follows a user, in a stable order."""
        self.visible(viewer_id, user_id)
        own = self._cursors.of(viewer_id, f"users/{user_id}/followers")
        found = list(self.follows.followers(user_id, own.open(cursor, str), limit + 1))
        more = own.seal(found[limit - 1]) if len(found) > limit else None
        return Page(self.show_ids(viewer_id, found[:limit]), more)

    def following(self, viewer_id: str, user_id: str, cursor: str | None, limit: int) -> "Users":
        """Whom a user follows, in a stable order."""
        self.visible(viewer_id, user_id)
        own = self._cursors.of(viewer_id, f"users/{user_id}/following")
        edges = self.follows.followees(user_id, own.open(cursor, str), limit + 1)
        found = [edge.followee_id for edge in edges]
        more = own.seal(found[limit - 1]) if len(found) > limit else None
        return Page(self.show_ids(viewer_id, found[:limit]), more)

    def met(self, viewer_id: str, user_ids: Sequence[str]) -> dict[str, User]:  # noqa: ARG002
        """Those of these users, by id, whom the viewer meets under others' things: the gone are
        left out. Whoever lists people or their words asks here, so that blocks need no other
        place."""
        return self._accounts.read(user_ids)

    def show_ids(self, viewer_id: str, user_ids: Sequence[str]) -> list[UserView]:
        """Users as a viewer sees them, in the order of their ids; the gone are left out."""
        users = self.met(viewer_id, user_ids)
        return self.show(viewer_id, [users[i] for i in user_ids if i in users])

    def show(self, viewer_id: str, users: Sequence[User]) -> list[UserView]:
        """Users as a viewer sees them."""
        others = [user.user_id for user in users if user.user_id != viewer_id]
        edges = self.follows.read(
            [(viewer_id, other) for other in others] + [(other, viewer_id) for other in others]
        )
        return [self._view(viewer_id, user, edges) for user in users]

    def _view(self, viewer_id: str, user: User, edges: dict[tuple[str, ...], Edge]) -> UserView:
        back = edges.get((user.user_id, viewer_id))
        return UserView(
            user_id=user.user_id,
            username=user.username,
            display_name=user.display_name,
            bio=user.bio,
            avatar_url=self.avatar_url(user),
            is_private=user.is_private,
            follower_count=user.follower_count,
            following_count=user.following_count,
            post_count=user.post_count,
            created_at=user.created_at,
            relationship=Relationship(
                following(edges.get((viewer_id, user.user_id))),
                back is not None and back.accepted,
                False,
            ),
        )

    def author(self, user: User) -> AuthorView:
        """A user beside something of theirs."""
        return AuthorView(user.user_id, user.username, user.display_name, self.avatar_url(user))

    def avatar_url(self, user: User) -> str | None:
        """Where the user's avatar is; None without one."""
        if user.avatar_media_id is None:
            return None
        return self._urls.avatar(user.user_id, user.avatar_media_id)


Users = Page[UserView]
