"""The activity table and the activity_marks table."""

from collections.abc import Iterable, Mapping, Sequence

import msgspec
from pynamodb.attributes import (
    NumberAttribute,
    TTLAttribute,
    UnicodeAttribute,
    UnicodeSetAttribute,
)
from pynamodb.exceptions import DoesNotExist
from pynamodb.expressions.condition import Condition

from functions.activity.domain import (
    POSITION_KEPT,
    Group,
    Marks,
    Person,
    Position,
    name_of,
)
from functions.aws.attributes import StructAttribute
from functions.aws.tables import Image, Lookup, Table, delete_all, read_together, try_write
from functions.clock import Clock
from functions.config import settings

NOTHING: frozenset[str] = frozenset()


class ActivityRow(Table):
    """A group: under 1 KB, so that a batch of events costs one write unit."""

    class Meta:
        table_name = settings().table("activity")

    owner_id = UnicodeAttribute(hash_key=True)
    name = UnicodeAttribute(range_key=True)
    people = StructAttribute[list[Person]](list[Person])
    others = NumberAttribute()
    newest = NumberAttribute()
    positions = StructAttribute[dict[str, Position]](dict[str, Position])
    changes = NumberAttribute()
    expires_at = TTLAttribute()

    @classmethod
    def owners(cls, row: Image) -> Sequence[str]:
        """Return the owner, and the people whom the row names.

        The end of a like or follow has taken its person out of the row long before a pass reads it.
        So a row goes with a person only where that end was lost, for example because an older state
        of the table was restored.
        """
        people = msgspec.json.decode(row["people"]["S"], type=list[Person])
        return [row["owner_id"]["S"], *(one.user_id for one in people)]


class MarksRow(Table):
    """The marks of one user."""

    user_ids = ("owner_id",)

    class Meta:
        table_name = settings().table("activity_marks")

    owner_id = UnicodeAttribute(hash_key=True)
    read_up_to = NumberAttribute(default=0)
    unread = UnicodeSetAttribute(null=True)
    muted_posts = UnicodeSetAttribute(null=True)


class ActivityTable:
    """Store groups in DynamoDB."""

    def __init__(self, now: Clock) -> None:
        self._now = now

    def read(self, owner_id: str, names: Iterable[str]) -> Mapping[str, Group]:
        keys = [(owner_id, name) for name in names]
        [found] = read_together(Lookup(ActivityRow, keys, _group, consistent=True))
        return {group.name: group for group in found.values()}

    def save(self, held: Group | None, new: Group) -> bool:
        # A group without events keeps its positions while records may come again.
        empty = self._now() + POSITION_KEPT
        expires_at = name_of(new.name).expires_at if new.actor_count else empty
        row = ActivityRow.encode(new, expires_at=expires_at)
        unchanged: Condition = ActivityRow.owner_id.does_not_exist()
        if held is not None:
            unchanged = ActivityRow.changes == held.changes
        return try_write(lambda: row.save(unchanged))

    def page(self, owner_id: str, before: str | None, limit: int) -> Sequence[Group]:
        rows = ActivityRow.query(
            owner_id,
            ActivityRow.name < before if before else None,
            ActivityRow.expires_at > self._now(),
            scan_index_forward=False,
            limit=limit,
        )
        return [_group(row) for row in rows]

    def drop_thread(self, owner_id: str, since: str, thread: str) -> Sequence[str]:
        rows = ActivityRow.query(owner_id, ActivityRow.name >= since, consistent_read=True)
        names = [str(row.name) for row in rows if name_of(row.name).thread == thread]
        delete_all(ActivityRow, [(owner_id, name) for name in names])
        return names


class MarksTable:
    """Store marks in DynamoDB."""

    def get(self, owner_id: str) -> Marks:
        try:
            return _marks(MarksRow.get(owner_id, consistent_read=True))
        except DoesNotExist:
            return Marks(owner_id=owner_id)

    def lookup(self, owner_ids: Iterable[str]) -> Lookup[Marks]:
        return Lookup(MarksRow, [(owner_id,) for owner_id in owner_ids], _marks)

    def read_up_to(self, owner_id: str, at: int) -> None:
        earlier: Condition = MarksRow.read_up_to < at
        none: Condition = MarksRow.read_up_to.does_not_exist()
        row = MarksRow(owner_id)
        try_write(lambda: row.update([MarksRow.read_up_to.set(at)], condition=none | earlier))

    def add_unread(self, owner_id: str, names: Iterable[str]) -> None:
        MarksRow(owner_id).update([MarksRow.unread.add(set(names))])

    def drop_unread(self, owner_id: str, names: Iterable[str]) -> None:
        MarksRow(owner_id).update([MarksRow.unread.delete(set(names))])

    def mute(self, owner_id: str, post_id: str) -> None:
        MarksRow(owner_id).update([MarksRow.muted_posts.add({post_id})])

    def unmute(self, owner_id: str, post_id: str) -> None:
        MarksRow(owner_id).update([MarksRow.muted_posts.delete({post_id})])


def _group(row: ActivityRow) -> Group:
    return row.decode(Group)


def _marks(row: MarksRow) -> Marks:
    return Marks(
        owner_id=row.owner_id,
        read_up_to=int(row.read_up_to),
        unread=frozenset(row.unread or NOTHING),
        muted_posts=frozenset(row.muted_posts or NOTHING),
    )
