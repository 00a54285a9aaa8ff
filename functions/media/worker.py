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
from functions.media.store import MediaStorage, MediaStore, Originals

RENDER_ATTEMPTS = 4
"""Tries at one original; the render queue's maxReceiveCount says the same."""


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

        `attempt` counts from 1. What still fails at the last one is told on the media row, so
        that neither its owner nor its post waits for ever, and raised for the dead-letter queue.
        """
        media = self._store.read([media_id]).get(media_id)
        if media is None or media.settled:
            log.info("nothing to render", media_id=media_id)
            return
        try:
            self._render(media)
        except Exception:
            if attempt >= RENDER_ATTEMPTS:
                self._give_up(media, Failure("corrupt", "The picture could not be rendered."))
            raise

    def _render(self, media: Media) -> None:
        begun = perf_counter()
        self._store.begin(media.media_id)
        upload = upload_key(media.owner_id, media.media_id)
        kept = media.original
        original = self._storage.get(kept) if kept else self._originals.get(upload)
        if original is None:
            self._without_original(media)
            return
        try:
            rendered = imaging.render(
                original, media.kind, media.filter, jpeg=True, position=media.keep_position
            )
        except imaging.Refused as refused:
            self._give_up(media, Failure(cast("FailureCode", refused.code), refused.detail))
            return
        with ThreadPoolExecutor(len(rendered.renditions)) as pool:
            list(pool.map(lambda rendition: self._put(media, rendition), rendered.renditions))
        if kept is None and (kept := original_key(self._keep, media.owner_id, media.media_id)):
            self._storage.keep(upload, kept)
        done = self._store.settle(media, picture_of(media, rendered), kept)
        self._log("rendered", media, first=done, ms=milliseconds(begun))

    def _put(self, media: Media, rendition: imaging.Rendition) -> None:
        key = rendition_key(
            media.kind,
            media.owner_id,
            media.media_id,
            rendition.name,
            rendition.content_type,
            media.filter,
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
