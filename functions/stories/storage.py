"""The stories table, the story_views table and the story_tray table."""

from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

from pynamodb.attributes import TTLAttribute, UnicodeAttribute, UTCDateTimeAttribute
from pynamodb.exceptions import DoesNotExist
from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action
from pynamodb.transactions import TransactWrite

from functions.aws.attributes import StructAttribute
from functions.aws.tables import Image, Lookup, Step, Table, commit, delete_all, try_write
from functions.clock import Clock
from functions.config import settings
from functions.media.domain import Focus, Picture
from functions.stories.domain import Story, StoryRef, View, author_of, is_over

AT_ONCE = 16
"""Conditional writes of one delivery in flight. BatchWriteItem takes no conditions."""


class StoryRow(Table):
    """A story, with its picture as JSON, as in a post."""

    user_ids = ("author_id",)
    words = ("picture",)

    class Meta:
        table_name = settings().table("stories")

    author_id = UnicodeAttribute(hash_key=True)
    story_id = UnicodeAttribute(range_key=True)
    state = UnicodeAttribute()
    media_id = UnicodeAttribute()
    focus = StructAttribute[Focus](Focus, null=True)
    picture = StructAttribute[Picture](Picture, null=True)
    created_at = UTCDateTimeAttribute()
    published_id = UnicodeAttribute(null=True)
    expires_at = TTLAttribute()
    correlation_id = UnicodeAttribute()


class StoryViewRow(Table):
    """A view of a story."""

    class Meta:
        table_name = settings().table("story_views")

    story_id = UnicodeAttribute(hash_key=True)
    viewer_id = UnicodeAttribute(range_key=True)
    viewed_at = UTCDateTimeAttribute()
    expires_at = TTLAttribute()

    @classmethod
    def owners(cls, row: Image) -> Sequence[str]:
        """Return the viewer, and the author of the story, which its id contains."""
        return [row["viewer_id"]["S"], author_of(row["story_id"]["S"])]


class TrayRow(Table):
    """An author in one viewer's tray: one row for any number of stories, under 300 bytes."""

    user_ids = ("viewer_id", "author_id")

    class Meta:
        table_name = settings().table("story_tray")

    viewer_id = UnicodeAttribute(hash_key=True)
    author_id = UnicodeAttribute(range_key=True)
    published_id = UnicodeAttribute()
    story_id = UnicodeAttribute()
    expires_at = TTLAttribute()


class StoryTable:
    """Stories in DynamoDB."""

    def __init__(self, now: Clock) -> None:
        self._now = now

    def get(self, story_id: str) -> Story | None:
        if not author_of(story_id):
            return None
        try:
            return StoryRow.get(author_of(story_id), story_id, consistent_read=True).decode(Story)
        except DoesNotExist:
            return None

    def active(self, author_id: str) -> Sequence[Story]:
        shown = (StoryRow.state == "published") & self._lasts()
        rows = StoryRow.query(author_id, filter_condition=shown, consistent_read=True)
        return sorted((row.decode(Story) for row in rows), key=lambda story: story.ref.published_id)

    def held(self, author_id: str) -> int:
        taken = StoryRow.state.is_in("published", "processing") & self._lasts()
        return int(StoryRow.count(author_id, filter_condition=taken, consistent_read=True))

    def _lasts(self) -> Condition:
        lasts: Condition = StoryRow.expires_at > self._now()
        return lasts

    def create(self, story: Story, steps: Sequence[Step]) -> None:
        row = StoryRow.encode(story)

        def put(transaction: TransactWrite) -> None:
            transaction.save(row, StoryRow.story_id.does_not_exist())

        commit(put, *steps)

    def publish(self, made: Story) -> bool:
        # Only a story's state can change meanwhile, and the condition holds it: put the whole row.
        row = StoryRow.encode(made)
        return try_write(lambda: row.save(StoryRow.state == "processing"))

    def fail(self, story_id: str) -> bool:
        failed: list[Action] = [StoryRow.state.set("failed")]
        row = StoryRow(author_of(story_id), story_id)
        return try_write(lambda: row.update(failed, condition=StoryRow.state == "processing"))

    def delete(self, story: Story) -> bool:
        row = StoryRow(story.author_id, story.story_id)
        return try_write(lambda: row.delete(StoryRow.state == story.state))

    def from_image(self, image: Image | None) -> Story | None:
        return None if image is None else StoryRow.from_image(image).decode(Story)


class ViewTable:
    """Views in DynamoDB."""

    def add(self, view: View, expires_at: datetime) -> bool:
        row = StoryViewRow.encode(view, expires_at=expires_at)
        return try_write(lambda: row.save(StoryViewRow.story_id.does_not_exist()))

    def of(self, story_id: str, after: str | None, limit: int) -> Sequence[View]:
        behind = StoryViewRow.viewer_id > after if after else None
        rows = StoryViewRow.query(story_id, behind, consistent_read=True, limit=limit)
        return [row.decode(View) for row in rows]

    def lookup(self, pairs: Iterable[tuple[str, str]]) -> Lookup[bool]:
        return Lookup(StoryViewRow, list(pairs), lambda _: True, consistent=True)

    def from_image(self, image: Image | None) -> View | None:
        return None if image is None else StoryViewRow.from_image(image).decode(View)


class TrayTable:
    """Trays in DynamoDB."""

    def __init__(self, now: Clock) -> None:
        self._now = now

    def read(self, viewer_id: str, limit: int) -> Sequence[StoryRef]:
        rows = TrayRow.query(
            viewer_id,
            filter_condition=TrayRow.expires_at > self._now(),
            limit=limit,
        )
        return [row.decode(StoryRef) for row in rows]

    def put(self, entries: Iterable[tuple[str, StoryRef]]) -> None:
        now = self._now()
        alive = (entry for entry in entries if not is_over(entry[1].expires_at, now))
        with ThreadPoolExecutor(AT_ONCE) as pool:
            for _ in pool.map(_put_newer, alive):  # raises what any of them raised
                pass

    def remove(self, entries: Iterable[tuple[str, str]]) -> None:
        delete_all(TrayRow, entries)


def _put_newer(entry: tuple[str, StoryRef]) -> None:
    viewer_id, story = entry
    row = TrayRow.encode(story, viewer_id=viewer_id)
    older: Condition = TrayRow.published_id < story.published_id
    none: Condition = TrayRow.viewer_id.does_not_exist()
    try_write(lambda: row.save(none | older))
