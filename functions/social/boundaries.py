"""Use cases of blocks and mutes."""

from collections.abc import Sequence

from functions.accounts.schemas import UserView
from functions.aws.backoff import attempts
from functions.clock import Clock
from functions.errors import Conflict, Invalid, TooManyRequests
from functions.http.cursors import Cursors
from functions.http.pages import ListQuery
from functions.social.domain import Block
from functions.social.service import ATTEMPTS, CHANGED, Social, UserPage

MAX_MUTES = 1000
"""Mutes per user. Every page of the feed reads all of them, at most 23 read units."""


class Boundaries:
    """Blocks and mutes.

    A block works in both directions and ends every follow between the two. A mute only keeps posts
    and stories out of the muter's own feed and tray.
    """

    def __init__(self, social: Social, cursors: Cursors, now: Clock) -> None:
        self._social = social
        self._cursors = cursors
        self._now = now

    def block(self, blocker_id: str, blocked_id: str) -> None:
        """Block a user. Repeating changes nothing.

        One transaction writes the block and ends both follows, with their counts.

        Raises:
            Invalid: both are the same user.
            NotFound: there is no such user. Whoever is blocked can block back.
            TooManyRequests: their follows changed at every attempt.
        """
        if blocker_id == blocked_id:
            raise Invalid.field("user_id", "you cannot block yourself")
        block = Block(blocker_id=blocker_id, blocked_id=blocked_id, since=self._now())
        for _ in attempts(ATTEMPTS):
            self._social.existing_user(blocked_id)
            removal_steps = self._social.follows.removal_steps(blocker_id, blocked_id)
            if self._social.blocks.add(block, removal_steps):
                return
        raise TooManyRequests(CHANGED, retry_after=1)

    def unblock(self, blocker_id: str, blocked_id: str) -> None:
        """Take a block back. The follows that it ended stay ended."""
        self._social.blocks.remove(blocker_id, blocked_id)

    def blocked(self, blocker_id: str, query: ListQuery) -> UserPage:
        """Return a page of the users that a user has blocked, in a stable order, without deleted
        ones."""

        def fetch(after: str | None, count: int) -> Sequence[str]:
            return self._social.blocks.of(blocker_id, after, count)

        def show(user_ids: Sequence[str]) -> Sequence[UserView | None]:
            return self._social.show_blocked(blocker_id, user_ids)

        own = self._cursors.of(blocker_id, "me/blocks")
        return own.page(query, str, fetch, show)

    def mute(self, muter_id: str, muted_id: str) -> None:
        """Mute a user. Repeating changes nothing.

        Raises:
            Invalid: both are the same user.
            NotFound: there is no such user, or they have blocked the caller.
            Conflict: the user has reached `MAX_MUTES`.
        """
        if muter_id == muted_id:
            raise Invalid.field("user_id", "you cannot mute yourself")
        self._social.unblocked_user(muter_id, muted_id)
        muted = self._social.muted(muter_id)
        if len(muted) >= MAX_MUTES and muted_id not in muted:
            raise Conflict(f"You can mute at most {MAX_MUTES:,} users.")
        self._social.mutes.add(muter_id, muted_id)

    def unmute(self, muter_id: str, muted_id: str) -> None:
        """Take a mute back."""
        self._social.mutes.remove(muter_id, muted_id)

    def muted(self, muter_id: str, query: ListQuery) -> UserPage:
        """Return a page of the users that a user has muted, in a stable order."""

        def fetch(after: str | None, count: int) -> Sequence[str]:
            ids = sorted(self._social.muted(muter_id))
            return [i for i in ids if after is None or i > after][:count]

        return self._social.page(muter_id, "me/mutes", query, fetch)
