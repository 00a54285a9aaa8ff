"""The one place that answers: may this viewer see this author's things? And whom do they meet?

An accepted follow rules a block out, in both directions: a block ends both follows in its own
transaction, and no follow is made while there is a block. So where a follow is asked for anyway,
blocks need not be read.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Protocol

import msgspec

from functions.accounts.domain import User
from functions.accounts.schemas import AuthorView, Relationship, UserView
from functions.accounts.service import Accounts
from functions.errors import NotFound
from functions.media.urls import MediaUrls
from functions.social.domain import Edge, following, may_see
from functions.social.store import Blocks, Follows, Mutes
from functions.tables import Key, Lookup

NO_SUCH_USER = "There is no such user."
Reader = Callable[..., list[dict[Key, Any]]]
"""`functions.tables.read_together`, or its stand-in."""
Edges = Mapping[Key, Edge]
Pairs = Mapping[Key, bool]


class Shown(Protocol):
    """What an author shows: a post, a story."""

    @property
    def author_id(self) -> str: ...
    @property
    def published(self) -> bool: ...


class Sight(msgspec.Struct, frozen=True):
    """The question about many authors at once, asked in a read that others' rows share: give
    `lookups` to it, and what they found to `seen`."""

    viewer_id: str
    author_ids: Sequence[str]
    lookups: Sequence[Lookup[Any]]
    followed: bool

    def seen(
        self, users: Mapping[Key, User], edges: Edges, blocks: Pairs | None = None
    ) -> dict[str, User]:
        """Those of the authors, by id, whose things the viewer may see."""
        authors = [users[author_id,] for author_id in self.author_ids if (author_id,) in users]
        return {one.user_id: one for one in authors if self._sees(one, edges, blocks or {})}

    def _sees(self, author: User, edges: Edges, blocks: Pairs) -> bool:
        edge = edges.get((self.viewer_id, author.user_id))
        if self.followed and self.viewer_id != author.user_id and not (edge and edge.accepted):
            return False
        apart = are_apart(self.viewer_id, author.user_id, blocks)
        return may_see(self.viewer_id, author, edge, apart=apart)


def are_apart(one: str, other: str, blocks: Pairs) -> bool:
    """Whether either of two users has blocked the other."""
    return (one, other) in blocks or (other, one) in blocks


class Visibility:
    """Whom and whose things viewers see, and how users are shown to them."""

    def __init__(
        self,
        follows: Follows,
        blocks: Blocks,
        mutes: Mutes,
        accounts: Accounts,
        urls: MediaUrls,
        read: Reader,
    ) -> None:
        self.follows = follows
        self.blocks = blocks
        self.mutes = mutes
        self._accounts = accounts
        self._urls = urls
        self._read = read

    def visible(self, viewer_id: str, author_id: str) -> User:
        """The author, if this viewer may see the author's things.

        Raises:
            NotFound: there is no such user, or the viewer may not; the two are not told apart.
        """
        author = self._accounts.get(author_id)
        edge, apart = None, False
        if viewer_id != author_id and author.is_private:
            edge = self.follows.get(viewer_id, author_id)
        elif viewer_id != author_id:
            apart = bool(self._blocks_of(_both_ways([(viewer_id, author_id)])))
        if not may_see(viewer_id, author, edge, apart=apart):
            raise NotFound(NO_SUCH_USER)
        return author

    def check_shown(self, viewer_id: str, thing: Shown, absent: str) -> None:
        """Refuse what this viewer may not see: another's thing that is not published, or of an
        author who is not visible to them.

        Raises:
            NotFound: told as `absent`, as if there were no such thing.
        """
        if thing.author_id == viewer_id:
            return
        if not thing.published:
            raise NotFound(absent)
        try:
            self.visible(viewer_id, thing.author_id)
        except NotFound as hidden:
            raise NotFound(absent) from hidden

    def sight(self, viewer_id: str, author_ids: Iterable[str], *, followed: bool = False) -> Sight:
        """The same question about many authors. `followed` asks in addition that the viewer follows
        the author, or is the author: the rule of home timelines and trays."""
        ids = list(dict.fromkeys(author_ids))
        pairs = [(viewer_id, author_id) for author_id in ids if author_id != viewer_id]
        blocks = [] if followed else [self.blocks.lookup(_both_ways(pairs))]
        users, edges = self._accounts.users.lookup(ids), self.follows.lookup(pairs)
        return Sight(viewer_id, ids, [users, edges, *blocks], followed)

    def known(self, viewer_id: str, user_id: str) -> User:
        """A user whom the viewer may know of: everybody but who has blocked the viewer.

        Raises:
            NotFound: there is no such user, or they have; the two are not told apart.
        """
        user = self._accounts.get(user_id)
        if viewer_id != user_id and self._blocks_of([(user_id, viewer_id)]):
            raise NotFound(NO_SUCH_USER)
        return user

    def met(self, viewer_id: str, user_ids: Iterable[str]) -> dict[str, User]:
        """Those of these users, by id, whom the viewer meets in lists and under others' things:
        everybody but the gone and who is apart from the viewer by a block."""
        ids = list(dict.fromkeys(user_ids))
        pairs = [(viewer_id, user_id) for user_id in ids if user_id != viewer_id]
        users, blocks = self._read(
            self._accounts.users.lookup(ids), self.blocks.lookup(_both_ways(pairs))
        )
        met = {i: users[i,] for i in ids if (i,) in users}
        return {i: user for i, user in met.items() if not are_apart(viewer_id, i, blocks)}

    def muted(self, viewer_id: str) -> frozenset[str]:
        """Ids of those whose posts and stories stay out of the viewer's feed and tray."""
        return frozenset(self.mutes.of(viewer_id))

    def _blocks_of(self, pairs: Iterable[tuple[str, str]]) -> Pairs:
        [found] = self._read(self.blocks.lookup(pairs))
        return found

    def profile(self, viewer_id: str, user: User) -> UserView:
        """A user's profile.

        Raises:
            NotFound: the user has blocked the viewer; told as if there were no such user.
        """
        pairs = [(viewer_id, user.user_id)] if viewer_id != user.user_id else []
        edges, blocks = self._read(
            self.follows.lookup(_both_ways(pairs)), self.blocks.lookup(_both_ways(pairs))
        )
        if (user.user_id, viewer_id) in blocks:
            raise NotFound(NO_SUCH_USER)
        return self._view(viewer_id, user, edges, blocked=(viewer_id, user.user_id) in blocks)

    def show_each(self, viewer_id: str, user_ids: Sequence[str]) -> list[UserView | None]:
        """Each user as the viewer sees them; None for one whom the viewer does not meet."""
        met = self.met(viewer_id, user_ids)
        views = {view.user_id: view for view in self.show(viewer_id, [*met.values()])}
        return [views.get(user_id) for user_id in user_ids]

    def show_ids(self, viewer_id: str, user_ids: Sequence[str]) -> list[UserView]:
        """Users as a viewer sees them, in the order of their ids, without whom they do not meet."""
        return [view for view in self.show_each(viewer_id, user_ids) if view is not None]

    def show(self, viewer_id: str, users: Sequence[User]) -> list[UserView]:
        """Users whom a viewer meets, as the viewer sees them."""
        pairs = [(viewer_id, user.user_id) for user in users if user.user_id != viewer_id]
        edges = self.follows.read(_both_ways(pairs))
        return [self._view(viewer_id, user, edges, blocked=False) for user in users]

    def show_blocked(self, viewer_id: str, user_ids: Sequence[str]) -> list[UserView | None]:
        """Each user whom the viewer has blocked, so that no follow stands between them; None for
        one who is gone."""
        users = self._accounts.read(user_ids)
        return [
            self._view(viewer_id, users[user_id], {}, blocked=True) if user_id in users else None
            for user_id in user_ids
        ]

    def _view(self, viewer_id: str, user: User, edges: Edges, *, blocked: bool) -> UserView:
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
                blocked,
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


def _both_ways(pairs: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    return [pair for one, other in pairs for pair in ((one, other), (other, one))]
