"""The names table."""

from pynamodb.attributes import (
    NumberAttribute,
    UnicodeAttribute,
    UTCDateTimeAttribute,
)
from pynamodb.exceptions import DoesNotExist
from pynamodb.expressions.condition import Condition
from pynamodb.transactions import TransactWrite

from functions.accounts.names import Name
from functions.aws.attributes import StructAttribute
from functions.aws.tables import ConditionFailed, Image, Step, Table, commit, try_write
from functions.config import settings


class NameRow(Table):
    """A username or an e-mail address. A step of the erasure finds a user's rows by key, and holds
    the username. A pass deletes those to which no key leads."""

    user_ids = ("user_id",)

    class Meta:
        table_name = settings().table("names")

    name = UnicodeAttribute(hash_key=True)
    version = UnicodeAttribute()
    state = UnicodeAttribute()
    since = UTCDateTimeAttribute()
    pool_name = UnicodeAttribute(default="")
    user_id = UnicodeAttribute(null=True)
    address = UnicodeAttribute(null=True)
    verifier = UnicodeAttribute(null=True)
    renames = StructAttribute[list[int]](list[int], null=True)
    expires_at = NumberAttribute(null=True)


class NameTable:
    """Store names in DynamoDB."""

    def get(self, name: str) -> Name | None:
        try:
            return NameRow.get(name, consistent_read=True).decode(Name)
        except DoesNotExist:
            return None

    def from_image(self, image: Image | None) -> Name | None:
        return None if image is None else NameRow.from_image(image).decode(Name)

    def put(self, name: Name, over: Name | None) -> bool:
        return try_write(lambda: NameRow.encode(name).save(_unchanged(over)))

    def drop(self, name: Name) -> bool:
        return try_write(lambda: NameRow(name.name).delete(_unchanged(name)))

    def drop_step(self, name: Name) -> Step:
        def step(transaction: TransactWrite) -> None:
            transaction.delete(NameRow(name.name), condition=_unchanged(name))

        return step

    def put_step(self, name: Name, over: Name | None) -> Step:
        def step(transaction: TransactWrite) -> None:
            transaction.save(NameRow.encode(name), condition=_unchanged(over))

        return step

    def put_all(self, *steps: Step) -> bool:
        try:
            commit(*steps)
        except ConditionFailed:
            return False
        return True


def _unchanged(name: Name | None) -> Condition:
    """Return the condition that a row is as it was read: None if there was none."""
    if name is None:
        return NameRow.name.does_not_exist()
    return NameRow.version == name.version
