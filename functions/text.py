"""Text that people wrote: kept as given, refused where it could not be kept or shown."""

import unicodedata

from functions.errors import Invalid

_LINE_ENDS = frozenset("\n\r\t")


def checked_text(
    name: str, text: str, longest: int, *, lines: bool = False, visible: bool = False
) -> str:
    """The text as it was given.

    Length counts characters (code points). Control characters are refused, except line ends and
    tabs where `lines` are allowed; so are lone surrogates, which UTF-8 cannot hold. Where it has to
    be `visible`, so is text of white space and other characters that show nothing.

    Raises:
        Invalid: naming the field.
    """
    if len(text) > longest:
        raise Invalid.field(name, f"may have {longest} characters, has {len(text)}")
    for character in text:
        kind = unicodedata.category(character)
        if kind == "Cs" or (kind == "Cc" and not (lines and character in _LINE_ENDS)):
            raise Invalid.field(name, f"has the control character U+{ord(character):04X}")
    if visible and all(unicodedata.category(character)[0] in "ZC" for character in text):
        raise Invalid.field(name, "shows nothing")
    return text
