"""The rule for usernames. Every call that takes a username folds it here. Every call that
gives somebody a name checks it here.

Accounts from before this rule may have names that it refuses, such as `_ada` or `1234`. They keep
them: `GIVEN` admits every name that was ever allowed, and a login is not checked at all.
"""

import re
from collections.abc import Container

from functions.accounts.domain import MAX_USERNAME, MIN_USERNAME
from functions.accounts.reserved import bare
from functions.errors import Invalid

MAX_GIVEN = 128
"""The length of a username as a request sends it, with the spaces around it."""
NEW = rf" *[A-Za-z0-9][A-Za-z0-9_.]{{{MIN_USERNAME - 2},{MAX_USERNAME - 2}}}[A-Za-z0-9] *"
"""A new username before it is folded."""
NEVER = r"^(.*\.\..*| *[0-9]+ *)$"
"""No new username matches this. RE2 has no lookahead, so it needs a pattern of its own."""
GIVEN = rf" *[A-Za-z0-9_.]{{{MIN_USERNAME},{MAX_USERNAME}}} *"
"""The username of an account of any age, before it is folded."""
RULE = (
    f"{MIN_USERNAME} to {MAX_USERNAME} characters of a-z, 0-9, _ and ., with a letter or digit at "
    "both ends, without two dots in a row, and not only digits"
)
RESERVED_NAME = "is reserved, so choose another one"
_NEW, _NEVER = re.compile(NEW), re.compile(NEVER)


def folded(given: str) -> str:
    """Return a username without the spaces around it and in small letters.

    Other alphabets stay as they are: Python's `lower` turns the Kelvin sign into a k.
    """
    name = given.strip(" ")
    return name.lower() if name.isascii() else name


def is_username(name: str) -> bool:
    """Return whether a folded name follows the rule. It may still be reserved."""
    return name == folded(name) and bool(_NEW.fullmatch(name)) and not _NEVER.match(name)


def checked_username(given: str, reserved: Container[str]) -> str:
    """Return a new username, folded. `reserved` are names without dots and underscores.

    Raises:
        Invalid: the name breaks the rule or is reserved.
    """
    name = folded(given)
    if not is_username(name):
        raise Invalid.field("username", f"has to be {RULE}")
    if bare(name) in reserved:
        raise Invalid.field("username", RESERVED_NAME)
    return name
