"""The users table: people, and the ends of their sessions."""

from collections.abc import Iterable, Mapping, Set
from datetime import date, datetime

from pynamodb.attributes import (
    BooleanAttribute,
    NumberAttribute,
    UnicodeAttribute,
    UnicodeSetAttribute,
    UTCDateTimeAttribute,
)
from pynamodb.exceptions import DoesNotExist
from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action
from pynamodb.indexes import GlobalSecondaryIndex, KeysOnlyProjection
from pynamodb.transactions import TransactWrite

from functions.accounts.domain import Band, EmailChange, Erasure, User
from functions.accounts.sessions import covered
from functions.aws.attributes import DateAttribute, StructAttribute
from functions.aws.tables import Image, Lookup, Step, Table, read_together, try_write
from functions.clock import epoch_seconds
from functions.config import settings


class UsernameIndex(GlobalSecondaryIndex["UserRow"]):
    """Users by username."""

    class Meta:
        index_name = "username"
        projection = KeysOnlyProjection()

    username = UnicodeAttribute(hash_key=True)


class UserRow(Table):
    """A user. Follows and posts change the counts in their own transactions.

    A deleted account keeps its key and the `erasure` until `expires_at`.
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
    avatar_id = UnicodeAttribute(null=True)
    is_private = BooleanAttribute(default=False)
    follower_count = NumberAttribute(default=0)
    following_count = NumberAttribute(default=0)
    post_count = NumberAttribute(default=0)
    created_at = UTCDateTimeAttribute()
    last_active = DateAttribute()
    band = UnicodeAttribute(default="pushed")
    band_epoch = UnicodeAttribute(null=True)
    pulled_from = UnicodeAttribute(null=True)
    sessions_valid_from = NumberAttribute(default=0)
    sessions_kept = UnicodeSetAttribute(null=True)
    password_changes = UnicodeSetAttribute(null=True)
    email_change = StructAttribute[EmailChange](EmailChange, null=True)
    email_digest = UnicodeAttribute(null=True)
    erasure = StructAttribute[Erasure](Erasure, null=True)
    expires_at = NumberAttribute(null=True)
    by_username = UsernameIndex()

    @classmethod
    def kept_for(cls, row: Image) -> str | None:
        """Return the row's own user: a leaving one's row is the tombstone."""
        return str(row["user_id"]["S"])


THERE = UserRow.user_id.exists() & UserRow.erasure.does_not_exist()
"""Holds if there is a user and no tombstone."""


def _named(username: str) -> Condition:
    """Return the condition that there is a user of this name."""
    named: Condition = THERE & (UserRow.username == username)
    return named


def decode(row: UserRow) -> User | None:
    """Return the user; None for a tombstone."""
    if row.erasure:
        return None
    return row.decode(User)


class UserTable:
    """Store users in DynamoDB."""

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
        row = UserRow.encode(user)
        return try_write(lambda: row.save(UserRow.user_id.does_not_exist()))

    def from_image(self, image: Image | None) -> User | None:
        return None if image is None else decode(UserRow.from_image(image))

    def erasure_from_image(self, image: Image | None) -> Erasure | None:
        return None if image is None else UserRow.from_image(image).erasure

    def set_last_active(self, user_id: str, today: date) -> None:
        earlier = THERE & (UserRow.last_active < today)
        try_write(
            lambda: UserRow(user_id).update([UserRow.last_active.set(today)], condition=earlier)
        )

    def set_band(self, user: User, band: Band, epoch: str, pulled_from: str | None) -> bool:
        actions: list[Action] = [
            UserRow.band.set(band),
            UserRow.band_epoch.set(epoch),
            UserRow.pulled_from.set(pulled_from) if pulled_from else UserRow.pulled_from.remove(),
        ]
        same: Condition = UserRow.band == user.band
        none: Condition = UserRow.band_epoch.does_not_exist()
        same &= UserRow.band_epoch == user.band_epoch if user.band_epoch else none
        return try_write(lambda: UserRow(user.user_id).update(actions, condition=same))

    def rename_step(self, user: User, username: str) -> Step:
        actions: list[Action] = [UserRow.username.set(username)]
        same = _named(user.username)
        if user.display_name == user.username:
            actions.append(UserRow.display_name.set(username))
            same &= UserRow.display_name == user.display_name

        def step(transaction: TransactWrite) -> None:
            transaction.update(UserRow(user.user_id), actions, condition=same)

        return step

    def update(self, user_id: str, changes: Mapping[str, object]) -> User | None:
        row = UserRow(user_id)
        actions = [
            getattr(UserRow, name).remove() if value is None else getattr(UserRow, name).set(value)
            for name, value in changes.items()
        ]
        return decode(row) if try_write(lambda: row.update(actions, condition=THERE)) else None

    def replace_email_change(
        self, user_id: str, before: EmailChange, after: EmailChange | None
    ) -> bool:
        change = UserRow.email_change
        actions: list[Action] = [change.remove() if after is None else change.set(after)]
        same = THERE & (UserRow.email_change == before)
        return try_write(lambda: UserRow(user_id).update(actions, condition=same))

    def lookup(self, user_ids: Iterable[str], *, consistent: bool = False) -> Lookup[User]:
        return Lookup(UserRow, [(user_id,) for user_id in user_ids], decode, consistent)

    def read(self, user_ids: Iterable[str]) -> dict[str, User]:
        [found] = read_together(self.lookup(user_ids))
        return {key[0]: user for key, user in found.items()}

    def count_step(self, user_id: str, *, still: User | None = None, **changes: int) -> Step:
        actions = [getattr(UserRow, name).add(change) for name, change in changes.items()]

        condition = THERE
        if still is not None:
            condition &= UserRow.is_private == still.is_private
            condition &= UserRow.band == still.band

        def step(transaction: TransactWrite) -> None:
            transaction.update(UserRow(user_id), actions, condition=condition)

        return step

    def replace_with_tombstone(self, erasure: Erasure) -> bool:
        actions = _tombstone(erasure)
        same = _named(erasure.username)
        return try_write(lambda: UserRow(erasure.user_id).update(actions, condition=same))

    def overwrite_with_tombstone(self, erasure: Erasure) -> None:
        actions = _tombstone(erasure)
        try_write(lambda: UserRow(erasure.user_id).update(actions))

    def get_erasure(self, user_id: str) -> Erasure | None:
        try:
            return UserRow.get(user_id, consistent_read=True).erasure
        except DoesNotExist:
            return None

    def update_erasure(
        self, before: Erasure, after: Erasure, expires_at: datetime | None = None
    ) -> bool:
        actions: list[Action] = [UserRow.erasure.set(after)]
        if expires_at is not None:
            actions.append(UserRow.expires_at.set(epoch_seconds(expires_at)))
        same = UserRow.erasure == before
        return try_write(lambda: UserRow(before.user_id).update(actions, condition=same))


def _tombstone(erasure: Erasure) -> list[Action]:
    """Return the actions that turn any row into a tombstone which does not expire yet."""
    kept = ("user_id", "erasure")
    actions: list[Action] = [
        getattr(UserRow, name).remove() for name in UserRow.get_attributes() if name not in kept
    ]
    return [*actions, UserRow.erasure.set(erasure)]


class SessionTable:
    """Store the ends of sessions on the users' rows, in the fields that
    `functions/accounts/sessions.py` explains."""

    def begin_change(self, user_id: str, change_id: str) -> None:
        self._write(user_id, [UserRow.password_changes.add({change_id})], THERE)

    def drop_change(self, user_id: str, change_id: str) -> None:
        self._write(user_id, _forgetting({change_id}), THERE)

    def end(
        self, user: User, valid_from: int, kept: str | None, changes: Set[str] = frozenset()
    ) -> bool:
        actions: list[Action] = [
            UserRow.sessions_valid_from.set(valid_from),
            UserRow.sessions_kept.set({kept}) if kept else UserRow.sessions_kept.remove(),
        ]
        actions += _forgetting(changes)
        return self._write(user.user_id, actions, _not_ended_since(user))

    def keep(self, user: User, session_id: str, valid_from: int) -> bool:
        kept = UserRow.sessions_kept
        # Sessions that were kept through an earlier end have ended with a later one.
        is_same_end = valid_from == user.sessions_valid_from
        actions: list[Action] = [
            UserRow.sessions_valid_from.set(valid_from),
            kept.add({session_id}) if is_same_end else kept.set({session_id}),
        ]
        done = self._write(user.user_id, actions, _not_ended_since(user))
        if done and (changes := covered(user, valid_from)):
            # A write of its own: after a lost answer nothing tells whether a DELETE was done.
            self._write(user.user_id, _forgetting(changes), THERE)
        return done

    def _write(self, user_id: str, actions: list[Action], condition: Condition) -> bool:
        return try_write(lambda: UserRow(user_id).update(actions, condition=condition))


def _forgetting(changes: Set[str]) -> list[Action]:
    """Return the actions that delete the notes of password changes."""
    return [UserRow.password_changes.delete(set(changes))] if changes else []


def _not_ended_since(user: User) -> Condition:
    """Return the condition that no sessions were ended since a user was read."""
    same: Condition = UserRow.sessions_valid_from == user.sessions_valid_from
    if user.sessions_valid_from == 0:  # rows from before there was the field have none
        same |= UserRow.sessions_valid_from.does_not_exist()
    unchanged: Condition = THERE & same
    return unchanged
