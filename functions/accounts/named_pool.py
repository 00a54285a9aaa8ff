"""The user pool under usernames: finds an account's name in the pool by its username."""

from functions.accounts.domain import Tokens
from functions.accounts.names import in_pool, username_of
from functions.accounts.ports import NameStore, PoolRefused, UserPool
from functions.accounts.sessions import Session
from functions.accounts.verifiers import verifies


class NamedPool:
    """A user pool whose methods take usernames.

    A username without a row may belong to an account from before there were rows: then it is the
    name in the pool, too.
    """

    def __init__(self, inner: UserPool, names: NameStore) -> None:
        self.inner = inner
        self._names = names

    def resend(self, username: str) -> None:
        """Send the code again, if there is such an account."""
        self.inner.resend(self._in_pool(username))

    def forgot(self, username: str) -> None:
        """Send a code for a new password, if there is such an account."""
        self.inner.forgot(self._in_pool(username))

    def reset(self, username: str, code: str, password: str) -> None:
        """Set a new password with the code that was sent."""
        self.inner.reset(self._in_pool(username), code, password)

    def login(self, username: str, password: str) -> Tokens:
        """Check a password. Return tokens.

        Raises:
            PoolRefused: `not_confirmed` only if the password is the one of the sign-up.
        """
        row = self._names.get(username)
        try:
            return self.inner.login(in_pool(username, row), password)
        except PoolRefused as refused:
            if refused.reason not in ("not_confirmed", "wrong_credentials"):
                raise
            # Cognito says `not_confirmed` whatever the password is. Other pools check it first.
            if row is not None and row.verifier and verifies(row.verifier, password):
                raise PoolRefused("not_confirmed") from refused
            raise PoolRefused("wrong_credentials") from refused

    def refresh(self, refresh_token: str) -> Tokens:
        """Return new tokens."""
        return self.inner.refresh(refresh_token)

    def id_of(self, username: str) -> str | None:
        """Return the id of the account with a username; None if there is none."""
        return self.inner.id_of(self._in_pool(username))

    def change_password(self, username: str, password: str, new_password: str) -> None:
        """Set a new password if the present one is right."""
        self.inner.change_password(self._in_pool(username), password, new_password)

    def revoke_all(self, username: str) -> None:
        """End all refresh tokens of an account."""
        self.inner.revoke_all(self._in_pool(username))

    def revoke(self, refresh_token: str) -> None:
        """End a refresh token."""
        self.inner.revoke(refresh_token)

    def email_of(self, username: str) -> tuple[str, bool]:
        """Return an account's address and whether it is verified."""
        return self.inner.email_of(self._in_pool(username))

    def set_email(self, username: str, email: str) -> None:
        """Set a verified address."""
        self.inner.set_email(self._in_pool(username), email)

    def has_address(self, address: str, user_id: str) -> bool:
        """Return whether a confirmed account other than this one has an address."""
        return self.inner.has_address(address, user_id)

    def remove(self, user_id: str) -> None:
        """Delete an account and its tokens, whatever it is called now."""
        name = self.inner.name_of(user_id)
        if name is not None:
            self.inner.remove(name, user_id)

    def knows(self, user_id: str) -> bool:
        """Return whether there is such an account."""
        return self.inner.name_of(user_id) is not None

    def name_of(self, user_id: str) -> str | None:
        """Return the username that an account signed up with; None if there is none."""
        name = self.inner.name_of(user_id)
        return None if name is None else username_of(name)

    def session(self, id_token: str) -> Session:
        """Return the session of a token that this pool has just issued."""
        return self.inner.session(id_token)

    def _in_pool(self, username: str) -> str:
        return in_pool(username, self._names.get(username))
