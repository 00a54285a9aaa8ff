"""The rules of names: who owns a username, and until when. Pure.

A username is a row, and so is an e-mail address that somebody has proven to be theirs. Both are
claimed by a conditional write, so nobody else can have them.

The user pool cannot rename an account. So a new account has a name of its own in the pool: the
username of the sign-up and a ULID, which are never changed or used again. Accounts from before have
no row until they are renamed or deleted; in the pool they have their first username.
"""

from datetime import datetime, timedelta
from typing import Literal

import msgspec

from functions.clock import epoch_seconds

UNCONFIRMED_HELD = timedelta(hours=24)
"""How long a sign-up without its code keeps the username. The code expires then, too."""
CLAIM_KEPT = timedelta(days=7)
"""How long the row of a sign-up without its code is kept. After the first day it holds the name
from nobody, but its owner can still ask for a new code and confirm it."""
SIGN_UP_RUNS = timedelta(seconds=60)
"""Longer than a sign-up can run. One that has no account in the pool by then has died."""
RENAMES, RENAMES_WITHIN = 2, timedelta(days=30)
"""How often a user can take another username."""
SEPARATOR = ":"
"""Between the username and the ULID in the pool. No username has it."""

NOBODY = f"{SEPARATOR}nobody"
"""A name that no account in the pool has."""

State = Literal["claimed", "confirmed", "held"]


class Name(msgspec.Struct, frozen=True, kw_only=True):
    """A username, or a proven e-mail address.

    It is `claimed` from the sign-up to its code, then `confirmed`. After an account left it, it is
    `held` until `expires_at`, and nobody can take it; then it has no user id. A claim expires, too,
    and the account that waits for its code goes with it. `version` is new in each write. `address`
    is the account's, folded. `verifier` tells whether a password is the one of the sign-up, as long
    as the name is claimed. `renames` are the seconds of recent changes.
    """

    name: str
    version: str
    state: State
    since: datetime
    pool_name: str = ""
    user_id: str | None = None
    address: str | None = None
    verifier: str | None = None
    renames: list[int] | None = None
    expires_at: int | None = None


def pool_name(username: str, new_id: str) -> str:
    """Return the name of a new account in the pool."""
    return f"{username}{SEPARATOR}{new_id.lower()}"


def username_of(pool_name: str) -> str:
    """Return the username that an account in the pool signed up with."""
    return pool_name.partition(SEPARATOR)[0]


def in_pool(username: str, row: Name | None) -> str:
    """Return the name in the pool of the account with a username."""
    return username if row is None else row.pool_name or NOBODY


def folded_address(email: str) -> str:
    """Return an e-mail address in small letters.

    By the standard, capitals before the @ may matter, but no provider lets them. Dots and plus
    signs do matter at most providers, so they stay.
    """
    return email.lower()


def is_free(name: Name, now: datetime) -> bool:
    """Return whether a sign-up can take a name that has a row. A claimed one may still turn out to
    be confirmed: only the pool knows."""
    if name.state == "held":
        return name.expires_at is not None and name.expires_at <= epoch_seconds(now)
    return name.state == "claimed" and now - name.since >= UNCONFIRMED_HELD


def recent_renames(name: Name | None, now: datetime) -> list[int]:
    """Return the seconds of the changes that count against the limit."""
    oldest = epoch_seconds(now - RENAMES_WITHIN)
    return [one for one in (name.renames if name else None) or [] if one > oldest]
