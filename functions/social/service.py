"""Follow and unfollow, requests and their answers, and the lists of both ends."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

from functions.accounts.domain import User
from functions.accounts.schemas import UserView
from functions.accounts.service import Accounts
from functions.backoff import attempts
from functions.clock import Clock, NewId
from functions.cursors import Cursors
from functions.errors import Invalid, NotFound, TooManyRequests
from functions.log import log
from functions.media.urls import MediaUrls
from functions.pages import Page
from functions.social.domain import Edge, FollowState, Request
from functions.social.store import Blocks, Follows, Mutes
from functions.social.visibility import NO_SUCH_USER, Reader, Visibility

ERASED_AT_ONCE, ERASED_IN_PARALLEL = 200, 16
ATTEMPTS = 5
"""Tries at a follow that the followee's change of privacy or of band stands in the way of."""
GRANTS_A_JOB = 100
"""Requests granted by one message: a second or two of transactions, one after the other, since all
of them change one user's count."""
CHANGED = "This changed meanwhile; try again."

Users = Page[UserView]


class Social(Visibility):
    """Who follows whom, as viewers see it."""

    def __init__(
        self,
        follows: Follows,
        blocks: Blocks,
        mutes: Mutes,
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
        """Follow a user, or ask to where the account is private; the second time the same.

        Raises:
            Invalid: the follower is the followee.
            NotFound: there is no such user, or one of the two has blocked the other.
        """
        if follower_id == followee_id:
            raise Invalid.field("user_id", "nobody can follow themselves")
        for _ in attempts(ATTEMPTS):
            followee = self._accounts.get(followee_id)
            standing = self.follows.add(self._new_edge(follower_id, followee), followee)
            if standing is not None and not standing.accepted and not followee.is_private:
                # Asked for while the account was private.
                standing = self.follows.accept(standing, followee)
            if standing is not None:
                return standing
            if not self.met(follower_id, [followee_id]):
                raise NotFound(NO_SUCH_USER)
        raise TooManyRequests(CHANGED, retry_after=1)

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

    def remove_follower(self, followee_id: str, follower_id: str) -> None:
        """End another's follow of oneself; nothing happens where there is none."""
        while (edge := self.follows.get(follower_id, followee_id)) is not None and edge.accepted:
            if self.follows.remove(edge):
                return

    def approve(self, followee_id: str, follower_id: str) -> None:
        """Grant a request; one that is granted already stays so.

        Raises:
            NotFound: there is no such request.
        """
        for _ in attempts(ATTEMPTS):
            edge = self.follows.get(follower_id, followee_id)
            if edge is None:
                raise NotFound("There is no such request.")
            if edge.accepted or self.follows.accept(edge, self._accounts.get(followee_id)):
                return
        raise TooManyRequests(CHANGED, retry_after=1)

    def refuse(self, followee_id: str, follower_id: str) -> None:
        """The inverse of approve, while a request waits; nothing happens where there is none."""
        edge = self.follows.get(follower_id, followee_id)
        if edge is not None and not edge.accepted:
            self.follows.remove(edge)

    def grant_all(self, followee_id: str, before: str | None) -> str | None:
        """Grant some of the requests that wait for an account which has turned public: those before
        an epoch, newest first. Gives the epoch to go on from; None when none are left, or the
        account is private again."""
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

    def requests(self, user_id: str, cursor: str | None, limit: int) -> Users:
        """Who asks to follow a user, newest first."""

        def fetch(after: Request | None, count: int) -> Sequence[Request]:
            return self.follows.requests(user_id, after.epoch if after else None, count)

        def show(requests: Sequence[Request]) -> list[UserView | None]:
            # The index trails: what was answered a moment ago is not shown again.
            edges = self.follows.read([(one.follower_id, user_id) for one in requests])
            waiting = [i for (i, _), edge in edges.items() if not edge.accepted]
            views = {view.user_id: view for view in self.show_ids(user_id, waiting)}
            return [views.get(one.follower_id) for one in requests]

        own = self._cursors.of(user_id, "me/follow-requests")
        return own.page(cursor, Request, limit, fetch, show)

    def followers(self, viewer_id: str, user_id: str, cursor: str | None, limit: int) -> Users:
        """Who follows a user, in a stable order."""
        self.visible(viewer_id, user_id)

        def fetch(after: str | None, count: int) -> Sequence[str]:
            return self.follows.followers(user_id, after, count)

        return self.page(viewer_id, f"users/{user_id}/followers", cursor, limit, fetch)

    def following(self, viewer_id: str, user_id: str, cursor: str | None, limit: int) -> Users:
        """Whom a user follows, in a stable order."""
        self.visible(viewer_id, user_id)

        def fetch(after: str | None, count: int) -> Sequence[str]:
            return [edge.followee_id for edge in self.follows.followees(user_id, after, count)]

        return self.page(viewer_id, f"users/{user_id}/following", cursor, limit, fetch)

    def page(
        self,
        viewer_id: str,
        name: str,
        cursor: str | None,
        limit: int,
        fetch: Callable[[str | None, int], Sequence[str]],
    ) -> Users:
        """A page of the users of a list whom the viewer meets; `fetch` gives ids after one."""
        own = self._cursors.of(viewer_id, name)
        return own.page(cursor, str, limit, fetch, lambda ids: self.show_each(viewer_id, ids))
