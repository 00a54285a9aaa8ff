"""Use cases of follows: follow and unfollow, requests and their answers, and the lists of both
ends."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor

from functions.accounts.domain import User
from functions.accounts.schemas import UserView
from functions.accounts.service import Accounts
from functions.aws.backoff import attempts
from functions.aws.tables import Reader
from functions.clock import Clock, NewId
from functions.errors import Invalid, NotFound, TooManyRequests
from functions.http.cursors import Cursors
from functions.http.pages import ListQuery, Page
from functions.media.urls import MediaUrls
from functions.observability import log
from functions.social.domain import Edge, FollowState, Request
from functions.social.ports import BlockStore, FollowStore, MuteStore
from functions.social.visibility import NO_SUCH_USER, Visibility

BOTH = 2
ERASED_AT_ONCE, ERASED_IN_PARALLEL = 200, 16
ATTEMPTS = 5
"""Attempts at a follow while the followee changes their privacy or band."""
GRANTS_A_JOB = 100
"""Requests granted per message: a second or two of transactions. They run one after the other
because all of them change one user's count."""
CHANGED = "This has just changed; try again."

UserPage = Page[UserView]


class Social(Visibility):
    """Follows, as viewers see them."""

    def __init__(
        self,
        follows: FollowStore,
        blocks: BlockStore,
        mutes: MuteStore,
        accounts: Accounts,
        urls: MediaUrls,
        read: Reader,
        cursors: Cursors,
        now: Clock,
        new_id: NewId,
    ) -> None:
        super().__init__(follows, blocks, mutes, accounts, urls, read)
        self._cursors = cursors
        self._now = now
        self._new_id = new_id

    def follow(self, follower_id: str, followee_id: str) -> Edge:
        """Follow a user, or ask to if the account is private. Repeating changes nothing.

        Raises:
            Invalid: the follower is the followee.
            NotFound: one of the two does not exist, or has blocked the other.
            TooManyRequests: the followee's privacy or band changed at every attempt.
        """
        if follower_id == followee_id:
            raise Invalid.field("user_id", "you cannot follow yourself")
        for _ in attempts(ATTEMPTS):
            followee = self._accounts.get(followee_id)
            standing = self.follows.add(self._new_edge(follower_id, followee), followee)
            if standing is not None and not standing.accepted and not followee.is_private:
                # The request was made while the account was private.
                standing = self.follows.accept(standing, followee)
            if standing is not None:
                return standing
            if len(self.visible_users(follower_id, [follower_id, followee_id])) < BOTH:
                raise NotFound(NO_SUCH_USER)
        raise TooManyRequests(CHANGED, retry_after=1)

    def _new_edge(self, follower_id: str, followee: User) -> Edge:
        """Make a follow. One that is granted at once is marked if the author is pulled."""
        state: FollowState = "requested" if followee.is_private else "accepted"
        return Edge(
            follower_id=follower_id,
            followee_id=followee.user_id,
            state=state,
            epoch=self._new_id(),
            since=self._now(),
            pulled_epoch=None if followee.is_private else followee.pull_mark,
        )

    def unfollow(self, follower_id: str, followee_id: str) -> None:
        """End a follow or take back a request. Does nothing if there is none."""
        while (edge := self.follows.get(follower_id, followee_id)) is not None:
            if self.follows.remove(edge):
                return

    def erase_some_of(self, user_id: str, position: Mapping[str, str]) -> dict[str, str] | None:
        """Remove some of a user's edges, with the others' counts: first those that the user made,
        then those of others. Return the next position, or None at the end.

        The edges of others come from an index that trails its table. It goes on showing edges that
        are gone, so this walks through it by key and never takes a page of them for the end. The
        walk is repeated later for edges that it did not show.
        """
        after = position.get("after")
        if after is None:
            made = self.follows.outgoing(user_id, None, ERASED_AT_ONCE)
            self._end_all((user_id, edge.followee_id) for edge in made)
            return {"after": ""} if len(made) < ERASED_AT_ONCE else {}
        gotten = self.follows.incoming(user_id, after or None, ERASED_AT_ONCE)
        self._end_all((follower_id, user_id) for follower_id in gotten)
        return {"after": gotten[-1]} if gotten else None

    def _end_all(self, pairs: Iterable[tuple[str, str]]) -> None:
        """End follows and requests by (follower, followee). Each is read strongly."""
        with ThreadPoolExecutor(ERASED_IN_PARALLEL) as pool:
            list(pool.map(lambda pair: self.unfollow(*pair), pairs))

    def remove_follower(self, followee_id: str, follower_id: str) -> None:
        """End a user's follow of the caller. Does nothing if there is none."""
        while (edge := self.follows.get(follower_id, followee_id)) is not None and edge.accepted:
            if self.follows.remove(edge):
                return

    def approve(self, followee_id: str, follower_id: str) -> None:
        """Grant a request. Repeating changes nothing.

        Raises:
            NotFound: there is no such request.
            TooManyRequests: the followee's privacy or band changed at every attempt.
        """
        for _ in attempts(ATTEMPTS):
            edge = self.follows.get(follower_id, followee_id)
            if edge is None:
                raise NotFound("There is no such request.")
            if edge.accepted or self.follows.accept(edge, self._accounts.get(followee_id)):
                return
        raise TooManyRequests(CHANGED, retry_after=1)

    def refuse(self, followee_id: str, follower_id: str) -> None:
        """Refuse a pending request. Does nothing if there is none."""
        edge = self.follows.get(follower_id, followee_id)
        if edge is not None and not edge.accepted:
            self.follows.remove(edge)

    def grant_all(self, followee_id: str, before: str | None) -> str | None:
        """Grant some pending requests of an account that has turned public: those before an epoch,
        newest first.

        Return the epoch to continue from; None when none are left or the account is private again.
        """
        requests = self.follows.requests(followee_id, before, GRANTS_A_JOB)
        for request in requests:
            followee = self._accounts.users.get(followee_id)
            if followee is None or followee.is_private:
                return None
            edge = self.follows.get(request.follower_id, followee_id)
            if edge is not None and not edge.accepted:
                self.follows.accept(edge, followee)
        log.info("requests granted", followee_id=followee_id, requests=len(requests))
        return requests[-1].epoch if len(requests) == GRANTS_A_JOB else None

    def requests(self, user_id: str, query: ListQuery) -> UserPage:
        """Return a page of the users who ask to follow a user, newest first."""

        def fetch(after: Request | None, count: int) -> Sequence[Request]:
            return self.follows.requests(user_id, after.epoch if after else None, count)

        def show(requests: Sequence[Request]) -> list[UserView | None]:
            # The index is eventually consistent. Do not show a request that was just answered.
            edges = self.follows.read([(one.follower_id, user_id) for one in requests])
            waiting = [i for (i, _), edge in edges.items() if not edge.accepted]
            views = {view.user_id: view for view in self.show_ids(user_id, waiting)}
            return [views.get(one.follower_id) for one in requests]

        own = self._cursors.of(user_id, "me/follow-requests")
        return own.page(query, Request, fetch, show)

    def followers(self, viewer_id: str, user_id: str, query: ListQuery) -> UserPage:
        """Return a page of a user's followers, in a stable order."""
        self.visible_author(viewer_id, user_id)

        def fetch(after: str | None, count: int) -> Sequence[str]:
            return self.follows.followers(user_id, after, count)

        return self.page(viewer_id, f"users/{user_id}/followers", query, fetch)

    def following(self, viewer_id: str, user_id: str, query: ListQuery) -> UserPage:
        """Return a page of the users that a user follows, in a stable order."""
        self.visible_author(viewer_id, user_id)

        def fetch(after: str | None, count: int) -> Sequence[str]:
            return [edge.followee_id for edge in self.follows.followees(user_id, after, count)]

        return self.page(viewer_id, f"users/{user_id}/following", query, fetch)

    def page(
        self,
        viewer_id: str,
        name: str,
        query: ListQuery,
        fetch: Callable[[str | None, int], Sequence[str]],
    ) -> UserPage:
        """Return a page of the users of a list that the viewer may see. `fetch` returns ids after
        one."""
        own = self._cursors.of(viewer_id, name)
        return own.page(query, str, fetch, lambda ids: self.show_each(viewer_id, ids))
