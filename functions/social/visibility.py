"""The one place that decides which authors and users a viewer may see.

An accepted follow rules out a block in both directions: a block ends both follows in its own
transaction, and no follow is made while there is a block. So where a follow is required anyway,
blocks need not be read.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import msgspec
from msgspec.structs import replace

from functions.accounts.domain import User
from functions.accounts.schemas import AuthorView, Relationship, UserView
from functions.accounts.service import Accounts
from functions.aws.tables import Key, Lookup, Reader
from functions.errors import NotFound
from functions.media.domain import AVATAR_SIDES
from functions.media.urls import MediaUrls
from functions.social.domain import Edge, following, may_see
from functions.social.ports import BlockStore, Content, FollowStore, MuteStore

NO_SUCH_USER = "There is no such user."
Edges = Mapping[Key, Edge]
Pairs = Mapping[Key, bool]


class VisibilityQuery(msgspec.Struct, frozen=True):
    """Which of many authors the viewer may see, asked within a read that other rows share.

    Pass `lookups` to that read, and its answers to `visible_authors`.
    """

    viewer_id: str
    author_ids: Sequence[str]
    lookups: Sequence[Lookup[Any]]
    followed: bool

    def visible_authors(
        self, users: Mapping[Key, User], edges: Edges, blocks: Pairs | None = None
    ) -> dict[str, User]:
        """Return the authors whose content the viewer may see, by id."""
        authors = [users[author_id,] for author_id in self.author_ids if (author_id,) in users]
        return {one.user_id: one for one in authors if self._sees(one, edges, blocks or {})}

    def _sees(self, author: User, edges: Edges, blocks: Pairs) -> bool:
        edge = edges.get((self.viewer_id, author.user_id))
        if self.followed and self.viewer_id != author.user_id and not (edge and edge.accepted):
            return False
        blocked = are_blocked(self.viewer_id, author.user_id, blocks)
        return may_see(self.viewer_id, author, edge, blocked=blocked)


def are_blocked(one: str, other: str, blocks: Pairs) -> bool:
    """Return whether either user has blocked the other."""
    return (one, other) in blocks or (other, one) in blocks


class Visibility:
    """Decide which users and authors viewers see, and show users to them."""

    def __init__(
        self,
        follows: FollowStore,
        blocks: BlockStore,
        mutes: MuteStore,
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

    def visible_author(self, viewer_id: str, author_id: str) -> User:
        """Return the author if this viewer may see the author's content.

        Raises:
            NotFound: there is no such user, or the viewer may not see them. The answer is the same.
        """
        author = self._accounts.get(author_id)
        edge, blocked = None, False
        if viewer_id != author_id and author.is_private:
            edge = self.follows.get(viewer_id, author_id)
        elif viewer_id != author_id:
            blocked = bool(self._blocks_of(_both_ways([(viewer_id, author_id)])))
        if not may_see(viewer_id, author, edge, blocked=blocked):
            raise NotFound(NO_SUCH_USER)
        return author

    def check_visible(self, viewer_id: str, thing: Content, absent: str) -> None:
        """Check that this viewer may see a post or a story.

        Raises:
            NotFound: with the text `absent`. It is not published and not the viewer's own, or its
                author is not visible to the viewer.
        """
        if thing.author_id == viewer_id:
            return
        if not thing.published:
            raise NotFound(absent)
        try:
            self.visible_author(viewer_id, thing.author_id)
        except NotFound as hidden:
            raise NotFound(absent) from hidden

    def visibility_query(
        self, viewer_id: str, author_ids: Iterable[str], *, followed: bool = False
    ) -> VisibilityQuery:
        """Ask which of many authors the viewer may see. With `followed`, the viewer must also
        follow the author or be the author: the rule of home timelines and trays."""
        ids = list(dict.fromkeys(author_ids))
        pairs = [(viewer_id, author_id) for author_id in ids if author_id != viewer_id]
        blocks = [] if followed else [self.blocks.lookup(_both_ways(pairs))]
        users, edges = self._accounts.users.lookup(ids), self.follows.lookup(pairs)
        return VisibilityQuery(viewer_id, ids, [users, edges, *blocks], followed)

    def existing_user(self, user_id: str) -> User:
        """Return a user, whoever asks.

        Raises:
            NotFound: there is no such user.
        """
        return self._accounts.get(user_id)

    def unblocked_user(self, viewer_id: str, user_id: str) -> User:
        """Return a user, unless they have blocked the viewer.

        Raises:
            NotFound: there is no such user, or they have blocked the viewer. The answer is the
                same.
        """
        user = self._accounts.get(user_id)
        if viewer_id != user_id and self._blocks_of([(user_id, viewer_id)]):
            raise NotFound(NO_SUCH_USER)
        return user

    def visible_users(self, viewer_id: str, user_ids: Iterable[str]) -> dict[str, User]:
        """Return the users that the viewer may see in lists and under content, by id: all that
        exist, except where either has blocked the other."""
        ids = list(dict.fromkeys(user_ids))
        pairs = [(viewer_id, user_id) for user_id in ids if user_id != viewer_id]
        users, blocks = self._read(
            self._accounts.users.lookup(ids), self.blocks.lookup(_both_ways(pairs))
        )
        met = {i: users[i,] for i in ids if (i,) in users}
        return {i: user for i, user in met.items() if not are_blocked(viewer_id, i, blocks)}

    def muted(self, viewer_id: str) -> frozenset[str]:
        """Return the ids of the users that the viewer has muted."""
        return frozenset(self.mutes.of(viewer_id))

    def _blocks_of(self, pairs: Iterable[tuple[str, str]]) -> Pairs:
        [found] = self._read(self.blocks.lookup(pairs))
        return found

    def profile(self, viewer_id: str, user: User) -> UserView:
        """Return a user's profile.

        Raises:
            NotFound: the user has blocked the viewer.
        """
        pairs = [(viewer_id, user.user_id)] if viewer_id != user.user_id else []
        edges, blocks = self._read(
            self.follows.lookup(_both_ways(pairs)), self.blocks.lookup(_both_ways(pairs))
        )
        if (user.user_id, viewer_id) in blocks:
            raise NotFound(NO_SUCH_USER)
        return self._view(viewer_id, user, edges, blocked=(viewer_id, user.user_id) in blocks)

    def show_each(self, viewer_id: str, user_ids: Sequence[str]) -> list[UserView | None]:
        """Show each user to the viewer; None for one that the viewer may not see."""
        met = self.visible_users(viewer_id, user_ids)
        views = {view.user_id: view for view in self.show(viewer_id, [*met.values()])}
        return [views.get(user_id) for user_id in user_ids]

    def show_ids(self, viewer_id: str, user_ids: Sequence[str]) -> list[UserView]:
        """Show the users that the viewer may see, in the order of their ids."""
        return [view for view in self.show_each(viewer_id, user_ids) if view is not None]

    def show(self, viewer_id: str, users: Sequence[User]) -> list[UserView]:
        """Show users that the viewer is known to be allowed to see."""
        pairs = [(viewer_id, user.user_id) for user in users if user.user_id != viewer_id]
        edges = self.follows.read(_both_ways(pairs))
        return [self._view(viewer_id, user, edges, blocked=False) for user in users]

    def show_blocked(self, viewer_id: str, user_ids: Sequence[str]) -> list[UserView | None]:
        """Show users that the viewer has blocked; None for a deleted one. No follow exists between
        them. Of a user who has blocked the viewer too there is only the name, which is needed to
        take the viewer's own block back."""
        users = self._accounts.read(user_ids)
        back = self._blocks_of((user_id, viewer_id) for user_id in user_ids)
        return [
            self._blocked(viewer_id, users[user_id], (user_id, viewer_id) in back)
            if user_id in users
            else None
            for user_id in user_ids
        ]

    def _blocked(self, viewer_id: str, user: User, back: bool) -> UserView:
        if back:
            hidden = {"bio": "", "avatar_id": None, "avatar_media_id": None}
            counts = dict.fromkeys(("follower_count", "following_count", "post_count"), 0)
            user = replace(user, display_name=user.username, **hidden, **counts)
        return self._view(viewer_id, user, {}, blocked=True)

    def _view(self, viewer_id: str, user: User, edges: Edges, *, blocked: bool) -> UserView:
        back = edges.get((user.user_id, viewer_id))
        return UserView(
            user_id=user.user_id,
            username=user.username,
            display_name=user.display_name,
            bio=user.bio,
            avatar_url=self.avatar_url(user),
            avatar_large_url=self._avatar(user, AVATAR_SIDES[1]),
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
        """Show a user as an author."""
        return AuthorView(user.user_id, user.username, user.display_name, self.avatar_url(user))

    def avatar_url(self, user: User) -> str | None:
        """Return the URL of the user's avatar; None without one."""
        return self._avatar(user, AVATAR_SIDES[0])

    def _avatar(self, user: User, side: int) -> str | None:
        if user.avatar_id is not None:
            return self._urls.avatar(user.user_id, user.avatar_id, side)
        if user.avatar_media_id is not None:  # chosen in an earlier release
            return self._urls.thumbnail(user.user_id, user.avatar_media_id)
        return None


def _both_ways(pairs: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    return [pair for one, other in pairs for pair in ((one, other), (other, one))]
