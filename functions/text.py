"""Text that people wrote: kept as given, or refused if it cannot be kept or shown."""

import unicodedata

from functions.errors import Invalid
from functions.invisible import hidden_in_name, shows_nothing

_LINE_ENDS = frozenset("\n\r\t")


def checked_text(
    name: str, text: str, longest: int, *, lines: bool = False, visible: bool = False
) -> str:
    """Return the text as it was given.

    Length counts characters (code points). Control characters are refused, except line ends and
    tabs if `lines` is set. Lone surrogates are refused, because UTF-8 cannot hold them. If
    `visible` is set, text that shows nothing is refused.

    Raises:
        Invalid: naming the field.
    """
    if len(text) > longest:
        raise Invalid.field(name, f"may have {longest} characters, has {len(text)}")
    for character in text:
        kind = unicodedata.category(character)
        if kind == "Cs" or (kind == "Cc" and not (lines and character in _LINE_ENDS)):
            raise Invalid.field(name, f"has the control character U+{ord(character):04X}")
    if visible and shows_nothing(text):
        raise Invalid.field(name, "shows nothing")
    return text


def checked_name(name: str, text: str, longest: int) -> str:
    """Return the name of a person as it was given. Others must be able to see it, and to tell it
    from other names.

    Raises:
        Invalid: naming the field.
    """
    checked_text(name, text, longest, visible=True)
    hidden = hidden_in_name(text)
    if hidden is not None:
        raise Invalid.field(name, f"has the invisible character U+{ord(hidden):04X}")
    return text


def shown(text: str) -> str:
    """Return a text as it was given, or an empty one if it shows nothing."""
    return "" if shows_nothing(text) else text
