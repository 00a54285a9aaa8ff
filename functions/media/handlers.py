"""Uploads over HTTP, and the render queue."""

from urllib.parse import unquote_plus

import msgspec
from chalice.app import SQSEvent

from functions.config import settings
from functions.events import Failures, each_message
from functions.http import RawBody, Request, Routes
from functions.media.bootstrap import media, render_worker
from functions.media.domain import Media
from functions.media.schemas import MediaView, UploadRequest, UploadSlot

routes = Routes(__name__, "Pictures")


@routes.route(
    "POST",
    "/upload",
    body=UploadRequest,
    raw_types=("image/*",),
    answer=UploadSlot,
    status=201,
    creates=True,
)
def upload(request: Request[RawBody | UploadRequest]) -> UploadSlot:
    """Upload a picture: the image itself, or JSON that asks for an upload form.

    An image as the body may have 4,500,000 bytes; a form, which goes to S3, takes 20 MiB
    (20,971,520 bytes). JSON is `{content_type, size, kind}`, and its answer has `upload`: send the
    fields of `upload.fields` and then the file, as `file`, to `upload.url` as multipart/form-data.
    """
    given, service = request.body, media()
    if isinstance(given, RawBody):
        taken = service.accept(
            request.new_id, request.viewer_id, given.content_type, given.data, request.request_id
        )
        return _slot(taken)
    slot, form = service.offer(
        request.new_id,
        request.viewer_id,
        given.content_type,
        given.size,
        given.kind,
        request.request_id,
    )
    return msgspec.structs.replace(_slot(slot), upload=form)


def _slot(found: Media) -> UploadSlot:
    return UploadSlot(**msgspec.structs.asdict(media().show(found)))


@routes.route("GET", "/media/{media_id}", answer=MediaView)
def picture(request: Request[None], media_id: str) -> MediaView:
    """A picture and how far it has come: its owner's alone until a post shows it."""
    found = media().get(media_id)
    if found.owner_id != request.viewer_id:
        _check_published(request.viewer_id, found)
    return media().show(found)


def _check_published(viewer_id: str, found: Media) -> None:
    # Posts are asked only here; the render function, which shares this module, never needs them.
    from functions.posts.bootstrap import posts

    posts().see(viewer_id, found.post_id or "none")


class ObjectName(msgspec.Struct, frozen=True):
    """An object's key, encoded as in a URL's query."""

    key: str


class S3Entity(msgspec.Struct, frozen=True):
    """The part of an S3 event that names the object."""

    object: ObjectName


class S3Record(msgspec.Struct, frozen=True):
    """One object that was created."""

    s3: S3Entity


class S3Event(msgspec.Struct, frozen=True):
    """What S3 sends to its queue. The test event that it sends when it is set up has no records."""

    records: list[S3Record] = msgspec.field(name="Records", default_factory=list)


@routes.blueprint.on_sqs_message(queue=settings().queue("render"), batch_size=1)
def render(event: SQSEvent) -> Failures:
    """An original has arrived: make its renditions."""

    def handle(message: S3Event, attempt: int) -> None:
        for record in message.records:
            render_worker().render(unquote_plus(record.s3.object.key), attempt)

    return each_message(event, S3Event, handle)
