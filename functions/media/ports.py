"""Interfaces of the media table and the two buckets."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Protocol

from msgspec import UNSET, Struct, UnsetType

from functions.aws.tables import Image, Step
from functions.media.domain import Failure, Focus, Media, Picture
from functions.media.schemas import UploadForm

CountRenders = Callable[[str, int], None]
"""Counts pictures that a person has rendered again. Raises TooManyRequests."""


class Original(Struct, frozen=True):
    """An upload's bytes, and the entity tag that distinguishes it from another upload under the
    same key: a form may be sent again.
    """

    data: bytes
    etag: str


class MediaStore(Protocol):
    """The media table."""

    def read(self, media_ids: Sequence[str]) -> dict[str, Media]:
        """Return media by id, without those whose row has expired. Reads strongly."""

    def create(self, media: Media, expires_at: datetime) -> Media:
        """Add media. It is swept at `expires_at` unless it has settled by then.
        Return the row that is there now, which an earlier try of the same request may have written.
        """

    def from_image(self, image: Image | None) -> Media | None:
        """Return the media in a stream record's image."""

    def begin(self, media_id: str, message_id: str) -> Media | None:
        """Mark that the original has arrived, and count a try at this message. Return the media;
        None if there is none. Media that has settled stays as it is.
        """

    def settle(
        self,
        media: Media,
        outcome: Picture | Failure,
        *,
        original: str | None = None,
        etag: str | None = None,
    ) -> bool:
        """Set the result, the content type, where the original is kept, and the entity tag of the
        one that was rendered. Return False if that was done before, another filter or focal point
        was requested meanwhile, or the row is gone.

        A claimed picture stays. A first one that nothing has claimed, or that has failed, is swept
        some time later.
        """

    def claim_step(
        self,
        media: Media,
        claimant_id: str,
        filter_name: str | None,
        focus: Focus | None | UnsetType = UNSET,
    ) -> Step:
        """Make the transaction step by which a post claims its author's media and requests a filter
        and, unless it is UNSET, a focal point. It fails if another post has claimed the media since
        it was read, or it has settled.
        """

    def filter_step(
        self, media: Media, filter_name: str | None, focus: Focus | None | UnsetType = UNSET
    ) -> Step:
        """Make the step that requests another filter or focal point of claimed media. It fails if
        the media has changed since it was read.
        """

    def restore(self, media: Media) -> bool:
        """Give up a filter or focal point that can no longer be rendered: the media is ready with
        its earlier picture.
        """

    def keep(self, media_id: str) -> bool:
        """Keep media that no post has claimed. Return False if it is gone."""

    def drop(self, media_id: str, claimant_id: str | None) -> bool:
        """Delete media that this post, or no post, has claimed. Return False if that is not so."""

    def release(self, media_id: str, claimant_id: str) -> bool:
        """Remove this post's claim on media, which stays. Return False if there is no such
        claim.
        """


class Originals(Protocol):
    """The uploads bucket."""

    def form(self, key: str, content_type: str) -> UploadForm:
        """Make a form that uploads to this key, of this type, at most 20 MiB, within an hour."""

    def put(self, key: str, content_type: str, data: bytes) -> None:
        """Write an original, as if its owner had uploaded it."""

    def get(self, key: str, etag: str | None) -> Original | None:
        """Return an original, of that entity tag if one is given; None if there is none."""

    def exists(self, key: str, etag: str | None) -> bool:
        """Return whether there is such an original, of that entity tag if one is given."""

    def delete(self, key: str) -> None:
        """Delete an original, if there is one."""

    def keys(self, prefix: str) -> list[str]:
        """Return up to a thousand keys with this prefix."""

    def delete_all(self, keys: Sequence[str]) -> None:
        """Delete up to a thousand objects."""


class Kept(Protocol):
    """The media bucket, where originals are kept."""

    def get(self, key: str) -> Original | None:
        """Return an object; None if there is none."""

    def exists(self, key: str) -> bool:
        """Return whether there is such an object."""

    def keys(self, prefix: str) -> list[str]:
        """Return up to a thousand keys with this prefix."""

    def delete_all(self, keys: Sequence[str]) -> None:
        """Delete up to a thousand objects."""


class MediaStorage(Protocol):
    """The media bucket: renditions, and the originals that are kept."""

    def put(self, key: str, content_type: str, data: bytes) -> None:
        """Write a rendition, to be cached forever, or as long as a story's signature opens it."""

    def get(self, key: str) -> Original | None:
        """Return a kept original; None if there is none."""

    def copy(self, source: str, key: str) -> bool:
        """Copy a rendition within the bucket. Return False if it is not there."""

    def keep(self, upload: str, etag: str, key: str, media: Media) -> None:
        """Copy this original here from quarantine, under its true type, to be saved as a file and
        never cached. Raises if a newer upload has replaced it.
        """
