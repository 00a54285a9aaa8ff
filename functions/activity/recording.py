"""Records what happens in groups, exactly, although every record of a stream may come again."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

from functions.accounts.deleted import existing_users
from functions.accounts.ports import UserStore
from functions.activity.domain import Group, Happening, Thread
from functions.activity.ports import GroupStore
from functions.activity.unread import Unread
from functions.aws.backoff import attempts
from functions.aws.errors import Contended
from functions.clock import Clock
from functions.observability import log

WRITERS = 16
"""Groups of a batch that are written at the same time."""
ATTEMPTS = 10
"""Attempts at a group that another shard's batch changes at the same moment."""


class Recorder:
    """Records happenings in their groups."""

    def __init__(self, groups: GroupStore, unread: Unread, users: UserStore, now: Clock) -> None:
        self._groups = groups
        self._unread = unread
        self._users = users
        self._now = now

    def record(self, shard: str, happenings: Sequence[Happening]) -> set[int]:
        """Record what a batch of one shard's records tells, which come in order.

        Each group is written once. Return the sequence number of the first record of each group
        that could not be written. A record that comes again changes nothing.
        """
        groups: dict[tuple[str, str], list[Happening]] = {}
        for one in happenings:
            groups.setdefault((one.cause.owner_id, one.cause.name), []).append(one)
        if not groups:
            return set()

        def write(key: tuple[str, str]) -> int | None:
            try:
                self._write(shard, *key, groups[key])
            except Exception:
                log.exception("activity not recorded", owner_id=key[0], group=key[1])
                return groups[key][0].sequence
            return None

        with ThreadPoolExecutor(min(WRITERS, len(groups))) as pool:
            return {failed for failed in pool.map(write, groups) if failed is not None}

    def forget(self, thread: Thread) -> None:
        """Delete the entries of the replies to a comment that is gone.

        The row of a reply does not name the writer of that comment, so nothing could take these
        replies back later. A row that named the writer would be a trace of a deleted account.
        """
        owner_id = thread.owner_id
        for name in self._groups.drop_thread(owner_id, thread.day, thread.comment_id):
            self._unread.settle(owner_id, Group(owner_id=owner_id, name=name))

    def _write(self, shard: str, owner_id: str, name: str, told: Sequence[Happening]) -> None:
        at = min(one.at for one in told)
        if owner_id not in existing_users(self._users, [owner_id], at, self._now()):
            return
        self._unread.settle(owner_id, self._counted(shard, owner_id, name, told))

    def _counted(self, shard: str, owner_id: str, name: str, told: Sequence[Happening]) -> Group:
        for _ in attempts(ATTEMPTS):
            held = self._groups.read(owner_id, [name]).get(name)
            before = held or Group(owner_id=owner_id, name=name)
            new = before.after(shard, told, self._now())
            nothing = held is None and not new.actor_count
            if new is before or nothing or self._groups.save(held, new):
                return new
        raise Contended("other batches changed the group at every attempt")
