"""The render worker: makes the renditions when an original arrives.

Every step may be repeated. The keys of renditions never change their meaning, so writing them again
changes nothing. After all of them one conditional write makes the row ready, so a crash never
leaves half-ready media, and a redelivered event finds it settled.
"""

from concurrent.futures import ThreadPoolExecutor
from time import perf_counter
from typing import Any, cast

import msgspec

from functions.aws.redelivery import Parked
from functions.media import imaging
from functions.media.domain import (
    RENDER_TRIES,
    Failure,
    FailureCode,
    Focus,
    Keep,
    Media,
    Picture,
    RenditionFacts,
    folder_of,
    original_key,
    rendition_key,
    upload_key,
)
from functions.media.formats import true_type
from functions.media.ports import MediaStorage, MediaStore, Original, Originals
from functions.observability import RENDER_FAILURES, RENDER_TIME, log, metric_fields


class RenderWorker:
    """Renders originals, for the first time and again with another filter or focal point."""

    def __init__(
        self, store: MediaStore, originals: Originals, storage: MediaStorage, keep: Keep
    ) -> None:
        self._store = store
        self._originals = originals
        self._storage = storage
        self._keep = keep

    def render(self, media_id: str, message_id: str, upload: str | None = None) -> None:
        """Render media with the requested filter and focal point. Does nothing if that was done
        before.

        `upload` is the key of the object that has just arrived. A form can outlive its slot and
        even its account: an upload for media that no longer exists is deleted.

        Only a picture that the decoders refuse has failed. After any other error, and after a
        function that was stopped, the media stays `processing` and the message comes again. A
        message that was tried too often is parked: a redrive renders the picture as if nothing
        had happened.

        Raises:
            Parked: the tries are used up.
        """
        # Mark the row and read it by the same write. From then on a request for another look finds
        # the row processing, and so sends a message of its own.
        media = self._store.begin(media_id, message_id)
        if media is None or media.settled:
            log.info("nothing to render", media_id=media_id)
            if media is None and upload is not None:
                self._originals.delete(upload)
        elif (media.tries or 0) > RENDER_TRIES:
            fields = metric_fields(RENDER_FAILURES, 1)
            log.error("rendering parked", media_id=media_id, **fields)
            raise Parked(f"media {media_id} could not be rendered in {RENDER_TRIES} tries")
        else:
            self._render(media)

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
        true = true_type(rendered.content_type, media.content_type)
        media = msgspec.structs.replace(media, content_type=true)
        if kept is not None and media.original is None:
            upload = upload_key(media.owner_id, media.media_id)
            self._storage.keep(upload, original.etag, kept, media)
        made = picture_of(media, rendered)
        done = self._store.settle(media, made, original=kept, etag=original.etag)
        took = milliseconds(begun)
        self._log("rendered", media, first=done, ms=took, **metric_fields(RENDER_TIME, took))

    def _original(self, media: Media) -> Original | None:
        """Return the uploaded bytes: the very same as in the first rendering, if there was one."""
        if media.original is not None:
            return self._storage.get(media.original)
        return self._originals.get(upload_key(media.owner_id, media.media_id), media.etag)

    def _made(self, media: Media, data: bytes) -> imaging.Rendered:
        """Make the requested renditions and store them. The first time, store the announced ones,
        too: their path was told when the upload began.
        """
        if media.picture is None and folder_of(media.filter, media.focus) != media.announced:
            self._rendered(media, data, None, media.first_focus)
        return self._rendered(media, data, media.filter, media.focus)

    def _rendered(
        self, media: Media, data: bytes, look: str | None, focus: Focus | None
    ) -> imaging.Rendered:
        rendered = imaging.render(
            data,
            media.kind,
            look,
            jpeg=True,
            position=media.keep_position,
            focus=(focus.x, focus.y) if focus is not None else None,
        )
        folder = folder_of(look, focus)
        with ThreadPoolExecutor(len(rendered.renditions)) as pool:
            list(pool.map(lambda made: self._put(media, made, folder), rendered.renditions))
        return rendered

    def _put(self, media: Media, rendition: imaging.Rendition, folder: str) -> None:
        key = rendition_key(
            media.kind,
            media.owner_id,
            media.media_id,
            rendition.name,
            rendition.content_type,
            folder,
        )
        self._storage.put(key, rendition.content_type, rendition.data)

    def _without_original(self, media: Media) -> None:
        if media.picture is not None:
            self._log("original has gone", media, first=self._store.restore(media))
        else:  # the upload has yet to come, and its event will lead here again
            self._log("no original yet", media)

    def _give_up(self, media: Media, failure: Failure) -> None:
        """Record that a picture has failed. An earlier picture stays as it was."""
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
            focus=media.focus and (media.focus.x, media.focus.y),
            correlation_id=media.correlation_id,
            **more,
        )


def milliseconds(begun: float) -> int:
    """Return the milliseconds since a reading of `perf_counter`."""
    return round((perf_counter() - begun) * 1000)


def picture_of(media: Media, rendered: imaging.Rendered) -> Picture:
    """Return the stored facts of a rendered original, without its renditions' bytes."""
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
        focus=media.focus,
        folder=folder_of(media.filter, media.focus),
        renditions={
            made.name: RenditionFacts(made.width, made.height, len(made.data), made.content_type)
            for made in rendered.renditions
        },
        created_at=media.created_at,
    )
