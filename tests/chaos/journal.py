"""What the people of a run know: everything that the product acknowledged.

A value of None means that nobody knows: the request failed in a way that leaves it open whether it
was done.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Literal

Known = bool | None


@dataclass(eq=False)
class Person:
    """Somebody who signed up."""

    name: str
    password: str
    user_id: str = ""
    token: str = ""
    is_here: Known = True
    """False after the account was deleted."""
    is_private: Known = False
    maybe_password: str | None = None
    """The password that holds if a change of it was done, which nobody knows."""

    maybe_name: str | None = None
    """The username that holds if a change of it was done, which nobody knows."""

    @property
    def names(self) -> list[str]:
        """Return the usernames of which one holds."""
        return [name for name in (self.name, self.maybe_name) if name is not None]

    @property
    def passwords(self) -> list[str]:
        """Return the passwords of which one holds."""
        return [one for one in (self.password, self.maybe_password) if one is not None]


@dataclass(eq=False)
class Medium:
    """A picture that somebody uploaded, or got a form for."""

    owner: Person
    kind: Literal["post", "story"]
    is_sent: bool
    form: tuple[str, dict[str, str], bytes] | None = None
    item_id: str | None = None
    """The post or story that has it."""


@dataclass(eq=False)
class Post:
    """A post that was acknowledged. A caption or filter of Ellipsis is unknown."""

    author: Person
    media: list[str]
    caption: Any
    filter: Any
    is_deleted: Known = False


@dataclass(eq=False)
class Comment:
    """A comment that was acknowledged."""

    writer: Person
    post_id: str
    is_deleted: Known = False


@dataclass(eq=False)
class Story:
    """A story that was acknowledged, with the people whose view was."""

    author: Person
    media_id: str
    is_deleted: Known = False
    viewers: set[str] = field(default_factory=set)


@dataclass(frozen=True)
class Unfinished:
    """A creation with an Idempotency-Key whose outcome is unknown. It is asked for once more."""

    person: Person | None
    """None if it needs no token."""
    path: str
    key: str
    sent: Any
    note: Any
    """Called with the answer, to note what was created."""


@dataclass(frozen=True)
class Loss:
    """Something that an invariant or an operation did not expect."""

    kind: str
    text: str


@dataclass
class Journal:
    """All notes of one run. Keys are ids; pairs are `(who, whom)`."""

    people: list[Person] = field(default_factory=list)
    follows: dict[tuple[str, str], Literal["accepted", "requested", "none"] | None] = field(
        default_factory=dict
    )
    blocks: dict[tuple[str, str], Known] = field(default_factory=dict)
    mutes: dict[tuple[str, str], Known] = field(default_factory=dict)
    media: dict[str, Medium] = field(default_factory=dict)
    posts: dict[str, Post] = field(default_factory=dict)
    likes: dict[tuple[str, str], Known] = field(default_factory=dict)
    """By post and user."""
    comments: dict[str, Comment] = field(default_factory=dict)
    stories: dict[str, Story] = field(default_factory=dict)
    unfinished: list[Unfinished] = field(default_factory=list)
    poison: Counter[str] = field(default_factory=Counter)
    """Messages and records that no function can handle, by the dead letters that they become."""
    losses: list[Loss] = field(default_factory=list)
    keys: int = 0

    @property
    def here(self) -> list[Person]:
        """The people whose account exists, as far as they know."""
        return [person for person in self.people if person.is_here]

    def person(self, user_id: str) -> Person | None:
        """Return the person with an id."""
        return next((one for one in self.people if one.user_id == user_id), None)

    def apart(self, a: Person, b: Person) -> bool:
        """Return whether a block is, or may be, between two people."""
        pairs = ((a.user_id, b.user_id), (b.user_id, a.user_id))
        return any(self.blocks.get(pair, False) is not False for pair in pairs)

    def standing_posts(self) -> Iterator[tuple[str, Post]]:
        """Yield the posts that are surely not deleted, of people who are here."""
        for post_id, post in self.posts.items():
            if post.is_deleted is False and post.author.is_here:
                yield post_id, post

    def standing_stories(self) -> Iterator[tuple[str, Story]]:
        """Yield the stories that are surely not deleted, of people who are here."""
        for story_id, story in self.stories.items():
            if story.is_deleted is False and story.author.is_here:
                yield story_id, story

    def lose(self, kind: str, text: str) -> None:
        """Note a loss."""
        self.losses.append(Loss(kind, text))

    def new_key(self) -> str:
        """Return an Idempotency-Key that was never used."""
        self.keys += 1
        return f"key{self.keys:03}"
