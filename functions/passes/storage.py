"""The passes table."""

from collections.abc import Sequence

from pynamodb.attributes import (
    BooleanAttribute,
    NumberAttribute,
    TTLAttribute,
    UnicodeAttribute,
    UnicodeSetAttribute,
    UTCDateTimeAttribute,
)
from pynamodb.exceptions import DoesNotExist
from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action

from functions.aws.attributes import StructAttribute
from functions.aws.tables import Image, Table, try_write
from functions.clock import Clock
from functions.config import settings
from functions.passes.domain import WAIT_KEPT, Pass, Wait

STATE = ("pass", "state")
WAITS = "waits"


class PassRow(Table):
    """The state of the pass, or a wait. Waits share a partition, so one query reads them all."""

    class Meta:
        table_name = settings().table("passes")

    part = UnicodeAttribute(hash_key=True)
    name = UnicodeAttribute(range_key=True)
    state = StructAttribute[Pass](Pass, null=True)
    announced = NumberAttribute(null=True)
    user_id = UnicodeAttribute(null=True)
    purpose = UnicodeAttribute(null=True)
    ticket = UnicodeAttribute(null=True)
    username = UnicodeAttribute(null=True)
    put_at = UTCDateTimeAttribute(null=True)
    number = NumberAttribute(null=True)
    found = UnicodeSetAttribute(null=True)
    done = BooleanAttribute(null=True)
    expires_at = TTLAttribute(null=True)

    @classmethod
    def kept_for(cls, row: Image) -> str | None:
        """Return the user of a wait: it goes with the last step of an erasure."""
        return str(row["user_id"]["S"]) if "user_id" in row else None


def decode(row: PassRow) -> Wait:
    """Return the row of a wait as a struct."""
    held = row.attribute_values
    found = sorted(held.get("found") or ())
    return Wait(**{**{n: held[n] for n in Wait.__struct_fields__ if n in held}, "found": found})


class PassTable:
    """The pass and its waits in DynamoDB."""

    def __init__(self, now: Clock) -> None:
        self._now = now

    def state(self) -> tuple[Pass, int]:
        try:
            row = PassRow.get(*STATE, consistent_read=True)
        except DoesNotExist:
            return Pass(), 0
        return row.state or Pass(), int(row.announced or 0)

    def move(self, held: Pass, moved: Pass, announced: int | None = None) -> bool:
        same: Condition = PassRow.state == held
        if held == Pass():
            same |= PassRow.state.does_not_exist()
        if announced is not None:
            none: Condition = PassRow.announced.does_not_exist()
            same &= PassRow.announced == announced if announced else none
        actions: list[Action] = [PassRow.state.set(moved)]
        return try_write(lambda: PassRow(*STATE).update(actions, condition=same))

    def announce(self) -> Pass:
        row = PassRow(*STATE)
        row.update([PassRow.announced.add(1)])
        return row.state or Pass()

    def get(self, user_id: str, purpose: str) -> Wait | None:
        try:
            return decode(PassRow.get(WAITS, _name(user_id, purpose), consistent_read=True))
        except DoesNotExist:
            return None

    def put(self, wait: Wait) -> None:
        fields = {name: getattr(wait, name) for name in Wait.__struct_fields__ if name != "found"}
        kept = self._now() + WAIT_KEPT
        name = _name(wait.user_id, wait.purpose)
        PassRow(WAITS, name, **fields, expires_at=kept).save()

    def waits(self) -> Sequence[Wait]:
        return [decode(row) for row in PassRow.query(WAITS, consistent_read=True)]

    def enter(self, wait: Wait, number: int) -> None:
        self._update(wait, [PassRow.number.set(number)])

    def note(self, wait: Wait, table: str) -> None:
        self._update(wait, [PassRow.found.add({table})])

    def finish(self, wait: Wait) -> None:
        self._update(wait, [PassRow.done.set(True)])

    def _update(self, wait: Wait, actions: list[Action]) -> None:
        same = PassRow.ticket == wait.ticket
        row = PassRow(WAITS, _name(wait.user_id, wait.purpose))
        try_write(lambda: row.update(actions, condition=same))

    def remove(self, user_id: str, purpose: str) -> None:
        PassRow(WAITS, _name(user_id, purpose)).delete()


def _name(user_id: str, purpose: str) -> str:
    return f"{user_id} {purpose}"
