"""Use cases of one's own e-mail address.

The pool keeps the address. A new one is set there only when its owner has proven it with a code.
Until then it waits on the user's row.
"""

import hashlib
import hmac
from collections.abc import Callable, Mapping
from datetime import timedelta

from msgspec.structs import replace

from functions.accounts.domain import EmailChange, User
from functions.accounts.named_pool import NamedPool
from functions.accounts.names import folded_address
from functions.accounts.ports import Mailer, PoolRefused
from functions.accounts.refusals import PROBLEMS, refusals_as_problems
from functions.accounts.service import Accounts
from functions.aws.digests import Digest
from functions.aws.errors import Undeliverable
from functions.clock import Clock
from functions.errors import Conflict, TooManyRequests

NewCode = Callable[[], str]
CODE_VALID = timedelta(hours=1)
CODE_TRIES = 5
"""Wrong codes after which a new one has to be asked for."""
NO_MAIL = "This stage sends no mail, so an e-mail address cannot be changed here."
CODE_SUBJECT = "Your code for Fanlight"
CODE_TEXT = "{username}, your code is {code}. It is good for an hour and for this e-mail address."
TAKEN_TEXT = (
    "{username} asked to use this e-mail address for an account of Fanlight. You have an account "
    "with it already, so nothing was changed."
)
NOTICE_SUBJECT = "Your e-mail address for Fanlight"
NOTICE_TEXT = (
    "Somebody with the password of {username} asked for another e-mail address for this account. "
    "If it was not you, set a new password now; that logs everybody out."
)


class Emails:
    """One's own e-mail address. `digest` hashes bytes with the stage's key. `new_code` makes a code
    of digits."""

    def __init__(
        self,
        accounts: Accounts,
        pool: NamedPool,
        mailer: Mailer,
        may_mail: Callable[[str, str], bool],
        digest: Digest,
        now: Clock,
        new_code: NewCode,
    ) -> None:
        self._accounts = accounts
        self._pool = pool
        self._mailer = mailer
        self._may_mail = may_mail
        self._digest = digest
        self._now = now
        self._new_code = new_code

    def own(self, user: User, claims: Mapping[str, str]) -> tuple[str, bool]:
        """Return the user's address and whether it is verified.

        The caller's token tells both, as of its issue. The pool is asked only if the address was
        changed since: it allows few such calls a second.
        """
        claimed = claims.get("email", "")
        if user.email_digest is None and claimed:
            return claimed, claims.get("email_verified") == "true"
        if user.email_digest == self._digest_of(user.user_id, claimed):
            return claimed, True
        with refusals_as_problems():
            return self._pool.email_of(user.username)

    def ask(self, user_id: str, email: str, password: str) -> None:
        """Send a code to a new address, and a notice to the present one.

        If the address has another account, its owner is told instead and gets no code. The change
        is kept all the same, so that the answers here and to any code are the same.

        Raises:
            Unauthorized: the password is wrong.
            Conflict: the stage sends no mail.
            Invalid: no mail can be sent to the address.
            TooManyRequests: too many such mails went to it.
        """
        if not self._mailer.sender:
            raise Conflict(NO_MAIL)
        user = self._accounts.get(user_id)
        self._accounts.check_password(user.username, password)
        email = folded_address(email)
        if not self._may_mail("email", email):
            raise PROBLEMS["too_many_mails"]()
        with refusals_as_problems():
            present, _ = self._pool.email_of(user.username)
            is_taken = self._pool.has_address(email, user_id)
        code = self._new_code()
        change = EmailChange(
            email=email,
            code_digest=code_digest_of(user_id, code),
            expires_at=self._now() + CODE_VALID,
            tries_left=CODE_TRIES,
        )
        self._accounts.users.update(user_id, {"email_change": change})
        text = TAKEN_TEXT if is_taken else CODE_TEXT
        self._mail(email, CODE_SUBJECT, text.format(username=user.username, code=code))
        if present and present != email and self._may_mail("notice", present):
            self._mail(present, NOTICE_SUBJECT, NOTICE_TEXT.format(username=user.username))

    def _mail(self, address: str, subject: str, text: str) -> None:
        try:
            self._mailer.mail(address, subject, text)
        except Undeliverable as error:
            raise PROBLEMS["unreachable_email"]() from error

    def confirm(self, user_id: str, code: str) -> tuple[User, str]:
        """Set the new address with the code that was sent to it. Return the user and the address.

        Raises:
            Invalid: the code is wrong or has expired, or the address has got another account.
            TooManyRequests: another try runs at the same moment.
        """
        user = self._accounts.get(user_id)
        change = user.email_change
        with refusals_as_problems():
            if change is None or change.expires_at <= self._now() or not change.tries_left:
                raise PoolRefused("wrong_code")
            left = replace(change, tries_left=change.tries_left - 1)
            if not self._accounts.users.replace_email_change(user_id, change, left):
                raise TooManyRequests("Another try is running; try again.", retry_after=1)
            if not hmac.compare_digest(change.code_digest, code_digest_of(user_id, code)):
                raise PoolRefused("wrong_code")
            if self._pool.has_address(change.email, user_id):
                raise PoolRefused("wrong_code")
            if not self._accounts.move_address(user_id, change.email):
                raise PoolRefused("wrong_code")
            self._pool.set_email(self._accounts.get(user_id).username, change.email)
        return self._confirmed(user_id, change), change.email

    def _confirmed(self, user_id: str, change: EmailChange) -> User:
        """Record that an address was confirmed, and clear its change. A change to another address
        that was asked for meanwhile stays. Return the user."""
        users = self._accounts.users
        users.update(user_id, {"email_digest": self._digest_of(user_id, change.email)})
        user = self._accounts.get(user_id)
        while (waiting := user.email_change) is not None and waiting.is_for_same_code(change):
            users.replace_email_change(user_id, waiting, None)
            user = self._accounts.get(user_id)
        return user

    def _digest_of(self, user_id: str, address: str) -> str:
        """Return a digest of a user's address that only this stage can make. It is fast, because
        reads compare it."""
        return self._digest("email", f"{user_id} {address}".encode())


def code_digest_of(user_id: str, code: str) -> str:
    """Return a digest of a code. It is slow, so that somebody who reads the row cannot try all
    codes before this one expires."""
    salt = user_id.encode()
    return hashlib.scrypt(code.encode(), salt=salt, n=2**14, r=8, p=1, dklen=16).hex()
