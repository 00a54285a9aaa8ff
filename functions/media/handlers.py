"""Uploads over HTTP, and the render queue."""

from typing import Any
from urllib.parse import unquote_plus

import msgspec
from chalice.app import SQSEvent

from functions.aws.events import Failures, each_message
from functions.aws.redelivery import MOST_RECEIVES, Parked, Try
from functions.config import settings
from functions.errors import NotFound
from functions.http.inputs import RawBody
from functions.http.pages import Page
from functions.http.routes import Request, Routes
from functions.media.domain import NO_SUCH_MEDIA, TYPE_ALIASES, Media, media_id_of
from functions.media.filters import FILTERS
from functions.media.schemas import (
    FilterView,
    MediaView,
    OriginalView,
    UploadFile,
    UploadRequest,
    UploadSlot,
)
from functions.stage import stage

routes = Routes(__name__, "Pictures")


def _uploaded(request: Request[RawBody | UploadFile | UploadRequest]) -> UploadSlot:
    found = stage().media.own(request.viewer_id, request.new_id)
    if not isinstance(request.body, UploadRequest):
        return _slot(found)
    return msgspec.structs.replace(_slot(found), upload=stage().media.form_of(found))


@routes.route(
    "POST",
    "/upload",
    body=UploadRequest,
    raw_types=("image/*", "application/octet-stream"),
    form=UploadFile,
    answer=UploadSlot,
    status=201,
    creates=True,
    again=_uploaded,
    is_secret=True,
    limit="upload",
    name="upload_picture",
    location="/media/{media_id}",
)
def upload(request: Request[RawBody | UploadFile | UploadRequest]) -> UploadSlot:
    """Upload a picture: the image itself, a form with it, or JSON that asks for an upload form.

    The image may be the body, or `file` of a multipart/form-data body, with up to 4,500,000 bytes.
    Its first bytes decide its type, whatever the label says. An upload form goes to S3 and takes up
    to 20 MiB (20,971,520 bytes). To get one, send JSON, `{content_type, size, kind, focus}`. The
    answer has `upload`: send the fields of `upload.fields` and then the file, as `file`, to
    `upload.url` as multipart/form-data.
    """
    given = request.body
    if isinstance(given, RawBody):
        given = UploadFile(given.data)
    if isinstance(given, UploadFile):
        return _slot(_taken(request, given))
    content_type = given.content_type.partition(";")[0].strip().lower()
    content_type = TYPE_ALIASES.get(content_type, content_type)
    slot, form = stage().media.offer(
        request.new_id,
        request.viewer_id,
        content_type,
        given.size,
        given.kind,
        request.request_id,
        keep_position=given.keep_position,
        focus=given.focus,
    )
    return msgspec.structs.replace(_slot(slot), upload=form)


def _taken(request: Request[Any], given: UploadFile) -> Media:
    return stage().media.accept(
        request.new_id,
        request.viewer_id,
        given.file,
        request.request_id,
        kind=given.kind,
        keep_position=given.keep_position,
        focus=given.point,
    )


def _slot(found: Media) -> UploadSlot:
    return UploadSlot(**msgspec.structs.asdict(stage().media.show(found)))


@routes.route("GET", "/media/{media_id}", answer=MediaView, name="get_media")
def picture(request: Request[None], media_id: str) -> MediaView:
    """Show a picture and its progress.

    Only its owner can see it until a post or a story shows it.
    """
    found = stage().media.get(media_id)
    if found.kind == "story" and found.claimed_by is not None:
        return _story_picture(request.viewer_id, found, found.claimed_by)
    return stage().media.show(found, alt=_alt(request.viewer_id, found))


@routes.route(
    "GET", "/media/{media_id}/original", answer=OriginalView, is_secret=True, name="get_original"
)
def original(request: Request[None], media_id: str) -> OriginalView:
    """Return a URL at which the owner can fetch the original upload, if the stage keeps it."""
    return OriginalView(stage().media.original_url(request.viewer_id, media_id))


@routes.route("GET", "/filters", answer=Page[FilterView], is_open=True, name="list_filters")
def filters(_: Request[None]) -> Page[FilterView]:
    """List the filters that a post can have, each with a preview picture."""
    return Page([FilterView(name, stage().media_urls.preview(name)) for name in FILTERS], None)


def _alt(viewer_id: str, found: Media) -> str | None:
    """Return the alternative text that the picture has in its post.

    Raises:
        NotFound: the viewer is not the owner, and no post shows it to the viewer.
    """
    is_own = found.owner_id == viewer_id
    if is_own and found.claimed_by is None:
        return None
    try:
        post = stage().posts.see(viewer_id, found.claimed_by or "none")
    except NotFound as hidden:
        if is_own:
            return None
        raise NotFound(NO_SUCH_MEDIA) from hidden  # answered as if there were no such media
    return post.alts.get(found.media_id)


def _story_picture(viewer_id: str, found: Media, story_id: str) -> MediaView:

    try:
        story = stage().stories.see(viewer_id, story_id)
    except NotFound as hidden:  # the story has ended, too, so nothing opens its picture any more
        raise NotFound(NO_SUCH_MEDIA) from hidden
    return stage().media.show(found, until=story.expires_at if story.published else None)


class ObjectName(msgspec.Struct, frozen=True):
    """The key of an object, encoded as in a URL's query."""

    key: str


class S3Entity(msgspec.Struct, frozen=True):
    """The part of an S3 event that names the object."""

    object: ObjectName


class S3Record(msgspec.Struct, frozen=True):
    """A record of one object that was created."""

    s3: S3Entity


class RenderEvent(msgspec.Struct, frozen=True):
    """The contents of the render queues: S3's notices of originals, requests for another filter or
    focal point, and new avatars.

    The test event that S3 sends when its notices are set up has none of them.
    """

    records: list[S3Record] = msgspec.field(name="Records", default_factory=list)
    media_id: str | None = None
    user_id: str = ""
    avatar_id: str | None = None

    @property
    def wanted(self) -> list[tuple[str, str | None]]:
        """Yield the media to render, each with the key of the object that arrived."""
        asked: list[tuple[str, str | None]] = [(self.media_id, None)] if self.media_id else []
        keys = [unquote_plus(one.s3.object.key) for one in self.records]
        return [*asked, *((media_id_of(key), key) for key in keys)]


@routes.blueprint.on_sqs_message(queue=settings().queue("render"), batch_size=1)
def render(event: SQSEvent) -> Failures:
    """Make renditions of an original that has arrived, with its post's filter."""
    return _render_each(event)


@routes.blueprint.on_sqs_message(queue=settings().queue("rerender"), batch_size=1)
def rerender(event: SQSEvent) -> Failures:
    """Make renditions again: with another filter for a post that is there, or for an avatar."""
    return _render_each(event)


def _render_each(event: SQSEvent) -> Failures:
    def handle(message: RenderEvent, this: Try) -> None:
        if message.avatar_id is not None:
            if this.received > MOST_RECEIVES:
                raise Parked(f"avatar {message.avatar_id} could not be rendered")
            stage().avatars.render(message.user_id, message.avatar_id, message.media_id or "")
            return
        for media_id, upload in message.wanted:
            stage().worker.render(media_id, this.message_id, upload)

    return each_message(event, RenderEvent, handle)
