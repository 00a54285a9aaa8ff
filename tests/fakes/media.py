"""The media table and the two buckets, in memory."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec

from functions.clock import Clock
from functions.media.domain import Failure, Media, Picture
from functions.media.schemas import UploadForm
from tests.fakes.rows import Rows
from tests.fakes.transactions import LOCK


class FakeMedia:
    """Media by id, and when each is swept if nothing comes of it."""

    def __init__(self, now: Clock) -> None:
        self.rows: Rows[Media] = Rows()
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

    def of_image(self, image: Any) -> Media | None:
        return image

    def begin(self, media_id: str) -> None:
        with LOCK:
            media = self.rows.get(media_id)
            if media is not None and media.status == "awaiting_upload":
                self.rows.put(media_id, msgspec.structs.replace(media, status="processing"))

    def settle(self, media_id: str, outcome: Picture | Failure) -> bool:
        with LOCK:
            media = self.rows.get(media_id)
            if media is None or media.settled:
                return False
            if isinstance(outcome, Picture):
                self._expires.pop(media_id, None)
                settled = msgspec.structs.replace(media, status="ready", picture=outcome)
            else:
                settled = msgspec.structs.replace(media, status="failed", failure=outcome)
            self.rows.put(media_id, settled)
            return True

    def sweep(self) -> None:
        """Delete what has expired, as the table's TTL does in the end."""
        for media_id in [i for i in self._expires if self._expired(i)]:
            self.rows.drop(media_id)
            del self._expires[media_id]

    def claiming(self, media_id: str, owner_id: str, post_id: str) -> Any:
        def holds() -> bool:
            media = self.rows.get(media_id)
            return (
                media is not None
                and media.owner_id == owner_id
                and media.post_id in (None, post_id)
                and media.status != "failed"
            )

        def claim() -> None:
            media = self.rows.get(media_id)
            assert media is not None
            self.rows.put(media_id, msgspec.structs.replace(media, post_id=post_id))

        return lambda transaction: transaction.write("update", holds, claim)


class FakeOriginals:
    """The uploads bucket."""

    def __init__(self) -> None:
        self.objects: dict[str, tuple[str, bytes]] = {}

    def form(self, key: str, content_type: str) -> UploadForm:
        return UploadForm("https://uploads.test/", {"key": key, "Content-Type": content_type})

    def put(self, key: str, content_type: str, data: bytes) -> None:
        self.objects[key] = (content_type, data)

    def get(self, key: str) -> bytes | None:
        return self.objects[key][1] if key in self.objects else None


class FakeRenditions:
    """The media bucket. `broken` makes it refuse everything."""

    def __init__(self) -> None:
        self.objects: dict[str, tuple[str, bytes]] = {}
        self.broken = False

    def put(self, key: str, content_type: str, data: bytes) -> None:
        if self.broken:
            raise ConnectionError("the bucket does not answer")
        self.objects[key] = (content_type, data)
