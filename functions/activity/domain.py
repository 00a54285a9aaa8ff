"""Entries of activity: the group that an event belongs to, and exact counts of each group.

An event is a row of another table that came or went. Its `Cause` follows from the row alone, so the
row's end takes back what its beginning added, in the same group, however much later.
"""

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, time, timedelta

import msgspec

from functions.accounts.domain import ActivityKind
from functions.clock import EPOCH, epoch_seconds, ulid_time

KEPT_FOR = timedelta(days=90)
"""How long an entry is kept after its day."""
PEOPLE = 8
"""The newest people that an entry names. The others are a number, so that a row stays small."""
ITEMS = 2
"""The newest comments of one person that an entry names."""
POSITION_KEPT = timedelta(hours=25)
"""How long a position is kept. A shard's records live for 24 hours, and older ones cannot come
again."""
MAX_UNREAD = 30
"""The most unread entries that are counted. With `MAX_MUTED_POSTS` it keeps the marks of a user
below 4 KB, so that a poll costs half a read unit."""
MAX_MUTED_POSTS = 70
MENTIONS_POST: frozenset[ActivityKind] = frozenset({"like", "comment", "reply"})
LAST = "~"
"""Sorts behind everything in a name of an entry."""


class Name(msgspec.Struct, frozen=True):
    """The name of a group: one a day, kind and post. `thread` is the comment that replies answer.

    As text it is `2026-11-29.like.01ARZ…`, which sorts by day.
    """

    day: str
    kind: ActivityKind
    post_id: str | None = None
    thread: str | None = None

    def __str__(self) -> str:
        return ".".join(part for part in (self.day, self.kind, self.post_id, self.thread) if part)

    @property
    def expires_at(self) -> datetime:
        """Return when its entry expires."""
        midnight = datetime.combine(date.fromisoformat(self.day), time(), UTC)
        return midnight + timedelta(days=1) + KEPT_FOR


def name_of(text: str) -> Name:
    """Return the name in a text. Raises msgspec.ValidationError."""
    day, kind, post_id, thread = [*text.split("."), None, None, None][:4]
    return msgspec.convert({"day": day, "kind": kind, "post_id": post_id, "thread": thread}, Name)


class Cause(msgspec.Struct, frozen=True):
    """Something that an actor did to an owner. `item` is the comment; empty for other kinds."""

    owner_id: str
    kind: ActivityKind
    actor_id: str
    at: datetime
    post_id: str | None = None
    thread: str | None = None
    item: str = ""

    @property
    def name(self) -> str:
        """Return the name of its group."""
        day = self.at.astimezone(UTC).date().isoformat()
        return str(Name(day, self.kind, self.post_id, self.thread))


class Thread(msgspec.Struct, frozen=True):
    """A comment that may have replies: its writer, its day, and its id."""

    owner_id: str
    day: str
    comment_id: str


class Happening(msgspec.Struct, frozen=True):
    """A cause that came (+1) or went (-1), in the record with this sequence number. `at` is when it
    did."""

    sequence: int
    cause: Cause
    change: int
    at: datetime


def changes(old: Iterable[Cause], new: Iterable[Cause]) -> list[tuple[Cause, int]]:
    """Return the causes that a change of a row took back, and those that it added."""
    before, after = set(old), set(new)
    gone = [(cause, -1) for cause in old if cause not in after]
    # One's own actions make nothing.
    found = gone + [(cause, 1) for cause in new if cause not in before]
    return [(cause, change) for cause, change in found if cause.owner_id != cause.actor_id]


class Person(msgspec.Struct, frozen=True, array_like=True):
    """An actor of a group: how many of the group's events are theirs, when the newest was, in
    milliseconds since 1970, and their newest comments."""

    user_id: str
    events: int
    at: int
    items: list[str] = []


class Position(msgspec.Struct, frozen=True, array_like=True):
    """The last sequence number that is counted of a shard, and the hour of its writing."""

    sequence: str  # JSON has no numbers of 25 digits
    hour: int


class Group(msgspec.Struct, frozen=True, kw_only=True):
    """A group as it stands.

    `people` are the newest, newest first; `others` counts the events of everybody else. `newest` is
    when its newest event was. `positions` has each shard's last counted record. `changes` counts
    the writes, and is the lock for the next one.
    """

    owner_id: str
    name: str
    people: list[Person] = []
    others: int = 0
    newest: int = 0
    positions: dict[str, Position] = {}
    changes: int = 0

    @property
    def actor_count(self) -> int:
        """Return how many people it is about.

        Exact for all kinds in which a person acts once. Of comments it is exact for up to `PEOPLE`
        writers; beyond them, each older comment counts as a person.
        """
        return len(self.people) + self.others

    @property
    def at(self) -> int:
        """Return when it last happened, in milliseconds since 1970."""
        return self.people[0].at if self.people else self.newest

    @property
    def parts(self) -> Name:
        """Return its name's parts."""
        return name_of(self.name)

    def after(self, shard: str, happenings: Sequence[Happening], now: datetime) -> "Group":
        """Return the group after some of a shard's records, which come in order. A record that was
        counted before changes nothing."""
        held = self.positions.get(shard)
        counted_to = int(held.sequence) if held else -1
        fresh = [one for one in happenings if one.sequence > counted_to]
        if not fresh:
            return self
        oldest = _hours(now - POSITION_KEPT)
        positions = {key: one for key, one in self.positions.items() if one.hour >= oldest}
        positions[shard] = Position(str(fresh[-1].sequence), _hours(now))
        group = msgspec.structs.replace(self, positions=positions, changes=self.changes + 1)
        for one in fresh:
            group = _added(group, one.cause) if one.change > 0 else _taken_back(group, one.cause)
        return group


def _added(group: Group, cause: Cause) -> Group:
    at = milliseconds(cause.at)
    held = next((one for one in group.people if one.user_id == cause.actor_id), None)
    mine = held or Person(cause.actor_id, 0, at)
    items = sorted({*mine.items, cause.item} - {""}, reverse=True)[:ITEMS]
    mine = Person(mine.user_id, mine.events + 1, max(mine.at, at), items)
    people = [mine, *(one for one in group.people if one is not held)]
    people.sort(key=lambda one: one.at, reverse=True)
    others = group.others + sum(one.events for one in people[PEOPLE:])
    return msgspec.structs.replace(
        group, people=people[:PEOPLE], others=others, newest=max(group.newest, at)
    )


def _taken_back(group: Group, cause: Cause) -> Group:
    """Take an event back. One that was never counted is not taken back: it is from before there
    were entries."""
    held = next((one for one in group.people if one.user_id == cause.actor_id), None)
    if held is None or not _is_among(held, cause):
        return msgspec.structs.replace(group, others=max(0, group.others - 1))
    rest = [one for one in group.people if one is not held]
    if held.events > 1:
        items = [item for item in held.items if item != cause.item]
        at = milliseconds(ulid_time(items[0])) if items else held.at
        rest.append(Person(held.user_id, held.events - 1, at, items))
        rest.sort(key=lambda one: one.at, reverse=True)
    return msgspec.structs.replace(group, people=rest)


def _is_among(person: Person, cause: Cause) -> bool:
    """Return whether a cause is one of a person's events. The earlier comments of a person who was
    among the others meanwhile are not: they count there."""
    return not cause.item or cause.item in person.items or person.events > len(person.items)


class Marks(msgspec.Struct, frozen=True, kw_only=True):
    """What a user has read and does not want to hear of.

    Entries up to `read_up_to`, in milliseconds since 1970, are read. `unread` names the entries
    that a poll counts.
    """

    owner_id: str
    read_up_to: int = 0
    unread: frozenset[str] = frozenset()
    muted_posts: frozenset[str] = frozenset()

    def wants(self, name: Name, off: Iterable[ActivityKind]) -> bool:
        """Return whether the user wants to hear of a group. `off` are kinds switched off."""
        return name.kind not in off and name.post_id not in self.muted_posts


class Place(msgspec.Struct, frozen=True, order=True):
    """A place in the list of entries, which goes from the greatest to the smallest."""

    day: str
    at: int
    name: str


def place_of(group: Group) -> Place:
    """Return a group's place in the list."""
    return Place(group.parts.day, group.at, group.name)


def milliseconds(moment: datetime) -> int:
    """Return a moment in milliseconds since 1970."""
    return (moment - EPOCH) // timedelta(milliseconds=1)


def moment_of(at: int) -> datetime:
    """Invert `milliseconds`."""
    return EPOCH + timedelta(milliseconds=at)


def _hours(moment: datetime) -> int:
    return epoch_seconds(moment) // 3600
