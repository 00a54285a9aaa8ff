"""Interfaces of the users table and of the user pool."""

from collections.abc import Iterable, Mapping, Set
from datetime import date, datetime
from typing import Literal, Protocol

from functions.accounts.domain import Band, EmailChange, Erasure, PoolAccount, Tokens, User
from functions.accounts.names import Name
from functions.accounts.sessions import Session
from functions.aws.tables import Image, Lookup, Step


class UserStore(Protocol):
    """The users table. A deleted account leaves a tombstone, which only the erasure writes to.
    Reads treat a tombstone as a missing user."""

    def get(self, user_id: str) -> User | None:
        """Return the user; None if there is none. Reads strongly."""

    def find(self, username: str) -> str | None:
        """Return the id of the user with this username."""

    def create(self, user: User) -> bool:
        """Add a user. Return False if there is one already, or a tombstone."""

    def set_last_active(self, user_id: str, today: date) -> None:
        """Set the last active day, unless it is as late already."""

    def set_band(self, user: User, band: Band, epoch: str, pulled_from: str | None) -> bool:
        """Set the fan-out band. Return False if it changed since `user` was read."""

    def rename_step(self, user: User, username: str) -> Step:
        """Make a transaction step that changes the username of an existing user. The display name
        changes with it if it is the username. The step holds only while both names that it replaces
        are as in `user`."""

    def update(self, user_id: str, changes: Mapping[str, object]) -> User | None:
        """Set fields of an existing user. Return the new user; None if there is none."""

    def replace_email_change(
        self, user_id: str, before: EmailChange, after: EmailChange | None
    ) -> bool:
        """Replace a waiting change of the e-mail address. Return False if it is no longer
        `before`."""

    def read(self, user_ids: Iterable[str]) -> dict[str, User]:
        """Return the users that exist, by id."""

    def lookup(self, user_ids: Iterable[str], *, consistent: bool = False) -> Lookup[User]:
        """Make a lookup of users by id, to be read with rows of other tables. `consistent` reads
        strongly."""

    def from_image(self, image: Image | None) -> User | None:
        """Return the user in a stream record's image; None for a tombstone."""

    def erasure_from_image(self, image: Image | None) -> Erasure | None:
        """Return the erasure in a stream record's image of a tombstone; None for a user."""

    def count_step(self, user_id: str, *, still: User | None = None, **changes: int) -> Step:
        """Make a transaction step that changes counts of an existing user. With `still`, it holds
        only while the user is as private and in the same band as there."""

    def replace_with_tombstone(self, erasure: Erasure) -> bool:
        """Replace a user with a tombstone. Return False if there is no such user."""

    def overwrite_with_tombstone(self, erasure: Erasure) -> None:
        """Put a tombstone in place of whatever is there: a user, an earlier tombstone, or
        nothing."""

    def get_erasure(self, user_id: str) -> Erasure | None:
        """Return the erasure on a tombstone; None if there is none. Reads strongly."""

    def update_erasure(
        self, before: Erasure, after: Erasure, expires_at: datetime | None = None
    ) -> bool:
        """Set the erasure on a tombstone and when the row expires. Return False if it is no longer
        `before`."""


class SessionStore(Protocol):
    """The ends of sessions on users' rows. Each write does nothing if there is no such user.
    `sessions_valid_from` only grows."""

    def begin_change(self, user_id: str, change_id: str) -> None:
        """Note that a password change begins. `change_id` is a ULID of now."""

    def drop_change(self, user_id: str, change_id: str) -> None:
        """Forget a password change that was refused. The inverse of `begin_change`."""

    def end(
        self, user: User, valid_from: int, kept: str | None, changes: Set[str] = frozenset()
    ) -> bool:
        """End all sessions that began before a second, except the one with the id `kept`. Forget
        the password changes whose end it records. Return False if sessions were ended since `user`
        was read. It may also return False if it forgets changes and the answer to its write was
        lost: then nothing tells its write from another."""

    def keep(self, user: User, session_id: str, valid_from: int) -> bool:
        """Keep a session although it began before `valid_from`. Forget the password changes that
        this second covers. Return False if sessions were ended since `user` was read."""


class NameStore(Protocol):
    """The names table. A write succeeds only if the row is as it was read: `over`, or None."""

    def get(self, name: str) -> Name | None:
        """Return the row of a username or an address, even if it is free by now. Reads strongly."""

    def put(self, name: Name, over: Name | None) -> bool:
        """Write a row in place of `over`. Return False if it changed meanwhile."""

    def put_step(self, name: Name, over: Name | None) -> Step:
        """Make a transaction step that does what `put` does."""

    def put_all(self, *steps: Step) -> bool:
        """Commit a transaction. Return False if a condition did not hold; nothing was written."""

    def drop(self, name: Name) -> bool:
        """Delete a row. Return False if it changed meanwhile."""

    def from_image(self, image: Image | None) -> Name | None:
        """Return the name in a stream record's image."""

    def drop_step(self, name: Name) -> Step:
        """Make a transaction step that does what `drop` does."""


class Mailer(Protocol):
    """Sends mail."""

    sender: str
    """Empty if the stage sends no mail."""

    def mail(self, address: str, subject: str, text: str) -> None:
        """Send a mail.

        Raises:
            Undeliverable: mail cannot be sent to the address.
            Contended: too many mails are sent at once.
        """


Refusal = Literal[
    "username_taken",
    "address_taken",
    "weak_password",
    "wrong_code",
    "wrong_credentials",
    "not_confirmed",
    "password_reset_required",
    "challenged",
    "unreachable_email",
    "invalid_parameter",
    "wrong_token_type",
    "too_many_mails",
    "busy",
]


class PoolRefused(Exception):
    """The user pool refused a request. `reason` says why."""

    def __init__(self, reason: Refusal) -> None:
        super().__init__(reason)
        self.reason = reason


class UserPool(Protocol):
    """The user pool. Its methods raise `PoolRefused`. Mails to one mailbox are limited: beyond the
    limit a sign-up is refused, and other mails are left out, so that the answer tells nothing."""

    def sign_up(self, username: str, email: str, password: str) -> tuple[str, bool]:
        """Add an account. Return its id and whether it is confirmed."""

    def confirm(self, username: str, code: str) -> None:
        """Confirm an account with the code that was sent."""

    def resend(self, username: str) -> None:
        """Send the code again."""

    def forgot(self, username: str) -> None:
        """Send a code for a new password, if there is such an account."""

    def reset(self, username: str, code: str, password: str) -> None:
        """Set a new password with the code that was sent."""

    def change_password(self, username: str, password: str, new_password: str) -> None:
        """Set a new password if the present one is right. Existing tokens stay valid. Like `reset`,
        it has set nothing if it is refused."""

    def login(self, username: str, password: str) -> Tokens:
        """Check a password. Return tokens."""

    def refresh(self, refresh_token: str) -> Tokens:
        """Return a new id token."""

    def revoke(self, refresh_token: str) -> None:
        """End a refresh token."""

    def revoke_all(self, username: str) -> None:
        """End all refresh tokens of an account. Does nothing for an unknown name."""

    def remove(self, username: str, user_id: str) -> None:
        """Delete this account and its tokens, if the username still belongs to it."""

    def knows(self, username: str, user_id: str) -> bool:
        """Return whether the username still belongs to this account."""

    def email_of(self, username: str) -> tuple[str, bool]:
        """Return an account's e-mail address and whether it is verified."""

    def set_email(self, username: str, email: str) -> None:
        """Set the verified e-mail address of an account."""

    def id_of(self, username: str) -> str | None:
        """Return the id of the account with this username; None if there is none."""

    def name_of(self, user_id: str) -> str | None:
        """Return the username of an account; None if there is none. Cognito allows few such calls a
        second, so only operators' commands use it."""

    def account(self, username: str) -> PoolAccount | None:
        """Return the account with this name; None if there is none."""

    def has_address(self, address: str, user_id: str) -> bool:
        """Return whether a confirmed account other than this one has an e-mail address."""

    def session(self, id_token: str) -> Session:
        """Return the session of a token that this pool has just issued."""
