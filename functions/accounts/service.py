"""Use cases of accounts. The pool keeps passwords and addresses, the users table everything
else."""

from collections.abc import Callable, Container, Iterable
from typing import TypeVar

from msgspec import UNSET

from functions.accounts.domain import (
    FIRST_STEP,
    MAX_BIO,
    MAX_DISPLAY_NAME,
    Erasure,
    Tokens,
    User,
)
from functions.accounts.joining import Joining
from functions.accounts.named_pool import NamedPool
from functions.accounts.password_rule import normalized
from functions.accounts.ports import PoolRefused, SessionStore, UserStore
from functions.accounts.refusals import PROBLEMS, refusals_as_problems
from functions.accounts.renaming import Renaming
from functions.accounts.schemas import ProfileChanges
from functions.accounts.sessions import ENDED, NOT_OURS, Session, is_live, valid_from
from functions.accounts.usernames import checked_username
from functions.clock import Clock
from functions.errors import Invalid, NotFound, TooManyRequests, Unauthorized
from functions.http.inputs import given_fields
from functions.text import checked_name, checked_text, shown

DELETED = "This account was deleted."
Answer = TypeVar("Answer")
MakeAvatar = Callable[[str], str]
"""Makes an avatar of the picture with this id. Returns the avatar's id."""


def in_either_form(password: str, use: Callable[[str], Answer]) -> Answer:
    """Use a present password, normalized. If the pool refuses it, use it as it was given, because
    it may be from before passwords were normalized."""
    normal = normalized(password)
    try:
        return use(normal)
    except PoolRefused as refused:
        if normal == password or refused.reason != "wrong_credentials":
            raise
    return use(password)


class Accounts:
    """Sign-up, login and profiles. Usernames arrive folded."""

    def __init__(
        self,
        users: UserStore,
        sessions: SessionStore,
        pool: NamedPool,
        joining: Joining,
        renaming: Renaming,
        reserved: Container[str],
        now: Clock,
    ) -> None:
        self.users = users
        self.sessions = sessions
        self.pool = pool
        self._joining = joining
        self._renaming = renaming
        self._reserved = reserved
        self._now = now

    def sign_up(
        self, username: str, email: str, password: str, sign_up_id: str | None = None
    ) -> tuple[str, bool]:
        """Create an account. Return its id and whether it is confirmed.

        A confirmed account gets its profile at once, so that others can find it before its first
        login. If that write is lost, the first authenticated request creates the profile.

        See `Joining.sign_up` for the errors.
        """
        user_id, confirmed = self._joining.sign_up(username, email, password, sign_up_id)
        if confirmed:
            self.ensure_profile(user_id, username)
        return user_id, confirmed

    def login(self, username: str, password: str) -> tuple[Tokens, str]:
        """Check a password. Return tokens and the user's id."""
        tokens = self._login(username, password)
        session = self.pool.session(tokens.id_token)
        self._joining.enter(username, session.user_id)
        user = self._user_of(session)
        if user.username != username:
            # The pool still knows an account from before there were rows by its first name.
            self.logout(tokens.refresh_token)
            raise PROBLEMS["wrong_credentials"]()
        if not is_live(session, user, self._now()):
            tokens = self._login_again(user, username, password)
        return tokens, user.user_id

    def _login_again(self, user: User, username: str, password: str) -> Tokens:
        """Log in once more, because this user's sessions were ended a moment ago. The first login
        may have come before that, with a password that is no longer right. This one comes after it,
        so it is kept although it began in the same second.
        """
        tokens = self._login(username, password)
        session, since = self.pool.session(tokens.id_token), valid_from(user, self._now())
        if session.began_at < since and not self.sessions.keep(user, session.session_id, since):
            raise TooManyRequests("The sessions have just ended; try again.", retry_after=1)
        return tokens

    def _login(self, username: str, password: str) -> Tokens:
        with refusals_as_problems():
            return in_either_form(password, lambda form: self.pool.login(username, form))

    def refresh(self, refresh_token: str) -> tuple[Tokens, str]:
        """Renew the tokens. Return them and the user's id.

        Raises:
            Unauthorized: this is not a refresh token, or its session has ended.
        """
        with refusals_as_problems():
            tokens = self.pool.refresh(refresh_token)
        session = self.pool.session(tokens.id_token)
        self.admit(session)
        return tokens, session.user_id

    def check_password(self, username: str, password: str) -> None:
        """Check a password once more.

        Raises:
            Unauthorized: it is wrong.
        """
        self.logout(self._login(username, password).refresh_token)

    def logout(self, refresh_token: str) -> None:
        """End a refresh token."""
        with refusals_as_problems():
            self.pool.revoke(refresh_token)

    def confirm(self, username: str, code: str) -> None:
        """Confirm an account with the code that was sent."""
        self._joining.confirm(username, code)

    def resend_code(self, username: str) -> None:
        """Send the confirmation code again, if there is such an account."""
        with refusals_as_problems():
            self.pool.resend(username)

    def admit(self, session: Session) -> None:
        """Let a request of this session in. Create the user's profile with the first one.

        It reads the user's row each time and strongly, which costs one read unit and one round
        trip. So a session that has ended, or whose account was deleted, is refused at once in every
        process.

        Raises:
            Unauthorized: the session has ended, or the account was deleted.
        """
        if not is_live(session, self._user_of(session), self._now()):
            raise Unauthorized(ENDED)

    def _user_of(self, session: Session) -> User:
        """Return the session's user, as `ensure_profile` does. An account that was made at the pool
        itself gets a profile only if its name follows the rule of sign-up."""
        user = self.users.get(session.user_id)
        if user is None:
            try:
                name = checked_username(session.username, self._reserved)
            except Invalid as error:
                raise Unauthorized(NOT_OURS) from error
            user = self._profile(session.user_id, name)
        return self._active(user)

    def ensure_profile(self, user_id: str, username: str) -> User:
        """Create the user's profile if it is missing and record today as their last active day.
        Return the user. The name has been checked.

        Raises:
            Unauthorized: the account was deleted.
        """
        return self._active(self.users.get(user_id) or self._profile(user_id, username))

    def _active(self, user: User) -> User:
        today = self._now().date()
        if user.last_active < today:
            self.users.set_last_active(user.user_id, today)
            waiting = user.email_change
            if waiting is not None and waiting.expires_at <= self._now():
                self.users.replace_email_change(user.user_id, waiting, None)
        return user

    def _profile(self, user_id: str, username: str) -> User:
        if not self._renaming.owns(user_id, username):
            raise Unauthorized(DELETED)  # the login has disappeared from the pool
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
            raise Unauthorized(DELETED)
        return standing

    def check_exists(self, user_id: str) -> None:
        """Check that the caller's account has not been deleted.

        Raises:
            Unauthorized: it has.
        """
        if self.users.get(user_id) is None:
            raise Unauthorized(DELETED)

    def delete(self, user_id: str, password: str) -> None:
        """Delete an account. This one write hides it at once; everything else follows from the
        stream.

        Raises:
            Unauthorized: the password is wrong.
        """
        user = self.get(user_id)
        self.check_password(user.username, password)
        there: User | None = user
        while there is not None and not self.users.replace_with_tombstone(self._begun(there)):
            there = self.users.get(user_id)  # renamed, or deleted by another request, meanwhile

    def _begun(self, user: User) -> Erasure:
        return Erasure(
            user_id=user.user_id, username=user.username, begun_at=self._now(), step=FIRST_STEP
        )

    def get(self, user_id: str) -> User:
        """Return a user.

        Raises:
            NotFound: no user has this id.
        """
        user = self.users.get(user_id)
        if user is None:
            raise NotFound("There is no such user.")
        return user

    def read(self, user_ids: Iterable[str]) -> dict[str, User]:
        """Return the users that exist, by id."""
        return self.users.read(user_ids)

    def get_by_username(self, username: str) -> User:
        """Return the user with a username.

        Raises:
            NotFound: nobody has this username.
        """
        user_id = self._renaming.find(username)
        user = None if user_id is None else self.users.get(user_id)
        if user is None or user.username != username:
            raise NotFound("There is no such user.")
        return user

    def rename(self, user_id: str, username: str) -> User:
        """Change a username. Return the user. See `Renaming.rename` for the errors."""
        self._renaming.rename(self.get(user_id), username)
        return self.get(user_id)

    def move_address(self, user_id: str, address: str) -> bool:
        """Give a user a proven address. Return False if somebody else has it."""
        return self._renaming.move_address(user_id, address)

    def change(self, user_id: str, changes: ProfileChanges, make_avatar: MakeAvatar) -> User:
        """Change the given fields of a profile. Return the new profile.

        The avatar is made after all checks: a change that they refuse leaves no objects. If the
        account is deleted meanwhile, its erasure deletes them.

        Raises:
            Invalid: a text cannot be kept or shown.
            NotFound: the user does not exist.
        """
        given = given_fields(changes)
        if changes.display_name is not UNSET:
            checked_name("display_name", changes.display_name, MAX_DISPLAY_NAME)
        if changes.bio is not UNSET:
            given["bio"] = shown(checked_text("bio", changes.bio, MAX_BIO, lines=True))
        if "avatar_media_id" in given:
            chosen = given["avatar_media_id"]
            given["avatar_id"] = None if chosen is None else make_avatar(chosen)
        user = self.users.update(user_id, given) if given else self.users.get(user_id)
        if user is None:
            raise NotFound("There is no such user.")
        return user
