"""Characters that show nothing, and where a name may have them all the same.

Emoji and several scripts need invisible characters: a heart turns red by a variation selector, a
family is held together by joiners, Persian and Sinhala words are spelled with them. Elsewhere they
make a name that looks like another one or like nothing.
"""

import unicodedata

IGNORABLE = (
    "\u00ad\u00ad\u034f\u034f\u061c\u061c\u115f\u1160\u17b4\u17b5\u180b\u180f\u200b\u200f"
    "\u202a\u202e\u2060\u206f\u3164\u3164\ufe00\ufe0f\ufeff\ufeff\uffa0\uffa0\ufff0\ufff8"
    "\U0001bca0\U0001bca3\U0001d173\U0001d17a\U000e0000\U000e0fff"
)
"""The first and last characters of each range of Default_Ignorable_Code_Point, from
DerivedCoreProperties.txt of Unicode 15.1 to 17. Python's unicodedata does not have the property."""
BLANK = frozenset("\u2800\ufff9\ufffa\ufffb\U00013441\U00013442\U0001d159")
"""Other characters without ink: the empty Braille cell, annotation marks, hieroglyphic blanks, and
a note without a head."""
_RANGES = tuple(zip(IGNORABLE[::2], IGNORABLE[1::2], strict=True))
_VIRAMA = 9  # the combining class of signs that take a vowel away
_JOINERS = "\u200c\u200d"
_EMOJI_STYLE, _TEXT_STYLE, _KEYCAP = "\ufe0f", "\ufe0e", "\u20e3"
_KEYS = frozenset("0123456789#*")
_OTHER_EMOJI = frozenset("\u203c\u2049\u3030\u2139")
"""Emoji that Unicode counts as punctuation or as a letter: the exclamations, a wavy dash, an i."""
_SHIFTERS = frozenset("\u17c9\u17ca")
_FLAGS = tuple(
    "\U0001f3f4" + "".join(chr(0xE0000 + ord(letter)) for letter in nation) + "\U000e007f"
    for nation in ("gbeng", "gbsct", "gbwls")
)
"""England, Scotland and Wales: the only emoji that Unicode recommends with tag characters."""


def is_ignorable(character: str) -> bool:
    """Return whether a character is a Default_Ignorable_Code_Point."""
    return any(first <= character <= last for first, last in _RANGES)


def is_visible(character: str) -> bool:
    """Return whether a character shows something by itself. A character that this Python does not
    know yet does: new emoji come every year."""
    kind = unicodedata.category(character)
    if kind != "Cn" and kind[0] in "ZCM":
        return False
    return character not in BLANK and not is_ignorable(character)


def shows_nothing(text: str) -> bool:
    """Return whether no character of a text can be seen."""
    return not any(map(is_visible, text))


def hidden_in_name(text: str) -> str | None:
    """Return the first character that hides in a name; None if there is none.

    That is an invisible one which neither an emoji nor a script needs there, a change of the
    direction of text, a line separator, or a combining mark without a letter to sit on.
    """
    for flag in _FLAGS:
        text = text.replace(flag, flag[0])
    for at, character in enumerate(text):
        before, after = text[at - 1 : at], text[at + 1 : at + 2]
        if _hides(character, before, after):
            return character
    return None


def _hides(character: str, before: str, after: str) -> bool:
    kind = unicodedata.category(character)
    if is_ignorable(character):
        return not _is_needed(character, before, after)
    if kind[0] == "M":
        return not before or unicodedata.category(before)[0] == "Z" or before in BLANK
    return character in BLANK or kind in ("Zl", "Zp")


def _is_needed(character: str, before: str, after: str) -> bool:
    """Return whether an emoji or a script needs an ignorable character between these two."""
    if character in (_EMOJI_STYLE, _TEXT_STYLE):
        return _is_symbol(before) or (before in _KEYS and after == _KEYCAP)
    if character in _JOINERS:
        return _joins_emoji(before, after) or _joins_letters(before, after)
    if "\u180b" <= character <= "\u180f":
        return "\u1820" <= before <= "\u18aa"  # Mongolian
    if "\U000e0100" <= character <= "\U000e01ef":
        return unicodedata.name(before or " ", "").startswith("CJK ")  # Japanese family names
    return False


def _is_symbol(character: str) -> bool:
    """Return whether a character can be an emoji."""
    if not character or character in BLANK:
        return False
    return unicodedata.category(character) in ("So", "Sm", "Sk", "Cn") or character in _OTHER_EMOJI


def _joins_emoji(before: str, after: str) -> bool:
    return (before == _EMOJI_STYLE or _is_symbol(before)) and _is_symbol(after)


def _joins_letters(before: str, after: str) -> bool:
    """Return whether a joiner stands where Arabic or an Indic script writes it (RFC 5892, A.1 and
    A.2): beside a virama, between two Arabic letters, or after a Khmer register shifter."""
    if not before or not after:
        return False
    if _VIRAMA in (unicodedata.combining(before), unicodedata.combining(after)):
        return True
    if unicodedata.bidirectional(after) == "AL":
        return unicodedata.bidirectional(before) in ("AL", "NSM")
    return before in _SHIFTERS
