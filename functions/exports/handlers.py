"""Exports over HTTP; the exports queue."""

from chalice.app import SQSEvent

from functions.aws.events import Failures, each_message
from functions.aws.redelivery import Try
from functions.config import settings
from functions.exports.schemas import ExportView
from functions.http.routes import Request, Routes
from functions.stage import stage

routes = Routes(__name__, "Accounts")


# The route takes no Idempotency-Key. A repeated request gets the export that exists already, and a
# stored answer would keep the URL that opens the archive for a day.
@routes.route(
    "POST",
    "/me/export",
    answer=ExportView,
    status=202,
    is_secret=True,
    limit="export",
    name="request_export",
)
def ask_for_export(request: Request[None]) -> ExportView:
    """Ask for a copy of what the caller has here: JSON and pictures in a zip.

    In it are the profile, published posts, follows and requests to follow, blocks, mutes, stories,
    likes and comments, and the pictures of posts and stories and the avatar: originals where they
    are kept, else the largest rendition. Not in it are the e-mail address, posts that were never
    published, pictures that nothing shows, and stories that are over.

    While one is being prepared, or can still be fetched, that is the one: it is kept for 7 days. It
    is ready within minutes, and on a large service within a day.
    """
    return stage().exports.ask(request.viewer_id, request.new_id)


@routes.route("GET", "/me/export", answer=ExportView, is_secret=True, name="get_export")
def export(request: Request[None]) -> ExportView:
    """The state of the caller's export, and the URL of its archive."""
    return stage().exports.look(request.viewer_id)


@routes.blueprint.on_sqs_message(queue=settings().queue("exports"), batch_size=1)
def prepare_export(event: SQSEvent) -> Failures:
    """Let an export wait for a pass, then write its archive."""
    from functions.queues import Prepare

    def handle(job: Prepare, _: Try) -> None:
        stage().exports.prepare(job)

    return each_message(event, Prepare, handle)
