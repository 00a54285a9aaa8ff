"""Use cases of uploads and their pictures."""

from collections.abc import Callable
from datetime import datetime

import msgspec

from functions.aws.tables import batched
from functions.clock import Clock
from functions.errors import Conflict, Invalid, NotFound, TooLarge, UnsupportedType
from functions.media.domain import (
    AWAITED,
    HINT,
    IMAGE_TYPES,
    LARGER_UPLOADS,
    MAX_BODY_BYTES,
    MAX_UPLOAD_BYTES,
    NO_SUCH_MEDIA,
    NO_SUCH_PICTURE,
    Focus,
    Keep,
    Kind,
    Media,
    Picture,
    ending_of,
    kept_focus,
    original_key,
    prefixes_of,
    renditions_prefix,
    upload_key,
)
from functions.media.formats import CONTENT_TYPES, Refused, sniff
from functions.media.ports import Kept, MediaStore, Originals
from functions.media.schemas import MediaView, UploadForm
from functions.media.urls import MediaUrls
from functions.observability import log

DELETED_AT_ONCE = 1000  # objects; S3 DeleteObjects


class MediaService:
    """Media, as their owners see them."""

    def __init__(
        self,
        store: MediaStore,
        originals: Originals,
        kept: Kept,
        urls: MediaUrls,
        now: Clock,
    ) -> None:
        self.store = store
        self._originals = originals
        self._kept = kept
        self._urls = urls
        self._now = now

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
        focus: Focus | None = None,
    ) -> tuple[Media, UploadForm]:
        """Make a slot for an upload by form. `size` is the announced size in bytes.

        Raises:
            UnsupportedType, TooLarge: the upload itself would be refused.
        """
        if content_type not in IMAGE_TYPES:
            raise UnsupportedType(f"Send one of {', '.join(sorted(IMAGE_TYPES))}.")
        check_size(size, MAX_UPLOAD_BYTES)
        media = self._create(
            Media(
                media_id=media_id,
                owner_id=owner_id,
                kind=kind,
                status="awaiting_upload",
                content_type=content_type,
                created_at=self._now(),
                correlation_id=request,
                focus=kept_focus(focus),
                first_focus=kept_focus(focus),
                keep_position=keep_position,
            )
        )
        return media, self.form_of(media)

    def form_of(self, media: Media) -> UploadForm:
        """Return a new form for the upload of media."""
        return self._originals.form(upload_key(media.owner_id, media.media_id), media.content_type)

    def accept(
        self,
        media_id: str,
        owner_id: str,
        data: bytes,
        request: str,
        *,
        kind: Kind = "post",
        keep_position: bool = False,
        focus: Focus | None = None,
    ) -> Media:
        """Take an image that came with its request. Its first bytes decide its type.

        The row is written first. If the original is then never written, the row is swept like that
        of any upload that never arrives. The client, who got no answer, sends the image again.

        Raises:
            Invalid: there are no bytes.
            TooLarge: more bytes than a request can carry.
            UnsupportedType: the first bytes are not those of an accepted picture.
        """
        if not data:
            raise Invalid.field("body", "the image has no bytes")
        check_size(len(data), MAX_BODY_BYTES)
        try:
            content_type = CONTENT_TYPES[sniff(data)]
        except Refused as refused:
            raise UnsupportedType(refused.detail) from refused
        media = self._create(
            Media(
                media_id=media_id,
                owner_id=owner_id,
                kind=kind,
                status="processing",
                content_type=content_type,
                created_at=self._now(),
                correlation_id=request,
                focus=kept_focus(focus),
                first_focus=kept_focus(focus),
                keep_position=keep_position,
            )
        )
        self._originals.put(upload_key(owner_id, media_id), content_type, data)
        return media

    def _create(self, media: Media) -> Media:
        log.info("upload expected", media_id=media.media_id, correlation_id=media.correlation_id)
        return self.store.create(media, media.created_at + AWAITED)

    def get(self, media_id: str) -> Media:
        """Return media, regardless of the viewer.

        Raises:
            NotFound: no media has this id.
        """
        found = self.store.read([media_id]).get(media_id)
        if found is None:
            raise NotFound(NO_SUCH_MEDIA)
        return found

    def own(self, owner_id: str, media_id: str) -> Media:
        """Return the user's own media.

        Raises:
            NotFound: it does not exist or belongs to somebody else.
        """
        media = self.get(media_id)
        if media.owner_id != owner_id:
            raise NotFound(NO_SUCH_MEDIA)
        return media

    def original_url(self, owner_id: str, media_id: str) -> str:
        """Return a URL at which the owner can fetch the original, for a quarter of an hour.

        Raises:
            NotFound: the media does not exist or belongs to somebody else, or its original was not
                kept.
        """
        media = self.store.read([media_id]).get(media_id)
        if media is None or media.owner_id != owner_id or not self.keeps_original(media):
            raise NotFound("There is no such original.")
        return self._urls.download(media.original or "")

    def keeps_original(self, media: Media) -> bool:
        """Return whether the original is still kept: a lifecycle rule may have deleted it."""
        return media.original is not None and self._kept.exists(media.original)

    def can_rerender(self, media: Media) -> bool:
        """Return whether another filter or focal point can be rendered, which needs the original.
        An original that is not kept is in quarantine until its post is published.
        """
        if media.original is not None:
            return self._kept.exists(media.original)
        return media.picture is None or self._originals.exists(
            upload_key(media.owner_id, media.media_id), media.etag
        )

    def drop_original(self, media: Media) -> None:
        """Delete the original of published media from quarantine."""
        self._originals.delete(upload_key(media.owner_id, media.media_id))

    def erase(self, owner_id: str, media_id: str, kind: Kind) -> None:
        """Delete all objects of media whose row is gone. Does nothing if the row exists."""
        if self.store.read([media_id]):
            return
        keeps: tuple[Keep, ...] = ("always", "days")
        kept = [original_key(keep, owner_id, media_id) or "" for keep in keeps]
        self._kept.delete_all(kept)
        while found := self._kept.keys(renditions_prefix(kind, owner_id, media_id)):
            self._kept.delete_all(found)
        self._originals.delete(upload_key(owner_id, media_id))

    def erase_some_of(self, owner_id: str) -> bool:
        """Delete some thousand of an owner's objects, of all kinds. Return whether none is left."""
        uploads, kept = self._objects_of(owner_id)
        self._originals.delete_all(uploads)
        for batch in batched(kept, DELETED_AT_ONCE):
            self._kept.delete_all(batch)
        return not uploads and not kept

    def traces_of(self, owner_id: str) -> list[str]:
        """Return keys of an owner's objects: only some if there are many."""
        uploads, kept = self._objects_of(owner_id)
        return uploads + kept

    def _objects_of(self, owner_id: str) -> tuple[list[str], list[str]]:
        """Return keys of an owner's objects in the uploads and in the media bucket, some thousand
        of each kind.
        """
        uploads = self._originals.keys(f"{owner_id}/")
        kept = [key for prefix in prefixes_of(owner_id) for key in self._kept.keys(prefix)]
        return uploads, kept

    def best(self, media: Media) -> tuple[str, bytes | None]:
        """Return a file name and the bytes of the best version: the original if it is still kept,
        else the full rendition. None if both are gone.
        """
        # Read it without checking first: a lifecycle rule may delete the original in between.
        original = self._kept.get(media.original) if media.original is not None else None
        if original is not None:
            return f"{media.media_id}.{ending_of(media.content_type)}", original.data
        rendition = self._kept.get(media.picture.key("full")) if media.picture else None
        return f"{media.media_id}.webp", None if rendition is None else rendition.data

    def show(
        self, media: Media, *, alt: str | None = None, until: datetime | None = None
    ) -> MediaView:
        """Show media to a viewer who may see it. A story's media stays visible until the story
        ends.
        """
        if media.picture is not None:
            shown = self.show_picture(
                media.picture, media.focus, alt=alt, processing=not media.settled, until=until
            )
            return msgspec.structs.replace(shown, hint=self._hint(media))
        return MediaView(
            hint=self._hint(media),
            media_id=media.media_id,
            status=media.status,
            failure=media.failure,
            url=self._urls.full(media.kind, media.owner_id, media.media_id, media.announced),
            width=None,
            height=None,
            blurhash=None,
            color=None,
            exif={},
            filter=None,
            alt=alt,
            focus=media.focus,
            renditions={},
            created_at=media.created_at,
        )

    def _hint(self, media: Media) -> str | msgspec.UnsetType:
        return HINT if media.is_delayed(self._now()) else msgspec.UNSET

    def show_picture(
        self,
        picture: Picture,
        focus: Focus | None,
        *,
        alt: str | None = None,
        processing: bool = False,
        until: datetime | None = None,
    ) -> MediaView:
        """Show a rendered picture to a viewer who may see it. It is `processing` while a new one is
        made, whose `focus` is told already.
        """
        return MediaView(
            media_id=picture.media_id,
            status="processing" if processing else "ready",
            failure=None,
            url=self._urls.full(
                picture.kind,
                picture.owner_id,
                picture.media_id,
                picture.folder or picture.filter,
                until=until,
            ),
            width=picture.width,
            height=picture.height,
            blurhash=picture.blurhash,
            color=picture.color,
            exif=picture.exif,
            filter=picture.filter,
            alt=alt,
            focus=focus,
            renditions=self._urls.renditions(picture, until=until),
            created_at=picture.created_at,
        )


def check_claimable(
    media: Media | None,
    owner_id: str,
    kind: Kind,
    claimant_id: str,
    given_up: Callable[[str], bool] = lambda _: False,
) -> Media:
    """Check that a post or story of the owner may claim the media. Return it. `given_up` tells
    whether the present claimant has failed, so that the picture is free again.

    Raises:
        NotFound: it does not exist (any more) or belongs to somebody else.
        Conflict: it is for the other kind, belongs to another claimant, or has failed.
    """
    if media is None or media.owner_id != owner_id:
        raise NotFound(NO_SUCH_PICTURE)
    if media.kind != kind:
        raise Conflict(f"This picture was uploaded for a {media.kind}.")
    if media.claimed_by not in (None, claimant_id) and not given_up(media.claimed_by):
        raise Conflict(f"This picture belongs to another {kind}.")
    if media.failure is not None:
        raise Conflict(f"This picture has failed: {media.failure.detail}")
    return media


def check_size(size: int, largest: int) -> None:
    """Refuse an image that is too large for this way of uploading.

    Raises:
        TooLarge: more than `largest` bytes. The text names the way that takes more, if there is
            one.
    """
    if size > largest:
        more = f" {LARGER_UPLOADS}" if largest < MAX_UPLOAD_BYTES else ""
        raise TooLarge(f"This way takes {largest:,} bytes; the image has {size:,}.{more}")
