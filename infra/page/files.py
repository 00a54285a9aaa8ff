"""The files of the page and their types."""

from mimetypes import MimeTypes
from pathlib import Path, PurePosixPath

from werkzeug.utils import get_content_type

WEB = Path(__file__).parents[2] / "web"
INDEX = "index.html"
CONFIG = "config.json"
"""Tells the page where its API is. The server of the page makes it: `web/` has no such file."""

_TYPES = MimeTypes()  # Python's own list: the machine's /etc/mime.types could differ
_TYPES.add_type("text/javascript", ".js")  # RFC 9239; Python 3.11 still has the former name
_TYPES.add_type("image/webp", ".webp")  # Python has it from 3.13 on


def page_files(web: Path = WEB) -> list[str]:
    """Return the paths of the page's files relative to `web`, in order."""
    names = (path.relative_to(web).as_posix() for path in web.rglob("*") if path.is_file())
    return sorted(filter(is_public, names))


def is_public(name: str) -> bool:
    """Return whether a path may be served: no hidden file, and no way up (`..`)."""
    return not any(part.startswith(".") for part in PurePosixPath(name).parts)


def media_type(name: str) -> str:
    """Return a file's media type. A file of unknown type, such as LICENSE, is text."""
    return _TYPES.guess_type(name)[0] or "text/plain"


def content_type(name: str) -> str:
    """Return a file's Content-Type: its media type, with UTF-8 for text."""
    return get_content_type(media_type(name), "utf-8")
