"""Uploads over HTTP, and the render queue."""

from urllib.parse import unquote_plus

import msgspec
from chalice.app import SQSEvent

from functions.config import settings
from functions.errors import NotFound
from functions.events import Failures, each_message
from functions.http import Request, Routes
from functions.inputs import RawBody
from functions.media.bootstrap import media, media_urls, render_worker
from functions.media.domain import NO_SUCH_MEDIA, TYPE_ALIASES, Media, media_id_of
from functions.media.filters import FILTERS
from functions.media.schemas import FilterView, MediaView, OriginalView, UploadRequest, UploadSlot
from functions.pages import Page

routes = Routes(__name__, "Pictures")


@routes.route(
    "POST",
    "/upload",
    body=UploadRequest,
    raw_types=("image/*",),
    answer=UploadSlot,
    status=201,
    creates=True,
    is_secret=True,
    limit="upload",
)
def upload(request: Request[RawBody | UploadRequest]) -> UploadSlot:
    """Upload a picture: the image itself, or JSON that asks for an upload form.

    An image as the body may have 4,500,000 bytes; a form, which goes to S3, takes 20 MiB
    (20,971,520 bytes). JSON is `{content_type, size, kind}`, and its answer has `upload`: send the
    fields of `upload.fields` and then the file, as `file`, to `upload.url` as multipart/form-data.
    """
    given, service = request.body, media()
    content_type = given.content_type.partition(";")[0].strip().lower()
    content_type = TYPE_ALIASES.get(content_type, content_type)
    if isinstance(given, RawBody):
        taken = service.accept(
            request.new_id, request.viewer_id, content_type, given.data, request.request_id
        )
        return _slot(taken)
    slot, form = service.offer(
        request.new_id,
        request.viewer_id,
        content_type,
        given.size,
        given.kind,
        request.request_id,
        keep_position=given.keep_position,
    )
    return msgspec.structs.replace(_slot(slot), upload=form)


def _slot(found: Media) -> UploadSlot:
    return UploadSlot(**msgspec.structs.asdict(media().show(found)))


@routes.route("GET", "/media/{media_id}", answer=MediaView)
def picture(request: Request[None], media_id: str) -> MediaView:
    """A picture and how far it has come: its owner's alone until a post or a story shows it."""
    found = media().get(media_id)
    if found.kind == "story" and found.post_id is not None:
        return _story_picture(request.viewer_id, found, found.post_id)
    if found.owner_id != request.viewer_id:
        _check_published(request.viewer_id, found)
    return media().show(found)


@routes.route("GET", "/media/{media_id}/original", answer=OriginalView, is_secret=True)
def original(request: Request[None], media_id: str) -> OriginalView:
    """Where the owner of a picture can fetch what was uploaded, if the stage keeps it."""
    return OriginalView(media().original_url(request.viewer_id, media_id))


@routes.route("GET", "/filters", answer=Page[FilterView], is_open=True)
def filters(_: Request[None]) -> Page[FilterView]:
    """The filters that a post can have, each with a picture of what it does."""
    return Page([FilterView(name, media_urls().preview(name)) for name in FILTERS], None)


def _check_published(viewer_id: str, found: Media) -> None:
    # Posts are asked only here; the render function, which shares this module, never needs them.
    from functions.posts.bootstrap import posts

    try:
        posts().see(viewer_id, found.post_id or "none")
    except NotFound as hidden:  # told as if there were no such media
        raise NotFound(NO_SUCH_MEDIA) from hidden


def _story_picture(viewer_id: str, found: Media, story_id: str) -> MediaView:
    from functions.stories.bootstrap import stories

    try:
        story = stories().see(viewer_id, story_id)
    except NotFound as hidden:  # it has ended, too: then nothing opens its picture any more
        raise NotFound(NO_SUCH_MEDIA) from hidden
    return media().show(found, until=story.expires_at if story.published else None)


class ObjectName(msgspec.Struct, frozen=True):
    """An object's key, encoded as in a URL's query."""

    key: str


class S3Entity(msgspec.Struct, frozen=True):
    """The part of an S3 event that names the object."""

    object: ObjectName


class S3Record(msgspec.Struct, frozen=True):
    """One object that was created."""

    s3: S3Entity


class RenderEvent(msgspec.Struct, frozen=True):
    """What the render queue carries: S3's notices of originals, and requests for another filter.

    The test event that S3 sends when its notices are set up has neither.
    """

    records: list[S3Record] = msgspec.field(name="Records", default_factory=list)
    media_id: str | None = None

    @property
    def wanted(self) -> list[tuple[str, str | None]]:
        """The media to render, each with the key of what has arrived."""
        asked: list[tuple[str, str | None]] = [(self.media_id, None)] if self.media_id else []
        keys = [unquote_plus(one.s3.object.key) for one in self.records]
        return [*asked, *((media_id_of(key), key) for key in keys)]


@routes.blueprint.on_sqs_message(queue=settings().queue("render"), batch_size=1)
def render(event: SQSEvent) -> Failures:
    """An original has arrived, or another filter is asked for: make the renditions."""

    def handle(message: RenderEvent, attempt: int) -> None:
        for media_id, upload in message.wanted:
            render_worker().render(media_id, attempt, upload)

    return each_message(event, RenderEvent, handle)
