"""The media table and the two buckets, in memory."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from msgspec import UNSET, UnsetType
from msgspec.structs import replace

from functions.clock import Clock
from functions.media.domain import Failure, Focus, Media, Picture, Status
from functions.media.ports import Original
from functions.media.schemas import UploadForm
from tests.fakes.rows import Rows
from tests.fakes.transactions import LOCK


class FakeMedia:
    """Media by id, and when each is swept if nothing takes it."""

    def __init__(self, now: Clock, unclaimed: timedelta) -> None:
        self.rows: Rows[Media] = Rows()
        self._unclaimed = unclaimed
        self._expires: dict[str, datetime] = {}
        self._now = now

    def read(self, media_ids: Sequence[str]) -> dict[str, Media]:
        found = ((media_id, self.rows.get(media_id)) for media_id in media_ids)
        return {i: media for i, media in found if media is not None and not self._expired(i)}

    def _expired(self, media_id: str) -> bool:
        expires = self._expires.get(media_id)
        return expires is not None and expires <= self._now()

    def create(self, media: Media, expires_at: datetime) -> Media:
        with LOCK:
            standing = self.rows.get(media.media_id)
            if standing is not None:
                return standing
            self._expires[media.media_id] = expires_at
            self.rows.put(media.media_id, media)
            return media

    def from_image(self, image: Any) -> Media | None:
        return image

    def begin(self, media_id: str, message_id: str) -> Media | None:
        with LOCK:
            media = self.read([media_id]).get(media_id)
            if media is None or media.settled:
                return media
            again = media.tried == message_id
            tries = (media.tries or 0) + 1 if again else 1
            begun = replace(media, status="processing", tries=tries, tried=message_id)
            self.rows.put(media_id, begun)
            return begun

    def settle(
        self,
        media: Media,
        outcome: Picture | Failure,
        *,
        original: str | None = None,
        etag: str | None = None,
    ) -> bool:
        with LOCK:
            held = self.rows.get(media.media_id)
            if held is None or held.settled or held.is_other(media.filter, media.focus):
                return False
            ready = isinstance(outcome, Picture)
            if ready and held.claimed_by is not None:
                self._expires.pop(media.media_id, None)
            elif media.picture is None:
                self._expires[media.media_id] = self._now() + self._unclaimed
            if isinstance(outcome, Picture):
                settled = replace(held, status="ready", picture=outcome)
            else:
                settled = replace(held, status="failed", failure=outcome)
            settled = replace(settled, content_type=media.content_type, tries=None, tried=None)
            self.rows.put(
                media.media_id,
                replace(settled, original=original or held.original, etag=etag or held.etag),
            )
            return True

    def restore(self, media: Media) -> bool:
        with LOCK:
            held = self.rows.get(media.media_id)
            if held is None or held.status != "processing":
                return False
            if held.is_other(media.filter, media.focus):
                return False
            made = media.picture
            look = {"filter": made and made.filter, "focus": made and made.focus}
            restored = replace(held, status="ready", tries=None, tried=None, **look)
            self.rows.put(media.media_id, restored)
            return True

    def keep(self, media_id: str) -> bool:
        self._expires.pop(media_id, None)
        return self.rows.get(media_id) is not None

    def drop(self, media_id: str, claimant_id: str | None) -> bool:
        with LOCK:
            held = self.rows.get(media_id)
            if held is None or held.claimed_by != claimant_id:
                return False
            self.rows.drop(media_id)
            self._expires.pop(media_id, None)
            return True

    def release(self, media_id: str, claimant_id: str) -> bool:
        with LOCK:
            held = self.rows.get(media_id)
            if held is None or held.claimed_by != claimant_id:
                return False
            self.rows.put(media_id, replace(held, claimed_by=None))
            return True

    def sweep(self) -> None:
        """Delete expired media, as the table's TTL does in the end."""
        for media_id in [i for i in self._expires if self._expired(i)]:
            self.rows.drop(media_id)
            del self._expires[media_id]

    def claim_step(
        self,
        media: Media,
        claimant_id: str,
        filter_name: str | None,
        focus: Focus | None | UnsetType = UNSET,
    ) -> Any:
        def holds() -> bool:
            held = self.rows.get(media.media_id)
            return (
                held is not None
                and held.owner_id == media.owner_id
                and held.claimed_by in (media.claimed_by, claimant_id)
                and held.status != "failed"
                and (media.status == "ready" or not held.settled)
                and (not media.is_other(filter_name, focus) or _is_as_seen(held, media))
            )

        def claim() -> None:
            held = self._held(media.media_id)
            claimed = replace(held, claimed_by=claimant_id)
            asked = _asked(claimed, media, filter_name, focus)
            if media.status == "ready":
                self._expires.pop(media.media_id, None)
            self.rows.put(media.media_id, asked)

        return lambda transaction: transaction.write("update", holds, claim)

    def filter_step(
        self, media: Media, filter_name: str | None, focus: Focus | None | UnsetType = UNSET
    ) -> Any:
        def holds() -> bool:
            held = self.rows.get(media.media_id)
            return held is not None and _is_as_seen(held, media)

        def ask() -> None:
            asked = _asked(self._held(media.media_id), media, filter_name, focus)
            self.rows.put(media.media_id, asked)

        return lambda transaction: transaction.write("update", holds, ask)

    def _held(self, media_id: str) -> Media:
        held = self.rows.get(media_id)
        assert held is not None
        return held


def _is_as_seen(held: Media, seen: Media) -> bool:
    return held.status == seen.status and not held.is_other(seen.filter, seen.focus)


def _asked(
    held: Media, seen: Media, filter_name: str | None, focus: Focus | None | UnsetType
) -> Media:
    other = seen.is_other(filter_name, focus)
    status: Status = "processing" if other and seen.status == "ready" else held.status
    point = held.focus if focus is UNSET else focus
    return replace(held, filter=filter_name, focus=point, status=status) if other else held


class FakeOriginals:
    """The uploads bucket."""

    def __init__(self) -> None:
        self.objects: dict[str, tuple[str, bytes]] = {}

    def form(self, key: str, content_type: str) -> UploadForm:
        return UploadForm("https://uploads.test/", {"key": key, "Content-Type": content_type})

    def put(self, key: str, content_type: str, data: bytes) -> None:
        self.objects[key] = (content_type, data)

    def get(self, key: str, etag: str | None) -> Original | None:
        return _original(self.objects, key) if self.exists(key, etag) else None

    def exists(self, key: str, etag: str | None) -> bool:
        found = _original(self.objects, key)
        return found is not None and etag in (None, found.etag)

    def delete(self, key: str) -> None:
        self.objects.pop(key, None)

    def keys(self, prefix: str) -> list[str]:
        return [key for key in self.objects if key.startswith(prefix)]

    def delete_all(self, keys: Sequence[str]) -> None:
        for key in keys:
            self.objects.pop(key, None)


class FakeRenditions:
    """The media bucket. `broken` makes it refuse all calls."""

    def __init__(self, uploads: FakeOriginals) -> None:
        self.objects: dict[str, tuple[str, bytes]] = {}
        self.broken = False
        self._uploads = uploads

    def put(self, key: str, content_type: str, data: bytes) -> None:
        if self.broken:
            raise ConnectionError("the bucket does not answer")
        self.objects[key] = (content_type, data)

    def get(self, key: str) -> Original | None:
        return _original(self.objects, key)

    def exists(self, key: str) -> bool:
        return key in self.objects

    def keys(self, prefix: str) -> list[str]:
        return [key for key in self.objects if key.startswith(prefix)]

    def delete_all(self, keys: Sequence[str]) -> None:
        for key in keys:
            self.objects.pop(key, None)

    def copy(self, source: str, key: str) -> bool:
        if source not in self.objects:
            return False
        self.objects[key] = self.objects[source]
        return True

    def keep(self, upload: str, etag: str, key: str, media: Media) -> None:
        assert self._uploads.exists(upload, etag)
        self.objects[key] = media.content_type, self._uploads.objects[upload][1]


def _original(objects: dict[str, tuple[str, bytes]], key: str) -> Original | None:
    if key not in objects:
        return None
    data = objects[key][1]
    return Original(data, sha256(data).hexdigest())
