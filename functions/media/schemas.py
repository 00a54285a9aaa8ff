"""What the media routes take and answer."""

from datetime import datetime
from typing import Annotated

import msgspec
from msgspec import Meta

from functions.media.domain import Failure, Kind, Status


class UploadRequest(msgspec.Struct, frozen=True):
    """A picture that will be sent by a form. `size` is in bytes. With `keep_position` its `exif`
    will say where it was taken, to all who may see it; nothing else ever does."""

    content_type: Annotated[str, Meta(max_length=100)]
    size: Annotated[int, Meta(ge=1)]
    kind: Kind = "post"
    keep_position: bool = False


class RenditionView(msgspec.Struct, frozen=True):
    """One size of a picture, in pixels and bytes."""

    url: str
    width: int
    height: int
    bytes: int
    content_type: str


class MediaView(msgspec.Struct, frozen=True):
    """A picture. `url` is the full rendition's, known from the start and final but for its
    signature; the rest is null until the picture is ready."""

    media_id: str
    status: Status
    failure: Failure | None
    url: str
    width: int | None
    height: int | None
    blurhash: str | None
    color: str | None
    exif: dict[str, str | int | float]
    filter: str | None
    renditions: dict[str, RenditionView]
    created_at: datetime


class OriginalView(msgspec.Struct, frozen=True):
    """Where an original is; the URL is signed, and good for a while."""

    url: str


class FilterView(msgspec.Struct, frozen=True):
    """A filter by its name, and a picture of what it does."""

    name: str
    preview_url: str


class UploadForm(msgspec.Struct, frozen=True):
    """A multipart/form-data POST to S3: these fields first, then the file as `file`."""

    url: str
    fields: dict[str, str]


class UploadSlot(MediaView, frozen=True):
    """A picture, and where to send it; no `upload` where the image came with the request."""

    upload: UploadForm | msgspec.UnsetType = msgspec.UNSET
