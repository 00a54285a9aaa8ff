"""Media: an uploaded original and the renditions made of it."""

from datetime import datetime, timedelta
from typing import Annotated, Literal

import msgspec
from msgspec import UNSET, Meta, UnsetType

Kind = Literal["post", "story"]
Status = Literal["awaiting_upload", "processing", "ready", "failed"]
FailureCode = Literal["too_large", "unsupported_type", "corrupt", "too_many_pixels"]
Keep = Literal["never", "days", "always"]

NO_SUCH_MEDIA = "There is no such media."
NO_SUCH_PICTURE = (
    "You have no such picture. A picture is deleted with its post or story, and some time after "
    "its upload if nothing shows it: upload it again."
)
MAX_UPLOAD_BYTES = 20 * 1024 * 1024
"""The largest original that the presigned form accepts."""
MAX_BODY_BYTES = 4_500_000
"""The largest image as a request body: Lambda takes an event of 6 MiB, and base64 adds a third."""
LARGER_UPLOADS = (
    f"An upload form takes up to {MAX_UPLOAD_BYTES:,} bytes: ask for one with POST /upload and "
    "JSON {content_type, size}."
)
"""The text that the refusal of a too large body adds."""
SLOT_SECONDS = 3600
"""How long an upload form is valid."""
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
QUARANTINE = timedelta(days=7)
"""How long an original lies in the uploads bucket, by the template's lifecycle rule."""
AWAITED = QUARANTINE + timedelta(seconds=SLOT_SECONDS)
"""How long a row waits for its first picture, and a post with it: as long as there may be an
original. So a render whose message was parked, or never tried, can be redriven until then."""
RENDER_TRIES = 6
"""Tries at one message of the render queue. Each is counted on the row before its work begins,
because a function that runs out of memory or time counts nothing afterwards."""
DELAYED_AFTER = timedelta(minutes=5)
"""The age from which on a picture that is not ready has a hint. A render takes seconds."""
HINT = (
    "This takes longer than usual, and not because of the picture. It is kept and will be ready; "
    "there is no need to send it again."
)
TYPE_ALIASES = {"image/jpg": "image/jpeg"}
"""Names that are not registered types but are sent in practice."""
ENDINGS = {"image/jpeg": "jpg"}
"""Endings of file names that differ from the name of their type."""
MAX_ALT = 1500
AVATAR_SIDES = (150, 320)
"""The sides of an avatar's squares, in pixels."""
PLAIN = "plain"
"""The folder of renditions without a filter and a focal point. No filter has this name."""
_Place = Annotated[float, Meta(ge=-1, le=1)]


class Focus(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The point of a picture that its crops show, from the middle: x to the right, y up, both from
    -1 to 1. Two decimals are kept.
    """

    x: _Place
    y: _Place


def kept_focus(given: Focus | None) -> Focus | None:
    """Return a focal point as it is kept. Adding 0.0 turns -0.0 into 0.0: equal points are one."""
    if given is None:
        return None
    return Focus(round(given.x, 2) + 0.0, round(given.y, 2) + 0.0)


def folder_of(filter_name: str | None, focus: Focus | None) -> str:
    """Return the folder of a picture's renditions with this filter and focal point: `plain`,
    `dawn`, `dawn.33.-50`.
    """
    point = f".{round(focus.x * 100)}.{round(focus.y * 100)}" if focus is not None else ""
    return f"{filter_name or PLAIN}{point}"


class RenditionFacts(msgspec.Struct, frozen=True):
    """The facts about a rendition that are known without opening it. Width and height in pixels."""

    width: int
    height: int
    bytes: int
    content_type: str


class Picture(msgspec.Struct, frozen=True, kw_only=True):
    """A rendered picture. Posts embed it whole, so a page of posts reads no media rows.

    `folder` is where its renditions are. Pictures of earlier releases have none: a filter has a
    folder of its own there, and renditions without one lie beside these folders.
    """

    media_id: str
    owner_id: str
    kind: Kind
    width: int
    height: int
    blurhash: str
    color: str
    exif: dict[str, str | int | float] = {}
    filter: str | None = None
    focus: Focus | None = None
    folder: str | None = None
    renditions: dict[str, RenditionFacts]
    created_at: datetime

    def key(self, name: str, content_type: str = "image/webp") -> str:
        """Return the key of one of its renditions."""
        folder = self.folder or self.filter
        return rendition_key(self.kind, self.owner_id, self.media_id, name, content_type, folder)


class Failure(msgspec.Struct, frozen=True):
    """The reason why a picture could not be made, in words for its uploader."""

    code: FailureCode
    detail: str


class Media(msgspec.Struct, frozen=True, kw_only=True):
    """An upload and its state. `picture` is set once it was ready, `failure` once it has failed,
    `claimed_by` once a post or a story has claimed it.

    `filter` and `focus` are the requested ones. The picture has others while it is rendered again:
    the media is then `processing` and still shows the earlier picture. `first_focus` is the one
    that came with the upload, whose path was announced then. `original` is the key of the kept
    original and `etag` its entity tag: a form can be sent again, but the picture stays the first.
    `keep_position` says that the uploader wants the picture's position to be shown.

    While it is rendered, `tries` counts the tries at the message `tried`.
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
    claimed_by: str | None = None
    filter: str | None = None
    focus: Focus | None = None
    first_focus: Focus | None = None
    original: str | None = None
    etag: str | None = None
    keep_position: bool = False
    tries: int | None = None
    tried: str | None = None

    @property
    def rendered(self) -> bool:
        """Return whether there is a picture, so that another filter means another render."""
        return self.picture is not None

    @property
    def settled(self) -> bool:
        """Return whether rendering has ended, in success or failure."""
        return self.status in ("ready", "failed")

    def is_other(self, filter_name: str | None, focus: Focus | None | UnsetType) -> bool:
        """Return whether these differ from the requested filter and focal point. UNSET leaves the
        focal point as it is.
        """
        moved = focus is not UNSET and focus != self.focus
        return moved or filter_name != self.filter

    def is_delayed(self, now: datetime) -> bool:
        """Return whether rendering takes longer than usual: a try has failed, or it is late."""
        if self.status != "processing":
            return False
        late = self.picture is None and now - self.created_at >= DELAYED_AFTER
        return late or (self.tries or 0) > 1

    @property
    def announced(self) -> str:
        """Return the folder of the path that the answer to the upload has told."""
        return folder_of(None, self.first_focus)


def upload_key(owner_id: str, media_id: str) -> str:
    """Return the key of an original in the uploads bucket."""
    return f"{owner_id}/{media_id}"


def media_id_of(key: str) -> str:
    """Return the id of the media whose original has this key."""
    return key.rpartition("/")[2]


def original_key(keep: Keep, owner_id: str, media_id: str) -> str | None:
    """Return the key of an original in the media bucket; None if the stage does not keep it.

    No signature with a wildcard covers this key. The lifecycle rule of originals that are kept for
    days goes by their prefix.
    """
    return None if keep == "never" else f"originals/{keep}/{owner_id}/{media_id}"


def prefixes_of(owner_id: str) -> list[str]:
    """Return the prefixes of all of an owner's objects in the media bucket. In the uploads bucket
    the key begins with the owner.
    """
    originals = ("originals/always", "originals/days")
    shelves = ("posts", "stories", "avatars", *originals, "exports", "found")
    return [f"{shelf}/{owner_id}/" for shelf in shelves]


def renditions_prefix(kind: Kind, owner_id: str, media_id: str) -> str:
    """Return the prefix of all renditions of a picture, with any filter."""
    return f"{_shelf(kind)}/{owner_id}/{media_id}/"


def _shelf(kind: Kind) -> str:
    return "posts" if kind == "post" else "stories"


def is_of_story(key: str) -> bool:
    """Return whether a rendition is a story's."""
    return key.startswith(f"{_shelf('story')}/")


def avatar_prefix(user_id: str, avatar_id: str) -> str:
    """Return the prefix of an avatar's renditions."""
    return f"avatars/{user_id}/{avatar_id}/"


def avatar_key(user_id: str, avatar_id: str, side: int) -> str:
    """Return the key of an avatar's rendition, a square of that side in pixels."""
    return f"{avatar_prefix(user_id, avatar_id)}{side}.webp"


def preview_key(filter_name: str) -> str:
    """Return the key of a filter's preview in the media bucket. The deploy puts it there."""
    return f"previews/{filter_name}.webp"


def rendition_key(
    kind: Kind,
    owner_id: str,
    media_id: str,
    name: str,
    content_type: str = "image/webp",
    folder: str | None = PLAIN,
) -> str:
    """Return the key of a rendition in the media bucket, final from the moment of upload.

    Each filter and focal point has a folder of its own: so a key never changes its meaning, and a
    signature for a folder opens one picture as it was published, and no other look of it.
    """
    inside = f"{folder}/" if folder else ""
    stem = name.removesuffix("_jpeg")
    prefix = renditions_prefix(kind, owner_id, media_id)
    return f"{prefix}{inside}{stem}.{ending_of(content_type)}"


def ending_of(content_type: str) -> str:
    """Return the ending of the name of a file of this type."""
    return ENDINGS.get(content_type, content_type.removeprefix("image/"))


def download_name(media: Media) -> str:
    """Return the file name under which an original is saved."""
    day = media.created_at.date().isoformat()
    return f"fanlight-{day}-{media.media_id}.{ending_of(media.content_type)}"
