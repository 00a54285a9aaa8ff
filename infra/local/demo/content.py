"""Reads the demo's content: its people, their posts and stories, and the photographs' texts."""

from pathlib import Path
from typing import TypeVar

import msgspec

HERE = Path(__file__).parent
PHOTOS = HERE / "photos"
PASSWORD = "demo-password"  # noqa: S105 (everybody's, and printed for whoever runs the demo)


class Person(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A person of the demo. `follows` are accepted; requests in `waits_for` stay unanswered."""

    username: str
    display_name: str
    bio: str
    avatar: str
    follows: list[str]
    waits_for: list[str] = []
    is_private: bool = False


class Comment(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A comment, or a reply to one. `after` counts minutes from the post."""

    by: str
    after: int
    text: str
    answers: list["Comment"] = []


class Post(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A post of one or more photographs. `days` counts back from now."""

    by: str
    days: float
    files: list[str]
    caption: str
    liked_by: list[str]
    location: str | None = None
    filter: str | None = None
    comments: list[Comment] = []


class Story(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A story of today. `hours` counts back from now."""

    by: str
    hours: float
    file: str
    seen_by: list[str] = []


Entry = TypeVar("Entry")


def _read(name: str, of: type[Entry]) -> list[Entry]:
    return msgspec.yaml.decode((HERE / name).read_bytes(), type=list[of])  # type: ignore[valid-type]


PEOPLE = _read("people.yaml", Person)
POSTS = _read("posts.yaml", Post)
STORIES = _read("stories.yaml", Story)
ALTS = msgspec.yaml.decode((HERE / "photos.yaml").read_bytes(), type=dict[str, str])
"""A text for each photograph, by its file's name."""
LOGIN = PEOPLE[0].username
"""The demo login. It follows almost everybody, so its feed is full."""
CREDENTIALS = {"username": LOGIN, "password": PASSWORD}
"""The login that the page offers."""
