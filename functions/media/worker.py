"""The render worker: an original has arrived, make its renditions.

Every step may be repeated. The renditions lie under keys that never change meaning, so putting
them again changes nothing; the row turns ready in one conditional write after all of them, so a
crash between two leaves no half-ready media, and a redelivered event finds it settled.
"""

from concurrent.futures import ThreadPoolExecutor
from time import perf_counter
from typing import Protocol

from functions.log import log
from functions.media import imaging
from functions.media.domain import (
    Failure,
    Media,
    Picture,
    RenditionFacts,
    media_id_of,
    rendition_key,
)
from functions.media.service import MediaStore, Originals

RENDER_ATTEMPTS = 4
"""Tries at one original; the render queue's maxReceiveCount says the same."""


class Renditions(Protocol):
    """The media bucket."""

    def put(self, key: str, content_type: str, data: bytes) -> None:
        """Put a rendition, to be cached for ever."""


class RenderWorker:
    """Renders originals."""

    def __init__(self, store: MediaStore, originals: Originals, renditions: Renditions) -> None:
        self._store = store
        self._originals = originals
        self._renditions = renditions

    def render(self, key: str, attempt: int) -> None:
        """Render the original of a key; nothing happens where that was done before.

        `attempt` counts from 1. What still fails at the last one is told on the media row, so
        that neither its owner nor its post waits for ever, and raised for the dead-letter queue.
        """
        media_id = media_id_of(key)
        media = self._store.read([media_id]).get(media_id)
        if media is None or media.settled:
            log.info("nothing to render", media_id=media_id)
            return
        try:
            self._render(media, key)
        except Exception:
            if attempt >= RENDER_ATTEMPTS:
                self._settle(media, Failure("corrupt", "The picture could not be rendered."))
            raise

    def _render(self, media: Media, key: str) -> None:
        begun = perf_counter()
        self._store.begin(media.media_id)
        original = self._originals.get(key)
        if original is None:
            log.info("original has gone", media_id=media.media_id)
            return
        try:
            rendered = imaging.render(original, media.kind)
        except imaging.Refused as refused:
            self._settle(media, Failure(refused.code, refused.detail))  # type: ignore[arg-type]
            return
        with ThreadPoolExecutor(len(rendered.renditions)) as pool:
            list(pool.map(lambda rendition: self._put(media, rendition), rendered.renditions))
        self._settle(media, picture_of(media, rendered), milliseconds(begun))

    def _put(self, media: Media, rendition: imaging.Rendition) -> None:
        key = rendition_key(
            media.kind, media.owner_id, media.media_id, rendition.name, rendition.content_type
        )
        self._renditions.put(key, rendition.content_type, rendition.data)

    def _settle(self, media: Media, outcome: Picture | Failure, took_ms: int = 0) -> None:
        done = self._store.settle(media.media_id, outcome)
        log.info(
            "rendered" if isinstance(outcome, Picture) else "refused",
            media_id=media.media_id,
            correlation_id=media.correlation_id,
            failure=outcome.code if isinstance(outcome, Failure) else None,
            first=done,
            ms=took_ms,
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
        renditions={
            made.name: RenditionFacts(made.width, made.height, len(made.data), made.content_type)
            for made in rendered.renditions
        },
        created_at=media.created_at,
    )
