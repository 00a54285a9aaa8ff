"""Uploads, and what becomes of them."""

from collections.abc import Callable
from datetime import datetime, timedelta

from functions.clock import Clock
from functions.errors import Conflict, Invalid, NotFound, TooLarge, UnsupportedType
from functions.log import log
from functions.media.domain import (
    IMAGE_TYPES,
    MAX_BODY_BYTES,
    MAX_UPLOAD_BYTES,
    NO_SUCH_MEDIA,
    Keep,
    Kind,
    Media,
    Picture,
    original_key,
    prefixes_of,
    rendition_key,
    renditions_prefix,
    upload_key,
)
from functions.media.formats import Refused, sniff
from functions.media.schemas import MediaView, UploadForm
from functions.media.store import Kept, MediaStore, Originals
from functions.media.urls import MediaUrls
from functions.tables import batched

DELETED_AT_ONCE = 1000  # objects; S3 DeleteObjects


class MediaService:
    """Media as their owners see them."""

    def __init__(
        self,
        store: MediaStore,
        originals: Originals,
        kept: Kept,
        urls: MediaUrls,
        now: Clock,
        unclaimed: timedelta,
    ) -> None:
        self.store = store
        self._originals = originals
        self._kept = kept
        self._urls = urls
        self._now = now
        self._unclaimed = unclaimed

    def offer(
        self,
        media_id: str,
        owner_id: str,
        content_type: str,
        size: int,
        kind: Kind,
        request: str,
        *,
        keep_position: bool = False,
    ) -> tuple[Media, UploadForm]:
        """A slot for an upload by form; `size` is what the client means to send, in bytes.

        Raises:
            UnsupportedType, TooLarge: the upload would be refused, so it is refused before.
        """
        check_upload(content_type, size, MAX_UPLOAD_BYTES)
        media = self._create(
            Media(
                media_id=media_id,
                owner_id=owner_id,
                kind=kind,
                status="awaiting_upload",
                content_type=content_type,
                created_at=self._now(),
                correlation_id=request,
                keep_position=keep_position,
            )
        )
        return media, self._originals.form(upload_key(owner_id, media_id), content_type)

    def accept(
        self, media_id: str, owner_id: str, content_type: str, data: bytes, request: str
    ) -> Media:
        """Take an image that came with its request.

        The row is made first: if the original is then never put, the row is swept as any upload
        that never arrives, and the client, who got no answer, sends it again.

        Raises:
            Invalid: no bytes. TooLarge: more than a request can carry. UnsupportedType: by its
                label or by its first bytes, it is no picture that is taken.
        """
        if not data:
            raise Invalid.field("body", "the image has no bytes")
        check_upload(content_type, len(data), MAX_BODY_BYTES)
        try:
            sniff(data)
        except Refused as refused:
            raise UnsupportedType(refused.detail) from refused
        media = self._create(
            Media(
                media_id=media_id,
                owner_id=owner_id,
                kind="post",
                status="processing",
                content_type=content_type,
                created_at=self._now(),
                correlation_id=request,
            )
        )
        self._originals.put(upload_key(owner_id, media_id), content_type, data)
        return media

    def _create(self, media: Media) -> Media:
        log.info("upload expected", media_id=media.media_id, correlation_id=media.correlation_id)
        return self.store.create(media, media.created_at + self._unclaimed)

    def get(self, media_id: str) -> Media:
        """Media, whoever asks.

        Raises:
            NotFound: there is none of that id.
        """
        found = self.store.read([media_id]).get(media_id)
        if found is None:
            raise NotFound(NO_SUCH_MEDIA)
        return found

    def own_picture(self, owner_id: str, media_id: str) -> Media:
        """One's own post picture, ready to be shown as an avatar.

        Raises:
            NotFound: it is not there, or another's. Conflict: it is not ready.
        """
        media = self.get(media_id)
        if media.owner_id != owner_id or media.kind != "post":
            raise NotFound(NO_SUCH_MEDIA)
        if media.status != "ready":
            raise Conflict(f"This picture is {media.status}, not ready.")
        return media

    def original_url(self, owner_id: str, media_id: str) -> str:
        """Where the owner can fetch the original.

        Raises:
            NotFound: the media is not there or another's, or its original was not kept.
        """
        media = self.store.read([media_id]).get(media_id)
        if media is None or media.owner_id != owner_id or not self.keeps_original(media):
            raise NotFound("There is no such original.")
        return self._urls.original(owner_id, media.original or "")

    def keeps_original(self, media: Media) -> bool:
        """Whether the original is still kept: a lifecycle rule may have taken it."""
        return media.original is not None and self._kept.exists(media.original)

    def can_refilter(self, media: Media) -> bool:
        """Whether another filter can be rendered: that needs the original. One that is not kept
        is in quarantine until its post is published."""
        if media.original is not None:
            return self._kept.exists(media.original)
        return media.picture is None or self._originals.exists(
            upload_key(media.owner_id, media.media_id), media.etag
        )

    def drop_original(self, media: Media) -> None:
        """Delete the original of published media from quarantine."""
        self._originals.delete(upload_key(media.owner_id, media.media_id))

    def erase(self, owner_id: str, media_id: str, kind: Kind) -> None:
        """Delete all objects of media whose row has gone; nothing happens where it has not."""
        if self.store.read([media_id]):
            return
        keeps: tuple[Keep, ...] = ("always", "days")
        kept = [original_key(keep, owner_id, media_id) or "" for keep in keeps]
        self._kept.delete_all(kept)
        while found := self._kept.keys(renditions_prefix(kind, owner_id, media_id)):
            self._kept.delete_all(found)
        self._originals.delete(upload_key(owner_id, media_id))

    def erase_some_of(self, owner_id: str) -> bool:
        """Delete some thousand of an owner's objects, of all kinds; whether none is left."""
        uploads, kept = self._objects_of(owner_id)
        self._originals.delete_all(uploads)
        for batch in batched(kept, DELETED_AT_ONCE):
            self._kept.delete_all(batch)
        return not uploads and not kept

    def traces_of(self, owner_id: str) -> list[str]:
        """Keys of an owner's objects, some if there are many."""
        uploads, kept = self._objects_of(owner_id)
        return uploads + kept

    def _objects_of(self, owner_id: str) -> tuple[list[str], list[str]]:
        """Keys of an owner's objects in the uploads and in the media bucket, some thousand of
        each kind."""
        uploads = self._originals.keys(f"{owner_id}/")
        kept = [key for prefix in prefixes_of(owner_id) for key in self._kept.keys(prefix)]
        return uploads, kept

    def best(self, media: Media) -> tuple[str, bytes | None]:
        """A file name for a picture, and its bytes: the original's where it is kept still, else
        the full rendition's. None where both have gone."""
        # Read, and not looked for first: a lifecycle rule may take the original in between.
        original = self._kept.get(media.original) if media.original is not None else None
        if original is not None:
            ending = media.content_type.removeprefix("image/").replace("jpeg", "jpg")
            return f"{media.media_id}.{ending}", original.data
        look = media.picture.filter if media.picture is not None else None
        key = rendition_key(media.kind, media.owner_id, media.media_id, "full", filter_name=look)
        rendition = self._kept.get(key)
        return f"{media.media_id}.webp", None if rendition is None else rendition.data

    def show(self, media: Media, *, until: datetime | None = None) -> MediaView:
        """Media as those see it who may; a story's until the story ends."""
        if media.picture is not None:
            return self.show_picture(media.picture, processing=not media.settled, until=until)
        return MediaView(
            media_id=media.media_id,
            status=media.status,
            failure=media.failure,
            url=self._urls.full(media.kind, media.owner_id, media.media_id),
            width=None,
            height=None,
            blurhash=None,
            color=None,
            exif={},
            filter=None,
            renditions={},
            created_at=media.created_at,
        )

    def show_picture(
        self, picture: Picture, *, processing: bool = False, until: datetime | None = None
    ) -> MediaView:
        """A rendered picture as those see it who may; `processing` while another is made of it."""
        return MediaView(
            media_id=picture.media_id,
            status="processing" if processing else "ready",
            failure=None,
            url=self._urls.full(
                picture.kind, picture.owner_id, picture.media_id, picture.filter, until=until
            ),
            width=picture.width,
            height=picture.height,
            blurhash=picture.blurhash,
            color=picture.color,
            exif=picture.exif,
            filter=picture.filter,
            renditions=self._urls.renditions(picture, until=until),
            created_at=picture.created_at,
        )


def claimable(
    media: Media | None,
    owner_id: str,
    kind: Kind,
    claimant_id: str,
    given_up: Callable[[str], bool] = lambda _: False,
) -> Media:
    """Media that a post or story of its owner's may claim. `given_up` tells of another claimant
    whether it has failed, so that the picture is free again.

    Raises:
        NotFound: it is not there, or another's. Conflict: it is for the other kind, belongs to
            another claimant, or has failed.
    """
    if media is None or media.owner_id != owner_id:
        raise NotFound(NO_SUCH_MEDIA)
    if media.kind != kind:
        raise Conflict(f"This picture was uploaded for a {media.kind}.")
    if media.post_id not in (None, claimant_id) and not given_up(media.post_id):
        raise Conflict(f"This picture belongs to another {kind}.")
    if media.failure is not None:
        raise Conflict(f"This picture has failed: {media.failure.detail}")
    return media


def check_upload(content_type: str, size: int, largest: int) -> None:
    """Refuse what could never become a picture as early as it can be known.

    Raises:
        UnsupportedType: not an image type that is taken. TooLarge: more than `largest` bytes.
    """
    if content_type not in IMAGE_TYPES:
        raise UnsupportedType(f"Send one of {', '.join(sorted(IMAGE_TYPES))}.")
    if size > largest:
        form = " An upload form takes more." if largest < MAX_UPLOAD_BYTES else ""
        raise TooLarge(f"This way takes {largest} bytes; the image has {size}.{form}")
