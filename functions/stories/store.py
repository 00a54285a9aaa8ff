"""What the stories' use-cases need of their tables."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Protocol

from functions.events import Image
from functions.stories.domain import Story, StoryRef, View
from functions.tables import Lookup, Step


class StoryStore(Protocol):
    """The stories table."""

    def get(self, story_id: str) -> Story | None:
        """The story, read strongly, whether or not its time is over."""

    def active(self, author_id: str) -> Sequence[Story]:
        """An author's published stories whose time is not over, read strongly, oldest first."""

    def held(self, author_id: str) -> int:
        """How many stories an author has that are shown or to be shown, read strongly."""

    def create(self, story: Story, steps: Sequence[Step]) -> None:
        """Add a story together with `steps`. Raises ConditionFailed."""

    def publish(self, made: Story) -> bool:
        """Turn a processing story into the published `made`; False where it is not processing."""

    def fail(self, story_id: str) -> bool:
        """Give a processing story up; False where it is not processing."""

    def delete(self, story: Story) -> bool:
        """Leave a tombstone; False where the story's state is no longer the one given."""

    def of_image(self, image: Image | None) -> Story | None:
        """The story in a stream's image of a row."""


class ViewStore(Protocol):
    """The story_views table."""

    def add(self, view: View, expires_at: datetime) -> bool:
        """Add a view, which leaves with its story; False where this viewer has one there."""

    def of(self, story_id: str, after: str | None, limit: int) -> Sequence[View]:
        """Views of a story after a viewer's id, in the order of those ids."""

    def lookup(self, pairs: Iterable[tuple[str, str]]) -> Lookup[bool]:
        """Whether there is a view, by (story, viewer), read strongly with others' rows."""

    def of_image(self, image: Image | None) -> View | None:
        """The view in a stream's image of a row."""


class TrayStore(Protocol):
    """The story_tray table: for each viewer, the authors whose stories were delivered."""

    def read(self, viewer_id: str, limit: int) -> Sequence[StoryRef]:
        """The newest story known of each author, in the order of the authors' ids, without those
        whose time is over."""

    def put(self, entries: Iterable[tuple[str, StoryRef]]) -> None:
        """Set the (viewer, newest story) entries of their authors. A late one never takes the
        place of a newer one, and one whose time is over is not put."""

    def remove(self, entries: Iterable[tuple[str, str]]) -> None:
        """The inverse of put: remove (viewer, author) entries, whatever story they name."""
