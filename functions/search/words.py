"""Cuts names and queries into words that can be compared. Pure.

Case and accents do not matter. A name is cut at spaces and signs, so each of its words is found by
its beginning. Dots, underscores, hyphens and apostrophes join the parts of a word: `mira.k` gives
`mirak` and `k`, so a beginning of either finds it, and so does `mira.k` itself. Chinese, Japanese
and Korean have no spaces within a name, so a word begins at each of their characters.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator

from functions.invisible import is_ignorable

LONGEST_WORD = 30
"""Characters of a word that are compared: those of the longest username."""
MOST_WORDS = 24
"""Words of one account that find it. Names with more are rare, and each word is a row."""
MOST_WANTED = 8
"""Words of a query that count."""

_BASE_LETTERS = str.maketrans({
    "ø": "o", "ł": "l", "đ": "d", "ð": "d", "ħ": "h", "\u0131": "i", "æ": "ae", "œ": "oe",
    "þ": "th",
})  # fmt: skip
"""Letters that Unicode does not take apart, and that most keyboards cannot type. U+0131 is an i
without its dot."""
_JOINTS = r"[._'\u2019\u00b7-]+"
_WORD = re.compile(rf"[^\W_]+(?:{_JOINTS}[^\W_]+)*")
_PART = re.compile(r"[^\W_]+")
_CJK = (
    "\u3005-\u3007\u3040-\u30ff\u3100-\u312f\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff"
    "\uac00-\ud7a3\uf900-\ufaff\U00020000-\U0003ffff"
)
_UNIT = re.compile(f"[{_CJK}]|[^{_CJK}]+")
_BEGINS_CJK = re.compile(f"[{_CJK}]")


def folded(text: str) -> str:
    """Return a text without its case, its accents and other marks."""
    plain = unicodedata.normalize("NFKD", text).casefold().translate(_BASE_LETTERS)
    kept = (
        character
        for character in unicodedata.normalize("NFKD", plain)
        if unicodedata.category(character)[0] != "M" and not is_ignorable(character)
    )
    # Composed again, a Korean syllable is one character and not its letters.
    return unicodedata.normalize("NFC", "".join(kept))


def words_of(*names: str) -> tuple[str, ...]:
    """Return the words by which names are found. The first one is the whole of the first word."""
    found = dict.fromkeys(word for name in names for word in _words(name))
    return tuple(found)[:MOST_WORDS]


def _words(name: str) -> Iterator[str]:
    """Yield each word from each of its parts on. A beginning of `mirak` is one of `mira`, too."""
    for word in _WORD.findall(folded(name)):
        units = [unit for part in _PART.findall(word) for unit in _UNIT.findall(part)]
        for place in range(len(units)):
            yield "".join(units[place:])[:LONGEST_WORD]


def wanted_words(query: str) -> tuple[str, ...]:
    """Return the words of a query; none if it has neither a letter nor a digit."""
    words = ("".join(_PART.findall(word)) for word in _WORD.findall(folded(query)))
    return tuple(dict.fromkeys(word[:LONGEST_WORD] for word in words))[:MOST_WANTED]


def all_begin(wanted: Iterable[str], words: Iterable[str]) -> bool:
    """Return whether each word of a query begins one of these words."""
    there = list(words)
    return all(any(word.startswith(one) for word in there) for one in wanted)


def is_cjk(word: str) -> bool:
    """Return whether a word begins with a Chinese, Japanese or Korean character."""
    return _BEGINS_CJK.match(word) is not None
