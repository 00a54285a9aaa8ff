"""The feed over HTTP; the fan-out and the deliveries queue."""

from typing import Any

from chalice.app import SQSEvent

from functions.aws.events import Failures, each_message
from functions.aws.redelivery import Try
from functions.aws.sending import send
from functions.config import settings
from functions.errors import Forbidden
from functions.feed.schemas import FeedQuery, Rebuilding, RebuildRequest
from functions.http.pages import Page
from functions.http.routes import Request, Routes
from functions.observability import FEED_READ_UNITS, read_units
from functions.posts.schemas import PostView
from functions.stage import stage

routes = Routes(__name__, "Feed")


@routes.route(
    "GET",
    "/feed/{user_id}",
    answer=Page[PostView],
    query=FeedQuery,
    name="get_home_feed",
    refuses=(Forbidden,),
)
def home(request: Request[None], user_id: str) -> Page[PostView]:
    """The caller's feed: the posts of those they follow, and their own, newest first or ranked."""
    with read_units(FEED_READ_UNITS, request.request_id):
        return stage().feed.home(request.viewer_id, user_id, request.query)


@routes.route(
    "POST",
    "/feed",
    body=RebuildRequest,
    answer=Rebuilding,
    status=202,
    limit="rebuild",
    name="rebuild_home_feed",
)
def rebuild_feed(request: Request[RebuildRequest]) -> Rebuilding:
    """Rebuild the caller's home timeline from the posts of those followed."""
    from functions.queues import Rebuild

    send("fanout", [Rebuild(request.viewer_id)])
    return Rebuilding(request.viewer_id)


@routes.blueprint.on_sqs_message(queue=settings().queue("fanout"), batch_size=1)
def fan_out(event: SQSEvent) -> Failures:
    """Dispatch posts to followers, fill or clear timelines, move authors between the bands."""
    from functions import queues

    def handle(job: Any, _: Try) -> None:
        match job:
            case queues.Dispatch():
                stage().fanout.dispatch(job)
            case queues.Backfill():
                stage().upkeep.backfill(job)
            case queues.Prune():
                stage().upkeep.prune(job)
            case queues.Rebuild():
                stage().upkeep.rebuild(job)
            case queues.Promote():
                stage().migration.promote(job)
            case queues.Demote():
                stage().migration.demote(job)
            case queues.Grant():
                # A queue of its own would cost a function and its polling, for a job that is rare.
                # Social does the work.
                stage().granting.grant(job)

    return each_message(event, queues.FanoutJob, handle)


# One chunk a batch. While all lanes share a fresh table's 4,000 writes a second, a chunk takes 25 s
# of the function's 60. Several could reach the limit and be written again (bench/delay.py).
@routes.blueprint.on_sqs_message(queue=settings().queue("deliveries"), batch_size=1)
def deliver(event: SQSEvent) -> Failures:
    """Put posts into the timelines of a chunk of followers, or take them out."""
    from functions.queues import Chunk

    def handle(chunk: Chunk, _: Try) -> None:
        stage().fanout.deliver(chunk)

    return each_message(event, Chunk, handle)
