"""The feed over HTTP; the router of the follows' stream; the fan-out and the deliveries queue."""

from typing import Any

from chalice.app import DynamoDBEvent, SQSEvent

from functions.accounts.bootstrap import accounts
from functions.config import settings
from functions.consumption import read_units
from functions.events import Change, Failures, each_change, each_message, send, send_each
from functions.feed.bootstrap import bands, fanout, feed, migration, upkeep
from functions.feed.schemas import FeedQuery, Rebuilding, RebuildRequest
from functions.http import Request, Routes
from functions.metrics import FEED_READ_UNITS
from functions.pages import Page
from functions.posts.schemas import PostView
from functions.social.bootstrap import social

routes = Routes(__name__, "Feed")


@routes.route("GET", "/feed/{user_id}", answer=Page[PostView], query=FeedQuery)
def home(request: Request[None], user_id: str) -> Page[PostView]:
    """The caller's feed: the posts of those they follow, and their own, newest first or ranked."""
    page = request.query
    with read_units(FEED_READ_UNITS, request.request_id):
        return feed().home(request.viewer_id, user_id, page.cursor, page.limit, page.order)


@routes.route("POST", "/feed", body=RebuildRequest, answer=Rebuilding, status=202, limit="rebuild")
def rebuild_feed(request: Request[RebuildRequest]) -> Rebuilding:
    """Rebuild the caller's home timeline from the posts of those followed."""
    from functions.feed.messages import Rebuild

    send("fanout", [Rebuild(request.viewer_id)])
    return Rebuilding(request.viewer_id)


@routes.blueprint.on_dynamodb_record(stream_arn=settings().follows_stream_arn, batch_size=100)
def route_follows(event: DynamoDBEvent) -> Failures:
    """A follow has changed: bring posts into a timeline, or take them out."""
    from functions.feed.routing import after_follow

    def handle(change: Change) -> None:
        edges = social().follows
        send_each("fanout", after_follow(edges.of_image(change.old), edges.of_image(change.new)))

    return each_change(event, handle)


@routes.blueprint.on_dynamodb_record(stream_arn=settings().users_stream_arn, batch_size=100)
def route_users(event: DynamoDBEvent) -> Failures:
    """A user comes back, leaves, turns public or shows another face; an author changes bands."""
    from functions.erasure import routing as erasure
    from functions.feed.routing import after_user

    def handle(change: Change) -> None:
        users = accounts().users
        old, new = users.of_image(change.old), users.of_image(change.new)
        send_each("fanout", after_user(old, new, bands()))
        send_each("erasure", erasure.after_user(old, new))
        before, after = (users.erasure_of_image(image) for image in (change.old, change.new))
        send_each("erasure", erasure.after_tombstone(before, after))

    return each_change(event, handle)


@routes.blueprint.on_sqs_message(queue=settings().queue("fanout"), batch_size=1)
def fan_out(event: SQSEvent) -> Failures:
    """Dispatch posts to followers, fill or clear timelines, move authors between the bands."""
    from functions.feed import messages

    def handle(job: Any, _: int) -> None:
        match job:
            case messages.Dispatch():
                fanout().dispatch(job)
            case messages.Backfill():
                upkeep().backfill(job)
            case messages.Prune():
                upkeep().prune(job)
            case messages.Rebuild():
                upkeep().rebuild(job)
            case messages.Promote():
                migration().promote(job)
            case messages.Demote():
                migration().demote(job)
            case messages.Grant():
                before = social().grant_all(job.user_id, job.before)
                if before is not None:
                    send("fanout", [messages.Grant(job.user_id, before)])

    return each_message(event, messages.Job, handle)


@routes.blueprint.on_sqs_message(queue=settings().queue("deliveries"), batch_size=10)
def deliver(event: SQSEvent) -> Failures:
    """Put posts into the timelines of a chunk of followers, or take them out."""
    from functions.feed.messages import Chunk

    def handle(chunk: Chunk, _: int) -> None:
        fanout().deliver(chunk)

    return each_message(event, Chunk, handle)
