"""The media table."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from msgspec import UNSET, UnsetType
from pynamodb.attributes import (
    BooleanAttribute,
    NumberAttribute,
    UnicodeAttribute,
    UTCDateTimeAttribute,
)
from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action
from pynamodb.transactions import TransactWrite

from functions.aws.attributes import StructAttribute
from functions.aws.tables import Image, Lookup, Step, Table, read_together, try_write
from functions.clock import Clock, epoch_seconds
from functions.config import settings
from functions.media.domain import Failure, Focus, Media, Picture


class MediaRow(Table):
    """An upload. `picture` and `failure` are JSON, because they are read whole or not at all."""

    user_ids = ("owner_id",)
    words = ("picture",)

    class Meta:
        table_name = settings().table("media")

    media_id = UnicodeAttribute(hash_key=True)
    owner_id = UnicodeAttribute()
    kind = UnicodeAttribute()
    status = UnicodeAttribute()
    content_type = UnicodeAttribute()
    created_at = UTCDateTimeAttribute()
    correlation_id = UnicodeAttribute()
    picture = StructAttribute[Picture](Picture, null=True)
    failure = StructAttribute[Failure](Failure, null=True)
    claimed_by = UnicodeAttribute(null=True)
    filter = UnicodeAttribute(null=True)
    focus = StructAttribute[Focus](Focus, null=True)
    first_focus = StructAttribute[Focus](Focus, null=True)
    original = UnicodeAttribute(null=True)
    etag = UnicodeAttribute(null=True)
    keep_position = BooleanAttribute(default=False)
    tries = NumberAttribute(null=True)
    tried = UnicodeAttribute(null=True)
    expires_at = NumberAttribute(null=True)


class MediaTable:
    """Store media in DynamoDB. Media that no post has claimed are swept `unclaimed` after they
    have settled."""

    def __init__(self, now: Clock, unclaimed: timedelta) -> None:
        self._now = now
        self._unclaimed = unclaimed

    def read(self, media_ids: Sequence[str]) -> dict[str, Media]:
        now = epoch_seconds(self._now())

        def alive(row: MediaRow) -> Media | None:
            return None if row.expires_at and row.expires_at <= now else row.decode(Media)

        keys = [(media_id,) for media_id in media_ids]
        [found] = read_together(Lookup(MediaRow, keys, alive, consistent=True))
        return {key[0]: media for key, media in found.items() if media is not None}

    def create(self, media: Media, expires_at: datetime) -> Media:
        row = MediaRow.encode(media, expires_at=epoch_seconds(expires_at))
        if try_write(lambda: row.save(MediaRow.media_id.does_not_exist())):
            return media
        return MediaRow.get(media.media_id, consistent_read=True).decode(Media)

    def from_image(self, image: Image | None) -> Media | None:
        return None if image is None else MediaRow.from_image(image).decode(Media)

    def begin(self, media_id: str, message_id: str) -> Media | None:
        now = epoch_seconds(self._now())
        alive = MediaRow.expires_at.does_not_exist() | (MediaRow.expires_at > now)
        open_still = MediaRow.status.is_in("awaiting_upload", "processing") & alive
        first = [MediaRow.status.set("processing"), *_try(message_id, 1)]
        another = MediaRow.tried.does_not_exist() | (MediaRow.tried != message_id)
        if row := self._updated(media_id, first, open_still & another):
            return row.decode(Media)
        return self._begin_again(media_id, message_id)

    def _begin_again(self, media_id: str, message_id: str) -> Media | None:
        # The number is written, not added to: an update that the SDK repeats counts once.
        media = self.read([media_id]).get(media_id)
        if media is None or media.tries is None or media.tried != message_id:
            return media
        same = (MediaRow.tried == message_id) & (MediaRow.tries == media.tries)
        self._update(media_id, _try(message_id, media.tries + 1), same)
        return self.read([media_id]).get(media_id)

    def _updated(self, media_id: str, actions: list[Action], condition: Any) -> MediaRow | None:
        row = MediaRow(media_id)
        return row if try_write(lambda: row.update(actions, condition=condition)) else None

    def settle(
        self,
        media: Media,
        outcome: Picture | Failure,
        *,
        original: str | None = None,
        etag: str | None = None,
    ) -> bool:
        actions = [*_outcome(outcome), MediaRow.content_type.set(media.content_type), *_TRIED]
        if original is not None:
            actions.append(MediaRow.original.set(original))
        if etag is not None:
            actions.append(MediaRow.etag.set(etag))
        open_still = MediaRow.status.is_in("awaiting_upload", "processing")
        open_still &= _asks_for(media)
        # The row was kept for a late render. A picture that was kept for good has no sweep.
        first = media.picture is None
        swept = MediaRow.expires_at.set(epoch_seconds(self._now() + self._unclaimed))
        goes = [*actions, swept] if first else actions
        if isinstance(outcome, Failure):
            return self._update(media.media_id, goes, open_still)
        # Ready media stays once a post has claimed it, which may have happened a moment ago.
        free = media.claimed_by is None and self._update(
            media.media_id, goes, open_still & MediaRow.claimed_by.does_not_exist()
        )
        stays = [*actions, MediaRow.expires_at.remove()]
        taken = open_still & MediaRow.claimed_by.exists()
        return free or self._update(media.media_id, stays, taken)

    def restore(self, media: Media) -> bool:
        made = media.picture
        filter_name, focus = (made.filter, made.focus) if made else (None, None)
        actions = [MediaRow.status.set("ready"), *_look(filter_name, focus), *_TRIED]
        waiting = (MediaRow.status == "processing") & _asks_for(media)
        return self._update(media.media_id, actions, waiting)

    def keep(self, media_id: str) -> bool:
        there = MediaRow.media_id.exists()
        return self._update(media_id, [MediaRow.expires_at.remove()], there)

    def drop(self, media_id: str, claimant_id: str | None) -> bool:
        return try_write(lambda: MediaRow(media_id).delete(_taken_by(claimant_id)))

    def release(self, media_id: str, claimant_id: str) -> bool:
        return self._update(media_id, [MediaRow.claimed_by.remove()], _taken_by(claimant_id))

    def _update(self, media_id: str, actions: list[Action], condition: Any) -> bool:
        return try_write(lambda: MediaRow(media_id).update(actions, condition=condition))

    def claim_step(
        self,
        media: Media,
        claimant_id: str,
        filter_name: str | None,
        focus: Focus | None | UnsetType = UNSET,
    ) -> Step:
        untaken: Condition = MediaRow.claimed_by.does_not_exist()
        if media.claimed_by is not None:
            untaken = MediaRow.claimed_by == media.claimed_by
        free = untaken | (MediaRow.claimed_by == claimant_id)
        actions: list[Action] = [MediaRow.claimed_by.set(claimant_id)]
        condition = (MediaRow.owner_id == media.owner_id) & free & (MediaRow.status != "failed")
        if media.is_other(filter_name, focus):
            actions += _rerender(media, filter_name, focus)
            condition &= (MediaRow.status == media.status) & _asks_for(media)
        if media.status == "ready":
            actions.append(MediaRow.expires_at.remove())  # it settled without a post, so it has one
        else:
            condition &= MediaRow.status.is_in("awaiting_upload", "processing")
        return _update_step(media.media_id, actions, condition)

    def filter_step(
        self, media: Media, filter_name: str | None, focus: Focus | None | UnsetType = UNSET
    ) -> Step:
        unchanged = (MediaRow.status == media.status) & _asks_for(media)
        return _update_step(media.media_id, _rerender(media, filter_name, focus), unchanged)


def _try(message_id: str, number: int) -> list[Action]:
    return [MediaRow.tried.set(message_id), MediaRow.tries.set(number)]


_TRIED = (MediaRow.tries.remove(), MediaRow.tried.remove())
"""Forget the tries of a render that has ended."""


def _outcome(outcome: Picture | Failure) -> list[Action]:
    if isinstance(outcome, Failure):
        return [MediaRow.status.set("failed"), MediaRow.failure.set(outcome)]
    return [MediaRow.status.set("ready"), MediaRow.picture.set(outcome)]


def _taken_by(claimant_id: str | None) -> Condition:
    nobody: Condition = MediaRow.media_id.exists() & MediaRow.claimed_by.does_not_exist()
    this_one: Condition = MediaRow.claimed_by == claimant_id
    return nobody if claimant_id is None else this_one


def _rerender(
    media: Media, filter_name: str | None, focus: Focus | None | UnsetType
) -> list[Action]:
    """Request a filter and a focal point. Ready media is processing again, unless it has both
    already. Media that has not been rendered yet will be rendered with them.
    """
    again = media.status == "ready" and media.is_other(filter_name, focus)
    turn = [MediaRow.status.set("processing")] if again else []
    return [*_look(filter_name, media.focus if focus is UNSET else focus), *turn]


def _look(filter_name: str | None, focus: Focus | None) -> list[Action]:
    return [
        MediaRow.filter.remove() if filter_name is None else MediaRow.filter.set(filter_name),
        MediaRow.focus.remove() if focus is None else MediaRow.focus.set(focus),
    ]


def _asks_for(media: Media) -> Condition:
    """Return the condition that no other filter or focal point was requested since it was read."""
    filtered: Condition = MediaRow.filter == media.filter
    if media.filter is None:
        filtered = MediaRow.filter.does_not_exist()
    focused: Condition = MediaRow.focus == media.focus
    if media.focus is None:
        focused = MediaRow.focus.does_not_exist()
    both: Condition = filtered & focused
    return both


def _update_step(media_id: str, actions: list[Action], condition: Condition) -> Step:
    def step(transaction: TransactWrite) -> None:
        transaction.update(MediaRow(media_id), actions, condition=condition)

    return step
