"""The accounts' use-cases. The pool knows passwords and addresses; the users table the rest."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Protocol

from functions.accounts.domain import FIRST_STEP, KNOWN_FOR, Band, Erasure, Tokens, User
from functions.accounts.schemas import ProfileChanges
from functions.clock import Clock
from functions.errors import NotFound, Unauthorized
from functions.events import Image
from functions.tables import Lookup, Step
from functions.text import checked_text

KNOWN_LIMIT = 50_000
"""User ids that a warm process remembers as seen of late: about 5 MB."""


class Users(Protocol):
    """The users table. Whoever has deleted the account is not there any more: a tombstone remains,
    which nothing writes to but the erasure."""

    def get(self, user_id: str) -> User | None:
        """The user, read strongly; None where there is none."""

    def find(self, username: str) -> str | None:
        """The id of the user of that name."""

    def create(self, user: User) -> bool:
        """Add a user; False where there is one already, or a tombstone, which is left as it is."""

    def touch(self, user_id: str, today: date) -> None:
        """Set the last-active day, unless it is as late already."""

    def turn(self, user: User, band: Band, epoch: str, pulled_from: str | None) -> bool:
        """Set the fan-out band; False where it is no longer what `user` says."""

    def update(self, user_id: str, changes: Mapping[str, object]) -> User | None:
        """Set fields of a user that exists; the user after it."""

    def read(self, user_ids: Iterable[str]) -> dict[str, User]:
        """The users by id; the gone are left out."""

    def lookup(self, user_ids: Iterable[str], *, consistent: bool = False) -> Lookup[User]:
        """The users by id, to be read together with others' rows; `consistent` reads strongly."""

    def of_image(self, image: Image | None) -> User | None:
        """The user in a stream's image of a row; None for a tombstone."""

    def erasure_of_image(self, image: Image | None) -> Erasure | None:
        """The state in a stream's image of a tombstone; None for a user."""

    def counting(self, user_id: str, *, still: User | None = None, **changes: int) -> Step:
        """The step of a transaction that changes counts of a user who exists and, with `still`, is
        as private and in the same band as there."""

    def bury(self, erasure: Erasure) -> bool:
        """Leave a tombstone with the erasure's state; False where there is no such user."""

    def entomb(self, erasure: Erasure) -> None:
        """Leave such a tombstone in the place of whatever is there: a user, another tombstone
        with its end, or nothing."""

    def erasing(self, user_id: str) -> Erasure | None:
        """The state on a tombstone, read strongly; None without one."""

    def move_on(self, before: Erasure, after: Erasure, expires_at: datetime | None = None) -> bool:
        """Set the state on a tombstone, and when it goes; False where the state is another."""


class Pool(Protocol):
    """The user pool. What it refuses is raised as a `functions.errors.Problem`."""

    def sign_up(self, username: str, email: str, password: str) -> tuple[str, bool]:
        """Add an account; its id, and whether it is confirmed."""

    def confirm(self, username: str, code: str) -> None:
        """Confirm an account with the code that was sent."""

    def resend(self, username: str) -> None:
        """Send the code again."""

    def forgot(self, username: str) -> None:
        """Send a code for a new password, where there is such an account."""

    def reset(self, username: str, code: str, password: str) -> None:
        """Set a new password with the code that was sent."""

    def login(self, username: str, password: str) -> Tokens:
        """Check a password."""

    def refresh(self, refresh_token: str) -> Tokens:
        """New id and access tokens."""

    def revoke(self, refresh_token: str) -> None:
        """End a refresh token, and the access tokens made with it."""

    def remove(self, username: str, user_id: str) -> None:
        """Delete that very account, and with it its tokens; nothing happens where it has gone."""

    def knows(self, username: str, user_id: str) -> bool:
        """Whether that very account is there."""

    def name_of(self, user_id: str) -> str | None:
        """The name of the account with that id; None where there is none. The pool admits few
        such calls a second: it is for an operator's commands alone."""

    def subject(self, id_token: str) -> tuple[str, str]:
        """The user id and name in a token that this pool has just issued."""


class Accounts:
    """Who people are."""

    def __init__(self, users: Users, pool: Pool, now: Clock) -> None:
        self.users = users
        self.pool = pool
        self._now = now
        self._seen: dict[str, datetime] = {}

    def sign_up(self, username: str, email: str, password: str) -> tuple[str, bool]:
        """Make an account; its id, and whether it is confirmed.

        A confirmed account is introduced at once, so that others can find it before its first
        login. If that write is lost, the first authenticated request makes it.
        """
        user_id, confirmed = self.pool.sign_up(username, email, password)
        if confirmed:
            self.introduce(user_id, username)
        return user_id, confirmed

    def login(self, username: str, password: str) -> tuple[Tokens, str]:
        """Tokens, and whose they are."""
        return self._introduced(self.pool.login(username.lower(), password))

    def refresh(self, refresh_token: str) -> tuple[Tokens, str]:
        """New tokens for an old refresh token, and whose they are."""
        return self._introduced(self.pool.refresh(refresh_token))

    def _introduced(self, tokens: Tokens) -> tuple[Tokens, str]:
        user_id, username = self.pool.subject(tokens.id_token)
        self.introduce(user_id, username)
        return tokens, user_id

    def introduce(self, user_id: str, username: str) -> None:
        """See to it that a user has a profile, and that it tells the last day of activity.

        Costs nothing for whom this process has seen a moment ago.

        Raises:
            Unauthorized: the account was deleted; its token has yet to expire.
        """
        now = self._now()
        seen = self._seen.get(user_id)
        if seen is not None and now - seen < KNOWN_FOR and seen.date() == now.date():
            return
        user = self.users.get(user_id) or self._profile(user_id, username)
        if user.last_active < now.date():
            self.users.touch(user_id, now.date())
        if len(self._seen) >= KNOWN_LIMIT:
            self._seen.clear()
        self._seen[user_id] = now

    def _profile(self, user_id: str, username: str) -> User:
        now = self._now()
        new = User(
            user_id=user_id,
            username=username,
            display_name=username,
            created_at=now,
            last_active=now.date(),
        )
        if self.users.create(new):
            return new
        standing = self.users.get(user_id)  # another request was faster, or it is a tombstone
        if standing is None:
            raise Unauthorized("This account was deleted.")
        return standing

    def leave(self, user_id: str, password: str) -> None:
        """Delete an account: hidden at once, in this one write; all else follows from the stream.

        Raises:
            Unauthorized: the password is wrong.
        """
        user = self.get(user_id)
        tokens = self.pool.login(user.username, password)
        self.pool.revoke(tokens.refresh_token)  # it was asked for to check the password alone
        begun = Erasure(
            user_id=user_id, username=user.username, begun_at=self._now(), step=FIRST_STEP
        )
        self.users.bury(begun)
        self._seen.pop(user_id, None)

    def get(self, user_id: str) -> User:
        """A user.

        Raises:
            NotFound: there is none of that id.
        """
        user = self.users.get(user_id)
        if user is None:
            raise NotFound("There is no such user.")
        return user

    def read(self, user_ids: Iterable[str]) -> dict[str, User]:
        """The users of those ids that there are."""
        return self.users.read(user_ids)

    def named(self, username: str) -> User:
        """The user of a name, which is told apart regardless of case.

        Raises:
            NotFound: nobody has it.
        """
        user_id = self.users.find(username.lower())
        if user_id is None:
            raise NotFound("There is no such user.")
        return self.get(user_id)

    def change(self, user_id: str, changes: ProfileChanges) -> User:
        """Set what `changes` has of a profile; the profile after it."""
        given = {
            name: value
            for name in changes.__struct_fields__
            if isinstance(value := getattr(changes, name), str | bool | None)
        }
        if isinstance(name := given.get("display_name"), str):
            checked_text("display_name", name, len(name), visible=True)
        if isinstance(bio := given.get("bio"), str):
            checked_text("bio", bio, len(bio), lines=True)
        user = self.users.update(user_id, given) if given else self.users.get(user_id)
        if user is None:
            raise NotFound("There is no such user.")
        return user
