"""What the media's use-cases need of the table and of the two buckets."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from msgspec import Struct

from functions.events import Image
from functions.media.domain import Failure, Media, Picture
from functions.media.schemas import UploadForm
from functions.tables import Step


class Original(Struct, frozen=True):
    """An upload's bytes, and the entity tag that tells it from another under the same key: a form
    may be sent again."""

    data: bytes
    etag: str


class MediaStore(Protocol):
    """The media table."""

    def read(self, media_ids: Sequence[str]) -> dict[str, Media]:
        """Media by id, read strongly; without those whose row has expired."""

    def create(self, media: Media, expires_at: datetime) -> Media:
        """Add media that is swept at `expires_at` unless a post has taken it and it is ready; the
        one that stands there now, which a first try of the same request may have left."""

    def of_image(self, image: Image | None) -> Media | None:
        """The media in a stream's image of a row."""

    def begin(self, media_id: str) -> None:
        """Mark that its original has arrived; what is settled stays as it is."""

    def settle(
        self,
        media: Media,
        outcome: Picture | Failure,
        *,
        original: str | None = None,
        etag: str | None = None,
    ) -> bool:
        """Set what became of it, where the original is kept, and which one it was. False where
        that was set before, another filter was asked for meanwhile, or the row has gone."""

    def claiming(self, media: Media, post_id: str, filter_name: str | None) -> Step:
        """The step of a transaction by which a post takes media of its author, and asks for a
        filter. It fails where another post has taken it since it was read, or it has settled."""

    def filtering(self, media: Media, filter_name: str | None) -> Step:
        """The step that asks for another filter on claimed media. It fails where the media has
        changed since it was read."""

    def restore(self, media: Media) -> bool:
        """Give up a filter that cannot be rendered any more: ready with the picture as it was."""

    def keep(self, media_id: str) -> bool:
        """Let media stay that no post has taken; False where it has gone."""

    def drop(self, media_id: str, post_id: str | None) -> bool:
        """Delete media that this very post has taken, or no post; False where that is not so."""

    def release(self, media_id: str, post_id: str) -> bool:
        """Take this very post's claim off media, which stay; False where that is not so."""


class Originals(Protocol):
    """The uploads bucket."""

    def form(self, key: str, content_type: str) -> UploadForm:
        """A form that uploads to this very key, of this type, at most 20 MiB, within an hour."""

    def put(self, key: str, content_type: str, data: bytes) -> None:
        """Put an original, as if its owner had uploaded it."""

    def get(self, key: str, etag: str | None) -> Original | None:
        """An original, of that entity tag if one is given; None where there is none."""

    def exists(self, key: str, etag: str | None) -> bool:
        """Whether there is such an original, of that entity tag if one is given."""

    def delete(self, key: str) -> None:
        """Delete an original, if it is there."""

    def keys(self, prefix: str) -> list[str]:
        """Some keys that begin so, up to a thousand; none where there is none."""

    def delete_all(self, keys: Sequence[str]) -> None:
        """Delete up to a thousand objects."""


class Kept(Protocol):
    """The media bucket, where originals are kept."""

    def get(self, key: str) -> Original | None:
        """An object; None where there is none."""

    def exists(self, key: str) -> bool:
        """Whether there is such an object."""

    def keys(self, prefix: str) -> list[str]:
        """Some keys that begin so, up to a thousand; none where there is none."""

    def delete_all(self, keys: Sequence[str]) -> None:
        """Delete up to a thousand objects."""


class MediaStorage(Protocol):
    """The media bucket: renditions, and the originals that are kept."""

    def put(self, key: str, content_type: str, data: bytes) -> None:
        """Put a rendition, to be cached for ever."""

    def get(self, key: str) -> Original | None:
        """A kept original; None where there is none."""

    def keep(self, upload: str, etag: str, key: str) -> None:
        """Copy this very original here from quarantine. Raises where another lies there now."""
