"""The stories table, the story_views table and the story_tray table."""

from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import msgspec
from pynamodb.attributes import NumberAttribute, UnicodeAttribute, UTCDateTimeAttribute
from pynamodb.exceptions import DoesNotExist
from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action
from pynamodb.transactions import TransactWrite

from functions.clock import Clock, epoch_seconds
from functions.config import settings
from functions.events import Image
from functions.media.domain import Picture
from functions.stories.domain import Story, StoryRef, View, author_of, is_over
from functions.tables import Lookup, Step, Table, commit, delete_all, took

AT_ONCE = 16
"""Conditional writes of a delivery in flight: BatchWriteItem takes no conditions."""


class StoryRow(Table):
    """A story. The picture is JSON, embedded, as in a post."""

    user_ids = ("author_id",)
    words = ("picture",)

    class Meta:
        table_name = settings().table("stories")

    author_id = UnicodeAttribute(hash_key=True)
    story_id = UnicodeAttribute(range_key=True)
    state = UnicodeAttribute()
    media_id = UnicodeAttribute()
    picture = UnicodeAttribute(null=True)
    created_at = UTCDateTimeAttribute()
    published_id = UnicodeAttribute(null=True)
    expires_at = NumberAttribute()
    correlation_id = UnicodeAttribute()


class StoryViewRow(Table):
    """That somebody has seen a story."""

    class Meta:
        table_name = settings().table("story_views")

    story_id = UnicodeAttribute(hash_key=True)
    viewer_id = UnicodeAttribute(range_key=True)
    viewed_at = UTCDateTimeAttribute()
    expires_at = NumberAttribute()

    @classmethod
    def of_user(cls, user_id: str, username: str) -> Condition:  # noqa: ARG003
        """What the user has seen, and who has seen the user's: a story's id carries its author."""
        own: Condition = cls.story_id.startswith(user_id)
        seen: Condition = cls.viewer_id == user_id
        found: Condition = own | seen
        return found


class TrayRow(Table):
    """An author in one viewer's tray: one row however many stories, under 300 bytes."""

    user_ids = ("viewer_id", "author_id")

    class Meta:
        table_name = settings().table("story_tray")

    viewer_id = UnicodeAttribute(hash_key=True)
    author_id = UnicodeAttribute(range_key=True)
    published_id = UnicodeAttribute()
    story_id = UnicodeAttribute()
    expires_at = NumberAttribute()


def decode(row: StoryRow) -> Story:
    """The row as the product knows it."""
    plain = {name: getattr(row, name) for name in Story.__struct_fields__}
    picture = msgspec.json.decode(row.picture, type=Picture) if row.picture else None
    return Story(**{**plain, "picture": picture, "expires_at": _moment(row.expires_at)})


def encode(story: Story) -> StoryRow:
    """The inverse of `decode`."""
    plain = {name: getattr(story, name) for name in Story.__struct_fields__}
    picture = msgspec.json.encode(story.picture).decode() if story.picture else None
    return StoryRow(**{**plain, "picture": picture, "expires_at": epoch_seconds(story.expires_at)})


def _moment(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


class StoryTable:
    """Stories in DynamoDB."""

    def __init__(self, now: Clock) -> None:
        self._now = now

    def get(self, story_id: str) -> Story | None:
        if not author_of(story_id):
            return None
        try:
            return decode(StoryRow.get(author_of(story_id), story_id, consistent_read=True))
        except DoesNotExist:
            return None

    def active(self, author_id: str) -> Sequence[Story]:
        shown = (StoryRow.state == "published") & self._lasts()
        rows = StoryRow.query(author_id, filter_condition=shown, consistent_read=True)
        return sorted(map(decode, rows), key=lambda story: story.ref.published_id)

    def held(self, author_id: str) -> int:
        taken = StoryRow.state.is_in("published", "processing") & self._lasts()
        return int(StoryRow.count(author_id, filter_condition=taken, consistent_read=True))

    def _lasts(self) -> Condition:
        lasts: Condition = StoryRow.expires_at > epoch_seconds(self._now())
        return lasts

    def create(self, story: Story, steps: Sequence[Step]) -> None:
        row = encode(story)

        def put(transaction: TransactWrite) -> None:
            transaction.save(row, StoryRow.story_id.does_not_exist())

        commit(put, *steps)

    def publish(self, made: Story) -> bool:
        return self._replace(made, "processing")

    def fail(self, story_id: str) -> bool:
        failed: list[Action] = [StoryRow.state.set("failed")]
        row = StoryRow(author_of(story_id), story_id)
        return took(lambda: row.update(failed, condition=StoryRow.state == "processing"))

    def delete(self, story: Story) -> bool:
        return self._replace(
            msgspec.structs.replace(story, state="deleted", picture=None, published_id=None),
            story.state,
        )

    def _replace(self, made: Story, held: str) -> bool:
        # Nothing of a story but its state ever changes beside, so the whole row is put.
        row = encode(made)
        return took(lambda: row.save(StoryRow.state == held))

    def of_image(self, image: Image | None) -> Story | None:
        return None if image is None else decode(StoryRow.from_raw_data(dict(image)))


class ViewTable:
    """Views in DynamoDB."""

    def add(self, view: View, expires_at: datetime) -> bool:
        row = StoryViewRow(
            view.story_id,
            view.viewer_id,
            viewed_at=view.viewed_at,
            expires_at=epoch_seconds(expires_at),
        )
        return took(lambda: row.save(StoryViewRow.story_id.does_not_exist()))

    def of(self, story_id: str, after: str | None, limit: int) -> Sequence[View]:
        behind = StoryViewRow.viewer_id > after if after else None
        rows = StoryViewRow.query(story_id, behind, consistent_read=True, limit=limit)
        return [View(row.story_id, row.viewer_id, row.viewed_at) for row in rows]

    def lookup(self, pairs: Iterable[tuple[str, str]]) -> Lookup[bool]:
        return Lookup(StoryViewRow, list(pairs), lambda _: True, consistent=True)

    def of_image(self, image: Image | None) -> View | None:
        if image is None:
            return None
        row = StoryViewRow.from_raw_data(dict(image))
        return View(row.story_id, row.viewer_id, row.viewed_at)


class TrayTable:
    """Trays in DynamoDB."""

    def __init__(self, now: Clock) -> None:
        self._now = now

    def read(self, viewer_id: str, limit: int) -> Sequence[StoryRef]:
        rows = TrayRow.query(
            viewer_id,
            filter_condition=TrayRow.expires_at > epoch_seconds(self._now()),
            limit=limit,
        )
        return [
            StoryRef(row.published_id, row.story_id, row.author_id, _moment(row.expires_at))
            for row in rows
        ]

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
    row = TrayRow(
        viewer_id,
        story.author_id,
        published_id=story.published_id,
        story_id=story.story_id,
        expires_at=epoch_seconds(story.expires_at),
    )
    older: Condition = TrayRow.published_id < story.published_id
    none: Condition = TrayRow.viewer_id.does_not_exist()
    took(lambda: row.save(none | older))
