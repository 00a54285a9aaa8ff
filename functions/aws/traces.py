"""Finds in the rows of a table which users they belong to, and which users they mention."""

import re
from collections.abc import Iterable, Mapping, Set

from functions.aws.tables import Image, Table

_WORD = re.compile(r"[A-Za-z0-9-]+")
"""A part of a text that may be an id: in keys and paths, ids stand between other characters."""

Usernames = Mapping[str, str]
"""User ids by username."""


def owned_by(table: type[Table], row: Image, ids: Set[str], usernames: Usernames) -> set[str]:
    """Return those of the users who own a row."""
    owners = table.owners(row)
    named = {usernames[one] for one in owners if one in usernames} if table.names else set()
    return named.union(one for one in owners if one in ids)


def mentioned_in(table: type[Table], row: Image, ids: Set[str], usernames: Usernames) -> set[str]:
    """Return those of the users of whom a row is a trace.

    It is if it holds the id, except in text that others wrote, or if it holds the name in an
    attribute for names. A row that an erasure keeps for its user is not a trace of that user.
    """
    told = str([held for name, held in row.items() if name not in table.words])
    found = {word for word in _WORD.findall(told) if word in ids}
    found |= {usernames[word] for word in names_in(table, [row]) if word in usernames}
    return found - {table.kept_for(row)}


def names_in(table: type[Table], rows: Iterable[Image]) -> set[str]:
    """Return the usernames in the attributes for names."""
    texts = (row[name]["S"] for row in rows for name in table.names if name in row)
    return {text.partition(" ")[0] for text in texts}
