"""Inputs of the search."""

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from functions.http.fields import line
from functions.http.pages import DEFAULT_PAGE, MAX_PAGE, Cursor

MAX_QUERY = 100


class SearchQuery(msgspec.Struct, frozen=True):
    """The words to look for, and the part of the list to return."""

    q: Annotated[str, line(1, MAX_QUERY)]
    kind: Literal["users"] = "users"
    limit: Annotated[int, Meta(ge=1, le=MAX_PAGE)] = DEFAULT_PAGE
    cursor: Cursor = ""
