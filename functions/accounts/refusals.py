"""Maps refusals of the user pool to problems."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

from functions.accounts.ports import PoolRefused, Refusal
from functions.errors import Conflict, Invalid, NotConfirmed, Problem, TooManyRequests, Unauthorized

RETRY_AFTER_SECONDS = 30
RETRY_MAIL_SECONDS = 600
PROBLEMS: Mapping[Refusal, Callable[[], Problem]] = {
    "username_taken": lambda: Conflict("This username is taken."),
    # Only the owner of the address can have confirmed it, so this tells nobody else.
    "address_taken": lambda: Conflict("This e-mail address has an account already."),
    "weak_password": lambda: Invalid.field("password", "does not meet the policy"),
    # A wrong code and an expired one look the same: codes go only to accounts that exist.
    "wrong_code": lambda: Invalid.field("code", "is wrong, or has expired"),
    # So do a wrong password and an unknown name.
    "wrong_credentials": lambda: Unauthorized("The username, password or token is wrong."),
    "not_confirmed": lambda: NotConfirmed("This account awaits the code that was sent by e-mail."),
    "password_reset_required": lambda: Unauthorized("This password must be reset."),
    "challenged": lambda: Unauthorized("This account cannot log in with its password alone."),
    "unreachable_email": lambda: Invalid.field("email", "cannot be reached"),
    "invalid_parameter": lambda: Invalid("The user pool does not accept this."),
    "wrong_token_type": lambda: Invalid.field("refresh_token", "is not a refresh token"),
    "too_many_mails": lambda: TooManyRequests(
        "Too many mails went to this address; try again later.", retry_after=RETRY_MAIL_SECONDS
    ),
    "busy": lambda: TooManyRequests(
        "Too many attempts; try again later.", retry_after=RETRY_AFTER_SECONDS
    ),
}


@contextmanager
def refusals_as_problems(*, weak: str = "password") -> Iterator[None]:
    """Raise the pool's refusals as problems. Other exceptions pass unchanged. `weak` is the field
    with the new password."""
    try:
        yield
    except PoolRefused as refused:
        if refused.reason == "weak_password":
            raise Invalid.field(weak, "does not meet the policy") from refused
        raise PROBLEMS[refused.reason]() from refused
