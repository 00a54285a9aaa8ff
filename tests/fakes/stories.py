"""The stories, story_views and story_tray tables, in memory."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from msgspec.structs import replace

from functions.clock import Clock
from functions.stories.domain import Story, StoryRef, View, author_of, is_over
from tests.fakes.rows import Held, Rows
from tests.fakes.transactions import LOCK, Transaction, commit


class FakeStories:
    """Stories by (author, id)."""

    def __init__(self, now: Clock) -> None:
        self.rows: Rows[Story] = Rows()
        self._now = now

    def get(self, story_id: str) -> Story | None:
        return self.rows.get((author_of(story_id), story_id))

    def active(self, author_id: str) -> Sequence[Story]:
        shown = [
            story
            for story in self.rows.rows()
            if story.author_id == author_id
            and story.published
            and not is_over(story.expires_at, self._now())
        ]
        return sorted(shown, key=lambda story: story.ref.published_id)

    def held(self, author_id: str) -> int:
        return sum(
            story.author_id == author_id
            and story.state in ("published", "processing")
            and not is_over(story.expires_at, self._now())
            for story in self.rows.rows()
        )

    def create(self, story: Story, steps: Sequence[Any]) -> None:
        def put(transaction: Transaction) -> None:
            transaction.write(
                "put",
                lambda: self.rows.get((story.author_id, story.story_id)) is None,
                lambda: self.rows.put((story.author_id, story.story_id), story),
            )

        commit(put, *steps)

    def publish(self, made: Story) -> bool:
        return self._turn(made.story_id, "processing", made)

    def fail(self, story_id: str) -> bool:
        story = self.rows.get((author_of(story_id), story_id))
        return story is not None and self._turn(
            story_id, "processing", replace(story, state="failed")
        )

    def delete(self, story: Story) -> bool:
        with LOCK:
            held = self.get(story.story_id)
            if held is None or held.state != story.state:
                return False
            self.rows.drop((story.author_id, story.story_id))
            return True

    def _turn(self, story_id: str, held: str, made: Story) -> bool:
        with LOCK:
            story = self.rows.get((author_of(story_id), story_id))
            if story is None or story.state != held:
                return False
            self.rows.put((made.author_id, story_id), made)
            return True

    def from_image(self, image: Any) -> Story | None:
        return image


class FakeViews:
    """Views by (story, viewer)."""

    def __init__(self) -> None:
        self.rows: Rows[View] = Rows()

    def add(self, view: View, expires_at: datetime) -> bool:
        key = (view.story_id, view.viewer_id)
        with LOCK:
            if self.rows.get(key) is not None:
                return False
            self.rows.put(key, view)
            return True

    def of(self, story_id: str, after: str | None, limit: int) -> Sequence[View]:
        views = {one.viewer_id: one for one in self.rows.rows() if one.story_id == story_id}
        return [views[i] for i in sorted(views) if after is None or i > after][:limit]

    def lookup(self, pairs: Iterable[tuple[str, str]]) -> Any:
        return Held.of(lambda key: True if self.rows.get(key) else None, pairs)

    def from_image(self, image: Any) -> View | None:
        return image


class FakeTray:
    """The newest known story by (viewer, author)."""

    def __init__(self, now: Clock) -> None:
        self.rows: dict[tuple[str, str], StoryRef] = {}
        self._now = now

    def read(self, viewer_id: str, limit: int) -> Sequence[StoryRef]:
        entries = [self.rows[key] for key in sorted(self.rows) if key[0] == viewer_id]
        return [one for one in entries if not is_over(one.expires_at, self._now())][:limit]

    def put(self, entries: Iterable[tuple[str, StoryRef]]) -> None:
        for viewer_id, story in entries:
            held = self.rows.get((viewer_id, story.author_id))
            newer = held is None or held.published_id < story.published_id
            if newer and not is_over(story.expires_at, self._now()):
                self.rows[viewer_id, story.author_id] = story

    def remove(self, entries: Iterable[tuple[str, str]]) -> None:
        for key in entries:
            self.rows.pop(key, None)
