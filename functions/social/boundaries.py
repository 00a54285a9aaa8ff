"""Block and mute: how users keep others away from themselves, or out of their sight."""

from collections.abc import Sequence

from functions.accounts.schemas import UserView
from functions.backoff import attempts
from functions.clock import Clock
from functions.cursors import Cursors
from functions.errors import Conflict, Invalid, TooManyRequests
from functions.social.domain import Block
from functions.social.service import ATTEMPTS, CHANGED, Social, Users

MAX_MUTES = 1000
"""Mutes a user: they are read whole with every page of the feed, 23 read units at the most."""


class Boundaries:
    """Blocks and mutes. A block works in both directions and ends every follow between the two; a
    mute keeps posts and stories out of the muter's own feed and tray, and does nothing else."""

    def __init__(self, social: Social, cursors: Cursors, now: Clock) -> None:
        self._social = social
        self._cursors = cursors
        self._now = now

    def block(self, blocker_id: str, blocked_id: str) -> None:
        """Block a user; the second time the same.

        One transaction writes the block and ends both follows, with their counts.

        Raises:
            Invalid: both are the same. NotFound: the blocker knows of no such user.
        """
        if blocker_id == blocked_id:
            raise Invalid.field("user_id", "nobody can block themselves")
        block = Block(blocker_id=blocker_id, blocked_id=blocked_id, since=self._now())
        for _ in attempts(ATTEMPTS):
            self._social.known(blocker_id, blocked_id)
            parting = self._social.follows.parting(blocker_id, blocked_id)
            if self._social.blocks.add(block, parting):
                return
        raise TooManyRequests(CHANGED, retry_after=1)

    def unblock(self, blocker_id: str, blocked_id: str) -> None:
        """The inverse of block; the follows that it ended stay ended."""
        self._social.blocks.remove(blocker_id, blocked_id)

    def blocked(self, blocker_id: str, cursor: str | None, limit: int) -> Users:
        """Whom a user has blocked, in a stable order. The gone are left out."""

        def fetch(after: str | None, count: int) -> Sequence[str]:
            return self._social.blocks.of(blocker_id, after, count)

        def show(user_ids: Sequence[str]) -> Sequence[UserView | None]:
            return self._social.show_blocked(blocker_id, user_ids)

        own = self._cursors.of(blocker_id, "me/blocks")
        return own.page(cursor, str, limit, fetch, show)

    def mute(self, muter_id: str, muted_id: str) -> None:
        """Mute a user; the second time the same.

        Raises:
            Invalid: both are the same. NotFound: the muter knows of no such user.
            Conflict: the muter has muted as many as there may be.
        """
        if muter_id == muted_id:
            raise Invalid.field("user_id", "nobody can mute themselves")
        self._social.known(muter_id, muted_id)
        muted = self._social.muted(muter_id)
        if len(muted) >= MAX_MUTES and muted_id not in muted:
            raise Conflict(f"Nobody can mute more than {MAX_MUTES:,} users.")
        self._social.mutes.add(muter_id, muted_id)

    def unmute(self, muter_id: str, muted_id: str) -> None:
        """The inverse of mute."""
        self._social.mutes.remove(muter_id, muted_id)

    def muted(self, muter_id: str, cursor: str | None, limit: int) -> Users:
        """Whom a user has muted, in a stable order."""

        def fetch(after: str | None, count: int) -> Sequence[str]:
            ids = sorted(self._social.muted(muter_id))
            return [i for i in ids if after is None or i > after][:count]

        return self._social.page(muter_id, "me/mutes", cursor, limit, fetch)
