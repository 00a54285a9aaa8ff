"""The rule for new passwords: sign-up, reset and change call `checked_password`.

A password is safe if it is long and is not among the first guesses (NIST SP 800-63B, 3.1.1.2).
Classes of characters add little, so the rule asks for none. Spaces count, also at the ends.
"""

import gzip
import unicodedata
from functools import cache
from pathlib import Path

from functions.accounts.domain import MAX_PASSWORD, MIN_PASSWORD
from functions.errors import Invalid

COMMON_FILE = Path(__file__).with_name("common_passwords.txt.gz")
"""Django's list of common passwords, without those that are too short: infra/common_passwords.py
writes it. Copyright (c) Django Software Foundation and individual contributors, BSD-3-Clause: see
common_passwords.license.txt."""
PRODUCT = "fanlight"
TOO_SHORT = f"has to have {MIN_PASSWORD} to {MAX_PASSWORD} characters"
COMMON = "is one of the most common passwords"
NAME = "is the username"
EMAIL = "is the e-mail address, or the part before its @"
SERVICE = "is the name of this service"


def normalized(password: str) -> str:
    """Return a password in Unicode's form NFC: the same keys on two systems give two spellings of
    one text."""
    return unicodedata.normalize("NFC", password)


def comparable(text: str) -> str:
    """Return a text without capitals and the spaces around it, as a guesser tries it."""
    return normalized(text).casefold().strip()


def checked_password(
    password: str, username: str, email: str = "", *, field: str = "password"
) -> str:
    """Return a new password, normalized.

    A reset knows no e-mail address, because only the user pool does.

    Raises:
        Invalid: the password is too short or easy to guess. It names the field and the reason.
    """
    kept = normalized(password)
    if not MIN_PASSWORD <= len(kept) <= MAX_PASSWORD:
        raise Invalid.field(field, TOO_SHORT)
    reason = _weakness(comparable(password), comparable(username), comparable(email))
    if reason:
        raise Invalid.field(field, reason)
    return kept


def _weakness(password: str, username: str, email: str) -> str:
    """Return why a password is easy to guess; empty if it is not known to be."""
    if password == username:
        return NAME
    if email and password in (email, email.partition("@")[0]):
        return EMAIL
    if password == PRODUCT:
        return SERVICE
    return COMMON if not password or password in common_passwords() else ""


@cache
def common_passwords() -> frozenset[str]:
    """Return the common passwords. Only a process that sets a password pays for them."""
    return frozenset(gzip.decompress(COMMON_FILE.read_bytes()).decode().split("\n"))
