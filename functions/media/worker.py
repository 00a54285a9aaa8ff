"""The render worker: an original has arrived, make its renditions.

Every step may be repeated. The renditions lie under keys that never change meaning, so putting
them again changes nothing; the row turns ready in one conditional write after all of them, so a
crash between two leaves no half-ready media, and a redelivered event finds it settled.
"""

from concurrent.futures import ThreadPoolExecutor
from time import perf_counter
from typing import Any, cast

from functions.log import log
from functions.media import imaging
from functions.media.domain import (
    Failure,
    FailureCode,
    Keep,
    Media,
    Picture,
    RenditionFacts,
    original_key,
    rendition_key,
    upload_key,
)
from functions.media.store import MediaStorage, MediaStore, Original, Originals
from functions.metrics import RENDER_FAILURES, RENDER_TIME, measured

RENDER_ATTEMPTS = 4
"""Tries at one original. The render queue's maxReceiveCount is larger, so that a try which ended
the process is followed by one that can tell of it."""


class RenderingFailed(Exception):
    """Media that cannot be rendered; what it was is told on its row."""


class RenderWorker:
    """Renders originals, for the first time and anew under another filter."""

    def __init__(
        self, store: MediaStore, originals: Originals, storage: MediaStorage, keep: Keep
    ) -> None:
        self._store = store
        self._originals = originals
        self._storage = storage
        self._keep = keep

    def render(self, media_id: str, attempt: int) -> None:
        """Render media as they are asked for; nothing happens where that was done before.

        `attempt` counts from 1. After the last one it is told on the media row that the picture
        has failed, so that neither its owner nor its post waits for ever, whatever ended the
        attempts; the message goes on to the dead-letter queue.

        Raises:
            RenderingFailed: the attempts are used up.
        """
        # First: a filter that is asked for from here on finds the row processing, and so sends a
        # message of its own. Read before that, a wish of this very moment would be lost.
        self._store.begin(media_id)
        media = self._store.read([media_id]).get(media_id)
        if media is None or media.settled:
            log.info("nothing to render", media_id=media_id)
            if attempt <= RENDER_ATTEMPTS:
                return
        elif attempt <= RENDER_ATTEMPTS:
            self._render(media)
            return
        else:
            self._give_up(media, Failure("corrupt", "The picture could not be rendered."))
        log.error("rendering failed for good", media_id=media_id, **measured(RENDER_FAILURES, 1))
        raise RenderingFailed(f"media {media_id} could not be rendered in {RENDER_ATTEMPTS} tries")

    def _render(self, media: Media) -> None:
        begun = perf_counter()
        original = self._original(media)
        if original is None:
            self._without_original(media)
            return
        try:
            rendered = self._made(media, original.data)
        except imaging.Refused as refused:
            self._give_up(media, Failure(cast("FailureCode", refused.code), refused.detail))
            return
        keep = "never" if media.kind == "story" else self._keep  # no filter is rendered later
        kept = media.original or original_key(keep, media.owner_id, media.media_id)
        if kept is not None and media.original is None:
            self._storage.keep(upload_key(media.owner_id, media.media_id), original.etag, kept)
        made = picture_of(media, rendered)
        done = self._store.settle(media, made, original=kept, etag=original.etag)
        took = milliseconds(begun)
        self._log("rendered", media, first=done, ms=took, **measured(RENDER_TIME, took))

    def _original(self, media: Media) -> Original | None:
        """What was uploaded: the very bytes of the first rendering, if there was one."""
        if media.original is not None:
            return self._storage.get(media.original)
        return self._originals.get(upload_key(media.owner_id, media.media_id), media.etag)

    def _made(self, media: Media, data: bytes) -> imaging.Rendered:
        """The renditions as they are asked for, put. The first time also the plain ones: their
        path was told when the upload began, and an avatar is made of them."""
        if media.picture is None and media.filter is not None:
            self._rendered(media, data, None)
        return self._rendered(media, data, media.filter)

    def _rendered(self, media: Media, data: bytes, look: str | None) -> imaging.Rendered:
        rendered = imaging.render(data, media.kind, look, jpeg=True, position=media.keep_position)
        with ThreadPoolExecutor(len(rendered.renditions)) as pool:
            list(pool.map(lambda made: self._put(media, made, look), rendered.renditions))
        return rendered

    def _put(self, media: Media, rendition: imaging.Rendition, look: str | None) -> None:
        key = rendition_key(
            media.kind,
            media.owner_id,
            media.media_id,
            rendition.name,
            rendition.content_type,
            look,
        )
        self._storage.put(key, rendition.content_type, rendition.data)

    def _without_original(self, media: Media) -> None:
        if media.picture is not None:
            self._log("original has gone", media, first=self._store.restore(media))
        else:  # its upload has yet to come, and will bring it here again
            self._log("no original yet", media)

    def _give_up(self, media: Media, failure: Failure) -> None:
        """Say that a picture has failed; one that was there before stays as it was."""
        if media.picture is not None:
            done = self._store.restore(media)
        else:
            done = self._store.settle(media, failure)
        self._log("refused", media, failure=failure.code, first=done)

    def _log(self, what: str, media: Media, **more: Any) -> None:
        log.info(
            what,
            media_id=media.media_id,
            filter=media.filter,
            correlation_id=media.correlation_id,
            **more,
        )


def milliseconds(begun: float) -> int:
    """Milliseconds since a reading of `perf_counter`."""
    return round((perf_counter() - begun) * 1000)


def picture_of(media: Media, rendered: imaging.Rendered) -> Picture:
    """What is kept of a rendered original beside its renditions' bytes."""
    return Picture(
        media_id=media.media_id,
        owner_id=media.owner_id,
        kind=media.kind,
        width=rendered.width,
        height=rendered.height,
        blurhash=rendered.blurhash,
        color=rendered.color,
        exif=dict(rendered.exif),
        filter=media.filter,
        renditions={
            made.name: RenditionFacts(made.width, made.height, len(made.data), made.content_type)
            for made in rendered.renditions
        },
        created_at=media.created_at,
    )
