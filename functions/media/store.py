"""What the media's use-cases need of the table and of the two buckets."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from functions.events import Image
from functions.media.domain import Failure, Media, Picture
from functions.media.schemas import UploadForm
from functions.tables import Step


class MediaStore(Protocol):
    """The media table."""

    def read(self, media_ids: Sequence[str]) -> dict[str, Media]:
        """Media by id, read strongly; without those whose row has expired."""

    def create(self, media: Media, expires_at: datetime) -> Media:
        """Add media that is swept at `expires_at` if nothing comes of it; the one that stands
        there now, which a first try of the same request may have left."""

    def of_image(self, image: Image | None) -> Media | None:
        """The media in a stream's image of a row."""

    def begin(self, media_id: str) -> None:
        """Mark that its original has arrived; what is settled stays as it is."""

    def settle(self, media: Media, outcome: Picture | Failure, original: str | None = None) -> bool:
        """Set what became of it, and where the original is kept. False where that was set before,
        where another filter was asked for meanwhile, or where the row has gone."""

    def claiming(self, media: Media, post_id: str, filter_name: str | None) -> Step:
        """The step of a transaction by which a post takes media of its author, and asks for a
        filter. It fails where another post has taken it since it was read and, with a filter,
        where it has settled since."""

    def filtering(self, media: Media, filter_name: str | None) -> Step:
        """The step that asks for another filter on claimed media. It fails where the media has
        changed since it was read."""

    def restore(self, media: Media) -> bool:
        """Give up a filter that cannot be rendered any more: ready with the picture as it was."""


class Originals(Protocol):
    """The uploads bucket."""

    def form(self, key: str, content_type: str) -> UploadForm:
        """A form that uploads to this very key, of this type, at most 20 MiB, within an hour."""

    def put(self, key: str, content_type: str, data: bytes) -> None:
        """Put an original, as if its owner had uploaded it."""

    def get(self, key: str) -> bytes | None:
        """An original; None where there is none."""

    def exists(self, key: str) -> bool:
        """Whether there is such an original."""

    def delete(self, key: str) -> None:
        """Delete an original, if it is there."""


class Kept(Protocol):
    """The media bucket, where originals are kept."""

    def exists(self, key: str) -> bool:
        """Whether there is such an object."""


class MediaStorage(Protocol):
    """The media bucket: renditions, and the originals that are kept."""

    def put(self, key: str, content_type: str, data: bytes) -> None:
        """Put a rendition, to be cached for ever."""

    def get(self, key: str) -> bytes | None:
        """An object's bytes; None where there is none."""

    def keep(self, upload: str, key: str) -> None:
        """Copy an original here from quarantine."""
