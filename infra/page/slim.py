"""Removes comments and indentation from the page's own scripts: a fifth of what a browser loads.

The sources keep to a form that makes this safe without a parser, and a test checks it: `//`
comments have lines of their own, and only comments contain `/**`.
"""

import re

_BLOCK = re.compile(r"/\*\*.*?\*/[ \t]*", re.DOTALL)
_LINE = re.compile(r"^[ \t]*//.*$", re.MULTILINE)
_INDENT = re.compile(r"\n\s+")


def slim(script: str) -> str:
    """Return a script without its comments and indentation. Its line breaks stay."""
    bare = _LINE.sub("", _BLOCK.sub("", script))
    return _INDENT.sub("\n", f"\n{bare}").strip() + "\n"
