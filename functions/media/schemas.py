"""Inputs and answers of the media routes."""

from datetime import datetime
from typing import Annotated

import msgspec
from msgspec import Meta

from functions.http.fields import Url, lines, spelled
from functions.media.domain import (
    IMAGE_TYPES,
    MAX_ALT,
    MAX_UPLOAD_BYTES,
    Failure,
    Focus,
    Kind,
    Status,
)
from functions.media.filters import FILTERS

# A title makes these enumerations schemas of their own in the OpenAPI document.
FilterName = Annotated[
    str,
    Meta(
        max_length=64,
        title="FilterName",
        description="a filter's name",
        extra_json_schema={"enum": [*FILTERS]},
    ),
]
ContentType = Annotated[
    str,
    Meta(
        max_length=100,
        title="ImageType",
        description="the type of the image",
        extra_json_schema={"enum": sorted(IMAGE_TYPES)},
    ),
]

Alt = Annotated[str, lines(0, MAX_ALT)]
_PLACE = r"-?(1(\.0*)?|0(\.[0-9]*)?)"
FocusText = Annotated[
    str, spelled(f"{_PLACE},{_PLACE}", 3, 64, "x,y, each a number from -1 to 1: -0.42,0.69")
]


class UploadRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A picture to be sent with a form. `size` is in bytes. With `keep_position` its `exif` tells
    everyone who may see it where it was taken; otherwise the position is dropped. Its crops show
    `focus`.
    """

    content_type: ContentType
    size: Annotated[int, Meta(ge=1, extra_json_schema={"maximum": MAX_UPLOAD_BYTES})]
    kind: Kind = "post"
    keep_position: bool = False
    focus: Focus | None = None


class UploadFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A picture as a form. `kind` and `keep_position` are as in the request for an upload form;
    `focus` is written `x,y`. The parts may come in any order.
    """

    file: bytes
    kind: Kind = "post"
    keep_position: bool = False
    focus: FocusText | None = None

    @property
    def point(self) -> Focus | None:
        """Return the focal point."""
        if self.focus is None:
            return None
        x, y = map(float, self.focus.split(","))
        return Focus(x, y)


class RenditionView(msgspec.Struct, frozen=True):
    """One size of a picture, in pixels and bytes."""

    url: Url
    width: int
    height: int
    bytes: int
    content_type: str


class MediaView(msgspec.Struct, frozen=True):
    """A picture. `url` is the full rendition's: known from the start, and final except for its
    signature. `alt` is the text that stands for the picture, and `focus` the point that its crops
    show; null where its author gave none. The other fields are null until the picture is ready.

    `hint` is there while rendering takes longer than usual for a reason that does not lie in the
    picture.
    """

    media_id: str
    status: Status
    failure: Failure | None
    url: Url
    width: int | None
    height: int | None
    blurhash: str | None
    color: str | None
    exif: dict[str, str | int | float]
    filter: FilterName | None
    alt: str | None
    focus: Focus | None
    renditions: dict[str, RenditionView]
    created_at: datetime
    hint: str | msgspec.UnsetType = msgspec.UNSET


class OriginalView(msgspec.Struct, frozen=True):
    """The location of an original. The URL is signed, and valid for 15 minutes."""

    url: Url


class FilterView(msgspec.Struct, frozen=True):
    """A filter: its name, and a preview picture."""

    name: FilterName
    preview_url: Url


class UploadForm(msgspec.Struct, frozen=True):
    """A multipart/form-data POST to S3: these fields first, then the file as `file`."""

    url: Url
    fields: dict[str, str]


class UploadSlot(MediaView, frozen=True):
    """A picture and where to send it. `upload` is missing if the image came with the request."""

    upload: UploadForm | msgspec.UnsetType = msgspec.UNSET
