"""The feed over HTTP; the router of the follows' stream; the fan-out and the deliveries queue."""

from typing import Any

from chalice.app import DynamoDBEvent, SQSEvent

from functions.config import settings
from functions.events import Change, Failures, each_change, each_message, send
from functions.feed.bootstrap import fanout, feed
from functions.feed.messages import Backfill, Chunk, Dispatch, Job, Prune, Rebuild
from functions.feed.routing import SECOND_BACKFILL_SECONDS, after_follow
from functions.feed.schemas import FeedQuery, Rebuilding, RebuildRequest
from functions.http import Request, Routes
from functions.pages import Page
from functions.posts.schemas import PostView
from functions.social.bootstrap import social

routes = Routes(__name__, "Feed")


@routes.route("GET", "/feed/{user_id}", answer=Page[PostView], query=FeedQuery)
def home(request: Request[None], user_id: str) -> Page[PostView]:
    """The caller's feed: the posts of those they follow, and their own, newest first."""
    page = request.query
    return feed().home(request.viewer_id, user_id, page.cursor, page.limit)


@routes.route("POST", "/feed", body=RebuildRequest, answer=Rebuilding, status=202)
def rebuild_feed(request: Request[RebuildRequest]) -> Rebuilding:
    """Rebuild the caller's home timeline from the posts of those followed."""
    send("fanout", [Rebuild(request.viewer_id)])
    return Rebuilding(request.viewer_id)


@routes.blueprint.on_dynamodb_record(stream_arn=settings().follows_stream_arn, batch_size=100)
def route_follows(event: DynamoDBEvent) -> Failures:
    """A follow has changed: bring posts into a timeline, or take them out."""

    def handle(change: Change) -> None:
        edges = social().follows
        job = after_follow(edges.of_image(change.old), edges.of_image(change.new))
        if job is None:
            return
        send("fanout", [job])
        if isinstance(job, Backfill):
            send("fanout", [job], delay_seconds=SECOND_BACKFILL_SECONDS)

    return each_change(event, handle)


@routes.blueprint.on_sqs_message(queue=settings().queue("fanout"), batch_size=1)
def fan_out(event: SQSEvent) -> Failures:
    """Dispatch posts to followers, and fill or clear timelines."""

    def handle(job: Any, _: int) -> None:
        match job:
            case Dispatch():
                fanout().dispatch(job)
            case Backfill():
                fanout().backfill(job)
            case Prune():
                fanout().prune(job)
            case Rebuild():
                fanout().rebuild(job)

    return each_message(event, Job, handle)


@routes.blueprint.on_sqs_message(queue=settings().queue("deliveries"), batch_size=10)
def deliver(event: SQSEvent) -> Failures:
    """Put posts into the timelines of a chunk of followers, or take them out."""

    def handle(chunk: Chunk, _: int) -> None:
        fanout().deliver(chunk)

    return each_message(event, Chunk, handle)
