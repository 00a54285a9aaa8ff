"""Types of fields that several capabilities use: their checks, and the words that describe them.

Python reads a pattern here and JSON Schema reads it in the OpenAPI document. So a pattern uses only
what both and RE2 support: no lookaround, no named classes. A field's description is also the
message to a caller who sends something else.
"""

from typing import Annotated

from msgspec import Meta

_NO_CONTROLS = r"[^\x00-\x1f\x7f-\x9f]"
_NO_CONTROLS_BUT_LINES = r"[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]"
"""All but control characters; a tab, a line feed and a carriage return are allowed."""


def spelled(pattern: str, least: int, most: int, says: str) -> Meta:
    """Return a text type with a pattern. `says` describes the pattern in words."""
    # In Python `$` would allow a final line break. The document has `^` and `$` for these two.
    whole = rf"\A{pattern}\Z"
    return Meta(pattern=whole, min_length=least, max_length=most, description=says)


def line(least: int, most: int) -> Meta:
    """Return a text type of one line."""
    says = f"{_length(least, most)} on one line, without control characters"
    return spelled(f"{_NO_CONTROLS}*", least, most, says)


def lines(least: int, most: int) -> Meta:
    """Return a text type that may have several lines."""
    says = f"{_length(least, most)}, without control characters other than line ends and tabs"
    return spelled(f"{_NO_CONTROLS_BUT_LINES}*", least, most, says)


def _length(least: int, most: int) -> str:
    return f"{least} to {most:,} characters" if least else f"up to {most:,} characters"


MAX_ID = 128
ID_PATTERN = r"[A-Za-z0-9_.:-]+"
Id = Annotated[str, spelled(ID_PATTERN, 1, MAX_ID, "an id, exactly as this service gave it")]
Url = Annotated[str, Meta(extra_json_schema={"format": "uri"})]
"""An absolute URL, in an answer."""
