"""Media: an uploaded original and the renditions made of it."""

from datetime import datetime
from typing import Literal

import msgspec

Kind = Literal["post", "story"]
Status = Literal["awaiting_upload", "processing", "ready", "failed"]
FailureCode = Literal["too_large", "unsupported_type", "corrupt", "too_many_pixels"]
Keep = Literal["never", "days", "always"]

NO_SUCH_MEDIA = "There is no such media."
MAX_UPLOAD_BYTES = 20 * 1024 * 1024
"""The largest original: what the presigned form admits."""
MAX_BODY_BYTES = 4_500_000
"""The largest image as a request body: Lambda takes 6 MiB of event, and base64 adds a third."""
SLOT_SECONDS = 3600
"""How long an upload form is good for."""
IMAGE_TYPES = frozenset(
    {
        "image/jpeg",
        "image/png",
        "image/webp",
        "image/gif",
        "image/heic",
        "image/heif",
        "image/avif",
    }
)
TYPE_ALIASES = {"image/jpg": "image/jpeg"}
"""Names that are no registered types, and are sent all the same."""
EXTENSIONS = {"image/webp": "webp", "image/jpeg": "jpg"}


class RenditionFacts(msgspec.Struct, frozen=True):
    """What is known of a rendition without opening it. Width and height in pixels."""

    width: int
    height: int
    bytes: int
    content_type: str


class Picture(msgspec.Struct, frozen=True, kw_only=True):
    """A rendered picture. A post embeds it whole, so a page of posts needs no media rows."""

    media_id: str
    owner_id: str
    kind: Kind
    width: int
    height: int
    blurhash: str
    color: str
    exif: dict[str, str | int | float] = {}
    filter: str | None = None
    renditions: dict[str, RenditionFacts]
    created_at: datetime


class Failure(msgspec.Struct, frozen=True):
    """Why a picture could not be made, for its uploader to read."""

    code: FailureCode
    detail: str


class Media(msgspec.Struct, frozen=True, kw_only=True):
    """An upload and what became of it. `picture` is there once it was ready, `failure` once it has
    failed; `post_id` once a post, or a story, has claimed it.

    `filter` is the one asked for. The picture's own is another while it is rendered anew: the media
    is then `processing` and shows what it was. `original` is the key of the kept original,
    `etag` its entity tag: a form can be sent again, and the picture stays the first.
    `keep_position` is the uploader's wish that it be told where the picture was taken.
    """

    media_id: str
    owner_id: str
    kind: Kind
    status: Status
    content_type: str
    created_at: datetime
    correlation_id: str
    picture: Picture | None = None
    failure: Failure | None = None
    post_id: str | None = None
    filter: str | None = None
    original: str | None = None
    etag: str | None = None
    keep_position: bool = False

    @property
    def settled(self) -> bool:
        """Whether rendering has come to its end."""
        return self.status in ("ready", "failed")


def upload_key(owner_id: str, media_id: str) -> str:
    """Where an original lies in the uploads bucket."""
    return f"{owner_id}/{media_id}"


def media_id_of(key: str) -> str:
    """The media whose original a key names."""
    return key.rpartition("/")[2]


def original_key(keep: Keep, owner_id: str, media_id: str) -> str | None:
    """Where an original is kept in the media bucket; None where it is not.

    No signature with a wildcard reaches there. The lifecycle rule of those kept for days is about
    their prefix.
    """
    return None if keep == "never" else f"originals/{keep}/{owner_id}/{media_id}"


def prefixes_of(owner_id: str) -> list[str]:
    """Where all of an owner's objects lie in the media bucket. In the uploads bucket the owner
    leads the key."""
    shelves = ("posts", "stories", "originals/always", "originals/days", "exports")
    return [f"{shelf}/{owner_id}/" for shelf in shelves]


def renditions_prefix(kind: Kind, owner_id: str, media_id: str) -> str:
    """Where all renditions of a picture lie, whatever their filter."""
    return f"{_shelf(kind)}/{owner_id}/{media_id}/"


def _shelf(kind: Kind) -> str:
    return "posts" if kind == "post" else "stories"


def preview_key(filter_name: str) -> str:
    """Where the preview of a filter lies in the media bucket; the deploy puts it there."""
    return f"previews/{filter_name}.webp"


def rendition_key(
    kind: Kind,
    owner_id: str,
    media_id: str,
    name: str,
    content_type: str = "image/webp",
    filter_name: str | None = None,
) -> str:
    """Where a rendition lies in the media bucket, final from the moment of upload.

    The kind and the owner lead, so that one signature with a wildcard opens an author's posts and
    none of the author's stories. What a filter makes lies apart: a key never changes its meaning.
    """
    look = f"{filter_name}/" if filter_name else ""
    stem = name.removesuffix("_jpeg")
    prefix = renditions_prefix(kind, owner_id, media_id)
    return f"{prefix}{look}{stem}.{EXTENSIONS[content_type]}"
