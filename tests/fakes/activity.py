"""The tables of activity, in memory."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from msgspec.structs import replace

from functions.activity.domain import POSITION_KEPT, Group, Marks, name_of
from functions.clock import Clock
from tests.fakes.rows import Held
from tests.fakes.transactions import LOCK


class FakeGroups:
    """Groups by (owner, name). `writes` counts the rows that were written."""

    def __init__(self, now: Clock) -> None:
        self.rows: dict[tuple[str, str], Group] = {}
        self.writes = 0
        self._expire: dict[tuple[str, str], Any] = {}
        self._now = now

    def read(self, owner_id: str, names: Iterable[str]) -> Mapping[str, Group]:
        found = ((name, self.rows.get((owner_id, name))) for name in names)
        return {name: group for name, group in found if group is not None}

    def save(self, held: Group | None, new: Group) -> bool:
        key = (new.owner_id, new.name)
        with LOCK:
            there = self.rows.get(key)
            if (there and there.changes) != (held and held.changes):
                return False
            empty = self._now() + POSITION_KEPT
            self.rows[key] = new
            self._expire[key] = name_of(new.name).expires_at if new.actor_count else empty
            self.writes += 1
            return True

    def page(self, owner_id: str, before: str | None, limit: int) -> Sequence[Group]:
        now = self._now()
        names = sorted(
            (
                name
                for owner, name in self.rows
                if owner == owner_id and self._expire[owner, name] > now
            ),
            reverse=True,
        )
        kept = [name for name in names if before is None or name < before]
        return [self.rows[owner_id, name] for name in kept[:limit]]

    def drop_thread(self, owner_id: str, since: str, thread: str) -> Sequence[str]:
        names = [
            name
            for owner, name in self.rows
            if owner == owner_id and name >= since and name_of(name).thread == thread
        ]
        for name in names:
            del self.rows[owner_id, name]
        return names


class FakeMarks:
    """Marks by user."""

    def __init__(self) -> None:
        self.rows: dict[str, Marks] = {}

    def get(self, owner_id: str) -> Marks:
        return self.rows.get(owner_id, Marks(owner_id=owner_id))

    def lookup(self, owner_ids: Iterable[str]) -> Any:
        return Held.of(lambda key: self.rows.get(key[0]), [(owner,) for owner in owner_ids])

    def read_up_to(self, owner_id: str, at: int) -> None:
        self._change(owner_id, lambda held: {"read_up_to": max(held.read_up_to, at)})

    def add_unread(self, owner_id: str, names: Iterable[str]) -> None:
        self._change(owner_id, lambda held: {"unread": held.unread | {*names}})

    def drop_unread(self, owner_id: str, names: Iterable[str]) -> None:
        self._change(owner_id, lambda held: {"unread": held.unread - {*names}})

    def mute(self, owner_id: str, post_id: str) -> None:
        self._change(owner_id, lambda held: {"muted_posts": held.muted_posts | {post_id}})

    def unmute(self, owner_id: str, post_id: str) -> None:
        self._change(owner_id, lambda held: {"muted_posts": held.muted_posts - {post_id}})

    def _change(self, owner_id: str, change: Any) -> None:
        with LOCK:
            held = self.get(owner_id)
            self.rows[owner_id] = replace(held, **change(held))
