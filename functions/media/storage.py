"""The media table."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, cast

import msgspec
from pynamodb.attributes import (
    BooleanAttribute,
    NumberAttribute,
    UnicodeAttribute,
    UTCDateTimeAttribute,
)
from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action
from pynamodb.transactions import TransactWrite

from functions.clock import Clock, epoch_seconds
from functions.config import settings
from functions.events import Image
from functions.media.domain import (
    Failure,
    Kind,
    Media,
    Picture,
    Status,
)
from functions.tables import Lookup, Step, Table, read_together, took


class MediaRow(Table):
    """An upload. `picture` and `failure` are JSON: they are read whole or not at all."""

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
    picture = UnicodeAttribute(null=True)
    failure = UnicodeAttribute(null=True)
    post_id = UnicodeAttribute(null=True)
    filter = UnicodeAttribute(null=True)
    original = UnicodeAttribute(null=True)
    etag = UnicodeAttribute(null=True)
    keep_position = BooleanAttribute(default=False)
    expires_at = NumberAttribute(null=True)


def decode(row: MediaRow) -> Media:
    """The row as the product knows it."""
    return Media(
        media_id=row.media_id,
        owner_id=row.owner_id,
        kind=cast("Kind", row.kind),
        status=cast("Status", row.status),
        content_type=row.content_type,
        created_at=row.created_at,
        correlation_id=row.correlation_id,
        picture=msgspec.json.decode(row.picture, type=Picture) if row.picture else None,
        failure=msgspec.json.decode(row.failure, type=Failure) if row.failure else None,
        post_id=row.post_id,
        filter=row.filter,
        original=row.original,
        etag=row.etag,
        keep_position=row.keep_position,
    )


class MediaTable:
    """Media in DynamoDB."""

    def __init__(self, now: Clock) -> None:
        self._now = now

    def read(self, media_ids: Sequence[str]) -> dict[str, Media]:
        now = epoch_seconds(self._now())

        def alive(row: MediaRow) -> Media | None:
            return None if row.expires_at and row.expires_at <= now else decode(row)

        keys = [(media_id,) for media_id in media_ids]
        [found] = read_together(Lookup(MediaRow, keys, alive, consistent=True))
        return {key[0]: media for key, media in found.items() if media is not None}

    def create(self, media: Media, expires_at: datetime) -> Media:
        row = MediaRow(
            media.media_id,
            owner_id=media.owner_id,
            kind=media.kind,
            status=media.status,
            content_type=media.content_type,
            created_at=media.created_at,
            correlation_id=media.correlation_id,
            keep_position=media.keep_position,
            expires_at=epoch_seconds(expires_at),
        )
        if took(lambda: row.save(MediaRow.media_id.does_not_exist())):
            return media
        return decode(MediaRow.get(media.media_id, consistent_read=True))

    def of_image(self, image: Image | None) -> Media | None:
        return None if image is None else decode(MediaRow.from_raw_data(dict(image)))

    def begin(self, media_id: str) -> None:
        awaiting = MediaRow.status == "awaiting_upload"
        self._update(media_id, [MediaRow.status.set("processing")], awaiting)

    def settle(
        self,
        media: Media,
        outcome: Picture | Failure,
        *,
        original: str | None = None,
        etag: str | None = None,
    ) -> bool:
        actions = _outcome(outcome)
        if original is not None:
            actions.append(MediaRow.original.set(original))
        if etag is not None:
            actions.append(MediaRow.etag.set(etag))
        open_still = MediaRow.status.is_in("awaiting_upload", "processing")
        open_still &= _asks_for(media.filter)
        if isinstance(outcome, Failure):
            return self._update(media.media_id, actions, open_still)
        # What is ready stays once a post has taken it, which one may have done a moment ago.
        free = media.post_id is None and self._update(
            media.media_id, actions, open_still & MediaRow.post_id.does_not_exist()
        )
        stays = [*actions, MediaRow.expires_at.remove()]
        taken = open_still & MediaRow.post_id.exists()
        return free or self._update(media.media_id, stays, taken)

    def restore(self, media: Media) -> bool:
        made = media.picture.filter if media.picture else None
        actions = [MediaRow.status.set("ready"), _set_filter(made)]
        waiting = (MediaRow.status == "processing") & _asks_for(media.filter)
        return self._update(media.media_id, actions, waiting)

    def keep(self, media_id: str) -> bool:
        there = MediaRow.media_id.exists()
        return self._update(media_id, [MediaRow.expires_at.remove()], there)

    def drop(self, media_id: str, post_id: str | None) -> bool:
        return took(lambda: MediaRow(media_id).delete(_taken_by(post_id)))

    def release(self, media_id: str, post_id: str) -> bool:
        return self._update(media_id, [MediaRow.post_id.remove()], _taken_by(post_id))

    def _update(self, media_id: str, actions: list[Action], condition: Any) -> bool:
        return took(lambda: MediaRow(media_id).update(actions, condition=condition))

    def claiming(self, media: Media, post_id: str, filter_name: str | None) -> Step:
        untaken: Condition = MediaRow.post_id.does_not_exist()
        if media.post_id is not None:
            untaken = MediaRow.post_id == media.post_id
        free = untaken | (MediaRow.post_id == post_id)
        actions: list[Action] = [MediaRow.post_id.set(post_id)]
        condition = (MediaRow.owner_id == media.owner_id) & free & (MediaRow.status != "failed")
        if filter_name != media.filter:
            actions += _refilter(media, filter_name)
            condition &= (MediaRow.status == media.status) & _asks_for(media.filter)
        if media.status == "ready":
            actions.append(MediaRow.expires_at.remove())  # settled without a post, it would go
        else:
            condition &= MediaRow.status.is_in("awaiting_upload", "processing")
        return _update_step(media.media_id, actions, condition)

    def filtering(self, media: Media, filter_name: str | None) -> Step:
        unchanged = (MediaRow.status == media.status) & _asks_for(media.filter)
        return _update_step(media.media_id, _refilter(media, filter_name), unchanged)


def _outcome(outcome: Picture | Failure) -> list[Action]:
    encoded = msgspec.json.encode(outcome).decode()
    if isinstance(outcome, Failure):
        return [MediaRow.status.set("failed"), MediaRow.failure.set(encoded)]
    return [MediaRow.status.set("ready"), MediaRow.picture.set(encoded)]


def _taken_by(post_id: str | None) -> Condition:
    nobody: Condition = MediaRow.media_id.exists() & MediaRow.post_id.does_not_exist()
    this_one: Condition = MediaRow.post_id == post_id
    return nobody if post_id is None else this_one


def _refilter(media: Media, filter_name: str | None) -> list[Action]:
    """Ask for a filter. What is ready is processing again, unless it has that filter already; what
    has yet to come, or to be rendered for the first time, will be rendered with it."""
    anew = media.status == "ready" and media.filter != filter_name
    again = [MediaRow.status.set("processing")] if anew else []
    return [_set_filter(filter_name), *again]


def _set_filter(filter_name: str | None) -> Action:
    return MediaRow.filter.remove() if filter_name is None else MediaRow.filter.set(filter_name)


def _asks_for(filter_name: str | None) -> Condition:
    return (
        MediaRow.filter.does_not_exist() if filter_name is None else MediaRow.filter == filter_name
    )


def _update_step(media_id: str, actions: list[Action], condition: Condition) -> Step:
    def step(transaction: TransactWrite) -> None:
        transaction.update(MediaRow(media_id), actions, condition=condition)

    return step
