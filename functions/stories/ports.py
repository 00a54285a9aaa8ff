"""Interfaces of the tables of stories, of their views and of the trays."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Protocol

from functions.aws.tables import Image, Lookup, Step
from functions.stories.domain import Story, StoryRef, View


class StoryStore(Protocol):
    """The stories table."""

    def get(self, story_id: str) -> Story | None:
        """Return the story, even if it has expired; None if there is none. Reads strongly."""

    def active(self, author_id: str) -> Sequence[Story]:
        """Return an author's published stories that have not expired, oldest first. Reads
        strongly."""

    def held(self, author_id: str) -> int:
        """Count an author's stories that are shown or still waiting to be. Reads strongly."""

    def create(self, story: Story, steps: Sequence[Step]) -> None:
        """Add a story together with `steps`. Raises ConditionFailed."""

    def publish(self, made: Story) -> bool:
        """Turn a processing story into the published `made`. Return False if it is not
        processing."""

    def fail(self, story_id: str) -> bool:
        """Mark a processing story as failed. Return False if it is not processing."""

    def delete(self, story: Story) -> bool:
        """Delete a story. Return False if its state has changed or it has gone."""

    def from_image(self, image: Image | None) -> Story | None:
        """Return the story in a stream's image of a row."""


class ViewStore(Protocol):
    """The story_views table."""

    def add(self, view: View, expires_at: datetime) -> bool:
        """Add a view, which expires with its story. Return False if this viewer has one already."""

    def of(self, story_id: str, after: str | None, limit: int) -> Sequence[View]:
        """Return views of a story after a viewer id, in order of viewer."""

    def lookup(self, pairs: Iterable[tuple[str, str]]) -> Lookup[bool]:
        """Make a strongly consistent lookup of views by (story, viewer), to be read with other
        rows."""

    def from_image(self, image: Image | None) -> View | None:
        """Return the view in a stream's image of a row."""


class TrayStore(Protocol):
    """The story_tray table: the authors whose stories were delivered to each viewer."""

    def read(self, viewer_id: str, limit: int) -> Sequence[StoryRef]:
        """Return the newest known story of each author, in order of author, without expired
        ones."""

    def put(self, entries: Iterable[tuple[str, StoryRef]]) -> None:
        """Set (viewer, newest story) entries. A late entry never replaces a newer one, and expired
        stories are left out."""

    def remove(self, entries: Iterable[tuple[str, str]]) -> None:
        """Remove (viewer, author) entries, whatever story they name."""


class ViewsLookup(Protocol):
    """A look-up of views, by (story, viewer)."""

    def lookup(self, pairs: Iterable[tuple[str, str]]) -> Lookup[bool]:
        """Make the lookup. It reads strongly: a viewer who has just seen a story must find it
        seen."""
