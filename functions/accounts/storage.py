"""The users table."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime

import msgspec
from pynamodb.attributes import (
    BooleanAttribute,
    NumberAttribute,
    UnicodeAttribute,
    UTCDateTimeAttribute,
)
from pynamodb.exceptions import DoesNotExist
from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action
from pynamodb.indexes import GlobalSecondaryIndex, KeysOnlyProjection
from pynamodb.transactions import TransactWrite

from functions.accounts.domain import Band, Erasure, User
from functions.clock import epoch_seconds
from functions.config import settings
from functions.events import Image
from functions.tables import Lookup, Step, Table, read_together, took


class UsernameIndex(GlobalSecondaryIndex["UserRow"]):
    """Users by name."""

    class Meta:
        index_name = "username"
        projection = KeysOnlyProjection()

    username = UnicodeAttribute(hash_key=True)


class UserRow(Table):
    """A user. The counts are changed by the transactions that change what they count.

    Of a deleted account the key stays, with the `erasure` as JSON, until `expires_at`.
    """

    names = ("username",)
    words = ("display_name", "bio")

    class Meta:
        table_name = settings().table("users")

    user_id = UnicodeAttribute(hash_key=True)
    username = UnicodeAttribute()
    display_name = UnicodeAttribute()
    bio = UnicodeAttribute(default="")
    avatar_media_id = UnicodeAttribute(null=True)
    is_private = BooleanAttribute(default=False)
    follower_count = NumberAttribute(default=0)
    following_count = NumberAttribute(default=0)
    post_count = NumberAttribute(default=0)
    created_at = UTCDateTimeAttribute()
    last_active = UnicodeAttribute()
    band = UnicodeAttribute(default="pushed")
    band_epoch = UnicodeAttribute(null=True)
    pulled_from = UnicodeAttribute(null=True)
    erasure = UnicodeAttribute(null=True)
    expires_at = NumberAttribute(null=True)
    by_username = UsernameIndex()


THERE = UserRow.user_id.exists() & UserRow.erasure.does_not_exist()
"""That a user is there, and no tombstone."""


def decode(row: UserRow) -> User | None:
    """The row as the product knows it; None for a tombstone."""
    if row.erasure:
        return None
    plain = {name: getattr(row, name) for name in User.__struct_fields__}
    return User(**{**plain, "last_active": date.fromisoformat(row.last_active)})


def encode(user: User) -> UserRow:
    """The inverse of `decode`."""
    plain = {name: getattr(user, name) for name in User.__struct_fields__}
    return UserRow(**{**plain, "last_active": user.last_active.isoformat()})


class UserTable:
    """Users in DynamoDB."""

    def get(self, user_id: str) -> User | None:
        try:
            return decode(UserRow.get(user_id, consistent_read=True))
        except DoesNotExist:
            return None

    def find(self, username: str) -> str | None:
        for row in UserRow.by_username.query(username, limit=1):
            return str(row.user_id)
        return None

    def create(self, user: User) -> bool:
        row = encode(user)
        return took(lambda: row.save(UserRow.user_id.does_not_exist()))

    def of_image(self, image: Image | None) -> User | None:
        return None if image is None else decode(UserRow.from_raw_data(dict(image)))

    def erasure_of_image(self, image: Image | None) -> Erasure | None:
        state = None if image is None else image.get("erasure")
        return None if state is None else msgspec.json.decode(state["S"], type=Erasure)

    def touch(self, user_id: str, today: date) -> None:
        day = today.isoformat()
        earlier = THERE & (UserRow.last_active < day)
        took(lambda: UserRow(user_id).update([UserRow.last_active.set(day)], condition=earlier))

    def turn(self, user: User, band: Band, epoch: str, pulled_from: str | None) -> bool:
        actions: list[Action] = [
            UserRow.band.set(band),
            UserRow.band_epoch.set(epoch),
            UserRow.pulled_from.set(pulled_from) if pulled_from else UserRow.pulled_from.remove(),
        ]
        same: Condition = UserRow.band == user.band
        none: Condition = UserRow.band_epoch.does_not_exist()
        same &= UserRow.band_epoch == user.band_epoch if user.band_epoch else none
        return took(lambda: UserRow(user.user_id).update(actions, condition=same))

    def update(self, user_id: str, changes: Mapping[str, object]) -> User | None:
        row = UserRow(user_id)
        actions = [
            getattr(UserRow, name).remove() if value is None else getattr(UserRow, name).set(value)
            for name, value in changes.items()
        ]
        return decode(row) if took(lambda: row.update(actions, condition=THERE)) else None

    def lookup(self, user_ids: Iterable[str], *, consistent: bool = False) -> Lookup[User]:
        return Lookup(UserRow, [(user_id,) for user_id in user_ids], decode, consistent)

    def read(self, user_ids: Iterable[str]) -> dict[str, User]:
        [found] = read_together(self.lookup(user_ids))
        return {key[0]: user for key, user in found.items()}

    def counting(self, user_id: str, *, still: User | None = None, **changes: int) -> Step:
        actions = [getattr(UserRow, name).add(change) for name, change in changes.items()]

        condition = THERE
        if still is not None:
            condition &= UserRow.is_private == still.is_private
            condition &= UserRow.band == still.band

        def step(transaction: TransactWrite) -> None:
            transaction.update(UserRow(user_id), actions, condition=condition)

        return step

    def bury(self, erasure: Erasure) -> bool:
        actions = _tombstone(erasure)
        return took(lambda: UserRow(erasure.user_id).update(actions, condition=THERE))

    def entomb(self, erasure: Erasure) -> None:
        actions = _tombstone(erasure)
        took(lambda: UserRow(erasure.user_id).update(actions))

    def erasing(self, user_id: str) -> Erasure | None:
        try:
            state = UserRow.get(user_id, consistent_read=True).erasure
        except DoesNotExist:
            return None
        return None if state is None else msgspec.json.decode(state, type=Erasure)

    def move_on(self, before: Erasure, after: Erasure, expires_at: datetime | None = None) -> bool:
        actions: list[Action] = [UserRow.erasure.set(_json(after))]
        if expires_at is not None:
            actions.append(UserRow.expires_at.set(epoch_seconds(expires_at)))
        same = UserRow.erasure == _json(before)
        return took(lambda: UserRow(before.user_id).update(actions, condition=same))


def _tombstone(erasure: Erasure) -> list[Action]:
    """What makes a tombstone of any row, with no end yet."""
    kept = ("user_id", "erasure")
    actions: list[Action] = [
        getattr(UserRow, name).remove() for name in UserRow.get_attributes() if name not in kept
    ]
    return [*actions, UserRow.erasure.set(_json(erasure))]


def _json(erasure: Erasure) -> str:
    return msgspec.json.encode(erasure).decode()
