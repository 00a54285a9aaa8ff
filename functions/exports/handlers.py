"""Exports over HTTP; the router of the exports' stream; the exports queue."""

from chalice.app import DynamoDBEvent, SQSEvent

from functions.config import settings
from functions.events import Change, Failures, each_change, each_message, send
from functions.exports.bootstrap import exports
from functions.exports.schemas import ExportView
from functions.http import Request, Routes

routes = Routes(__name__, "Accounts")


# It heeds no Idempotency-Key: whoever asks again is told of the export that there is, and an answer
# that is kept for who repeats it would keep, for a day, the URL that opens the archive.
@routes.route("POST", "/me/export", answer=ExportView, status=202, is_secret=True)
def ask_for_export(request: Request[None]) -> ExportView:
    """Ask for a copy of what the caller has here: JSON and pictures in a zip.

    In it are the profile, published posts, follows and requests to follow, blocks, mutes, stories,
    likes and comments, and the pictures of posts and stories and the avatar: originals where they
    are kept, else the largest rendition. Not in it are the e-mail address, posts that were never
    published, pictures that nothing shows, and stories that are over.

    While one is being prepared, or can still be fetched, that is the one: it is kept for 7 days.
    """
    return exports().ask(request.viewer_id, request.new_id)


@routes.route("GET", "/me/export", answer=ExportView, is_secret=True)
def export(request: Request[None]) -> ExportView:
    """How far the caller's export is, and where it can be fetched."""
    return exports().look(request.viewer_id)


@routes.blueprint.on_dynamodb_record(stream_arn=settings().exports_stream_arn, batch_size=100)
def route_exports(event: DynamoDBEvent) -> Failures:
    """An export was asked for: have it prepared."""
    from functions.exports.routing import after_export

    def handle(change: Change) -> None:
        store = exports().store
        send("exports", after_export(store.of_image(change.old), store.of_image(change.new)))

    return each_change(event, handle)


@routes.blueprint.on_sqs_message(queue=settings().queue("exports"), batch_size=1)
def prepare_export(event: SQSEvent) -> Failures:
    """Write the archive of an export."""
    from functions.exports.messages import Prepare

    def handle(job: Prepare, _: int) -> None:
        exports().prepare(job)

    return each_message(event, Prepare, handle)
