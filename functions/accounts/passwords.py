"""Use cases that end sessions: a new password, and a logout everywhere.

The password is in the pool and the end of the sessions is on the user's row. A process may die
between the two writes, so the row learns first that a change begins. If its end is never recorded,
the change counts as done after a minute: see `functions/accounts/sessions.py`.
"""

from collections.abc import Iterator, Set
from contextlib import contextmanager
from functools import partial

from functions.accounts.domain import Tokens, User
from functions.accounts.named_pool import NamedPool
from functions.accounts.password_rule import checked_password
from functions.accounts.ports import PoolRefused, SessionStore
from functions.accounts.refusals import refusals_as_problems
from functions.accounts.service import Accounts, in_either_form
from functions.accounts.sessions import covered, ended_by, next_end
from functions.clock import Clock, NewId
from functions.observability import log

LOGINS = 3
"""Tries of the login after a password change, if other requests end the sessions meanwhile."""


class Passwords:
    """New passwords, and the ends of sessions."""

    def __init__(
        self,
        accounts: Accounts,
        sessions: SessionStore,
        pool: NamedPool,
        now: Clock,
        new_id: NewId,
    ) -> None:
        self._accounts = accounts
        self._sessions = sessions
        self._pool = pool
        self._now = now
        self._new_id = new_id

    def forgot(self, username: str) -> None:
        """Send a code for a new password, if there is such an account."""
        with refusals_as_problems():
            self._pool.forgot(username)

    def reset(self, username: str, code: str, password: str) -> None:
        """Set a new password with the code that was sent. End all sessions.

        Raises:
            Invalid: the code is wrong, or the password is easy to guess.
        """
        password = checked_password(password, username)
        with refusals_as_problems():
            user_id = self._pool.id_of(username)
            if user_id is None:  # refused by the pool as a wrong code is
                self._pool.reset(username, code, password)
                return
            with self._changing(user_id) as change_id:
                self._pool.reset(username, code, password)
        self._end(user_id, username, {change_id})

    def change(self, user_id: str, password: str, new_password: str) -> Tokens:
        """Replace a password. End all sessions, and return the tokens of a new one.

        Raises:
            Unauthorized: the password is wrong.
            Invalid: the new password is easy to guess.
        """
        username = self._accounts.get(user_id).username
        new_password = checked_password(new_password, username, field="new_password")
        with refusals_as_problems(weak="new_password"):
            with self._changing(user_id) as change_id:
                change = partial(self._pool.change_password, username)
                in_either_form(password, lambda form: change(form, new_password))
            self._revoke_all(username)
            return self._only_session(user_id, username, new_password, {change_id})

    def log_out_everywhere(self, user_id: str) -> None:
        """End all sessions of a user."""
        self._end(user_id, self._accounts.get(user_id).username)

    @contextmanager
    def _changing(self, user_id: str) -> Iterator[str]:
        """Note on the user's row that a password change begins. Take the note back if the pool
        refuses it."""
        change_id = self._new_id()
        self._sessions.begin_change(user_id, change_id)
        try:
            yield change_id
        except PoolRefused:
            self._sessions.drop_change(user_id, change_id)
            raise

    def _only_session(
        self, user_id: str, username: str, password: str, changes: Set[str]
    ) -> Tokens:
        """Log in, and end all other sessions. Return the tokens.

        The row is read before the login. If sessions are ended meanwhile, this session may have
        begun before that end, perhaps with a password that is no longer right. So it is not kept,
        and a new login has to prove the password.
        """
        for _ in range(LOGINS):
            user = self._accounts.get(user_id)
            tokens = self._pool.login(username, password)
            if self._is_recorded(user, self._pool.session(tokens.id_token).session_id, changes):
                return tokens
        raise PoolRefused("busy")

    def _end(self, user_id: str, username: str, changes: Set[str] = frozenset()) -> None:
        # The pool comes first: a session that begins between the two ends with the row's write.
        self._revoke_all(username)
        user = self._accounts.users.get(user_id)
        while user is not None and not self._is_recorded(user, None, changes):
            user = self._accounts.users.get(user_id)

    def _is_recorded(self, user: User, kept: str | None, changes: Set[str]) -> bool:
        """End the sessions on the user's row. Notes of changes that died go, too. Return False if
        sessions were ended since `user` was read."""
        now = self._now()
        told = (changes | covered(user, ended_by(now))) & (user.password_changes or frozenset())
        return self._sessions.end(user, next_end(user, now), kept, told)

    def _revoke_all(self, username: str) -> None:
        """End all refresh tokens at the pool. The row alone is enough to refuse them, so a pool
        that is too busy for this does not fail the request."""
        try:
            self._pool.revoke_all(username)
        except PoolRefused as refused:
            log.warning("refresh tokens not revoked", reason=refused.reason)
