"""One Lambda function a stream: each sends the jobs that follow from a change, or counts it.

Every delivery is at least once, and every stream is read from its oldest record (TRIM_HORIZON): the
default, LATEST, would skip changes that precede a deploy by seconds. So the first deploy of a
function, or of a new name for one, handles the last 24 hours again. Every job allows for that.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from chalice.app import DynamoDBEvent

from functions.aws.events import Change, Failures, attempt_each, window
from functions.config import settings
from functions.http.routes import Routes
from functions.stage import stage
from functions.streams.routing import route

if TYPE_CHECKING:
    from functions.affinity.domain import Interaction
    from functions.counters.domain import Kind
    from functions.streams.jobs import Job

routes = Routes(__name__, "Streams")

BATCH = 100  # records
COUNTED_BATCH = 1000  # records
COUNTED_WINDOW_SECONDS = 1
"""The time that a batch waits, so that a busy target is written once a second and not once a
like."""
NOTING_SECONDS = 20.0
"""How long a counted batch may note closeness: a third of the function's time limit. A slow
affinity table then never makes a batch time out and come again."""


def _on(stream_arn: str, **declared: Any) -> Callable[..., Any]:
    declared.setdefault("batch_size", BATCH)
    return routes.blueprint.on_dynamodb_record(
        stream_arn=stream_arn, starting_position="TRIM_HORIZON", **declared
    )


def _on_counted(stream_arn: str) -> Callable[..., Any]:
    window_seconds = COUNTED_WINDOW_SECONDS
    return _on(
        stream_arn, batch_size=COUNTED_BATCH, maximum_batching_window_in_seconds=window_seconds
    )


@_on(settings().posts_stream_arn)
def on_posts(event: DynamoDBEvent) -> Failures:
    """Handle a post that was made, published, edited, given up or deleted."""
    from functions.streams.posts import after

    row_of, forgets = stage().post_store.from_image, stage().settings.keep_originals == "never"
    return route(
        event,
        lambda change: after(row_of(change.old), row_of(change.new), forgets_originals=forgets),
    )


@_on(settings().media_stream_arn)
def on_media(event: DynamoDBEvent) -> Failures:
    """Handle a picture that has settled, is asked for with another filter, or was deleted."""
    from functions.streams.media import after

    row_of = stage().media_store.from_image
    return route(event, lambda change: after(row_of(change.old), row_of(change.new)))


@_on(settings().stories_stream_arn)
def on_stories(event: DynamoDBEvent) -> Failures:
    """Handle a story that was made, published, given up or deleted."""
    from functions.streams.stories import after

    row_of = stage().story_store.from_image
    return route(event, lambda change: after(row_of(change.old), row_of(change.new), change.at))


@_on(settings().follows_stream_arn)
def on_follows(event: DynamoDBEvent) -> Failures:
    """Handle a follow that was made, granted or ended."""
    from functions.streams.follows import after

    row_of = stage().follows.from_image
    return route(event, lambda change: after(row_of(change.old), row_of(change.new)))


@_on(settings().users_stream_arn)
def on_users(event: DynamoDBEvent) -> Failures:
    """Handle a user who comes back, leaves, turns public or shows another picture, and an author
    who changes bands."""
    from functions.streams.users import after, after_tombstone

    users = stage().users

    def jobs(change: Change) -> "list[Job]":
        found = after(users.from_image(change.old), users.from_image(change.new), stage().bands)
        tombstones = map(users.erasure_from_image, (change.old, change.new))
        return found + after_tombstone(*tombstones)

    return route(event, jobs)


@_on(settings().names_stream_arn)
def on_names(event: DynamoDBEvent) -> Failures:
    """Handle a claim on a username that has ended without its code."""
    from functions.streams.names import after

    row_of = stage().names.from_image
    return route(event, lambda change: after(row_of(change.old), row_of(change.new)))


@_on(settings().exports_stream_arn)
def on_exports(event: DynamoDBEvent) -> Failures:
    """Handle an export that was asked for, is ready, or has expired."""
    from functions.streams.exports import after

    row_of = stage().export_store.from_image
    return route(event, lambda change: after(row_of(change.old), row_of(change.new)))


@_on_counted(settings().likes_stream_arn)
def on_likes(event: DynamoDBEvent) -> Failures:
    """Count a like that was made or taken back, and note closeness."""
    from functions.reactions.domain import reaction_of
    from functions.streams.likes import COUNTED, after

    def interactions(change: Change) -> "list[Interaction]":
        old, new = reaction_of(change.old), reaction_of(change.new)
        return after(old, new, change.at, stage().post_authors.of)

    return _count_and_note(event, COUNTED, interactions)


@_on_counted(settings().comments_stream_arn)
def on_comments(event: DynamoDBEvent) -> Failures:
    """Count a comment that was made or deleted, and note closeness."""
    from functions.reactions.domain import reaction_of
    from functions.streams.comments import COUNTED, after

    def interactions(change: Change) -> "list[Interaction]":
        old, new = reaction_of(change.old), reaction_of(change.new)
        return after(old, new, change.at, stage().post_authors.of)

    return _count_and_note(event, COUNTED, interactions)


@_on_counted(settings().story_views_stream_arn)
def on_story_views(event: DynamoDBEvent) -> Failures:
    """Count a new or expired view of a story, and note closeness."""
    from functions.streams.story_views import COUNTED, after

    row_of = stage().views.from_image
    return _count_and_note(
        event, COUNTED, lambda change: after(row_of(change.old), row_of(change.new), change.at)
    )


def _count_and_note(
    event: DynamoDBEvent, kind: "Kind", interactions: "Callable[[Change], list[Interaction]]"
) -> Failures:
    """Count a batch, then note closeness.

    Only counts decide which records come again. Counting and noting a record twice changes nothing,
    so a batch may come again in any part. A note that fails is dropped: to hold the shard back for
    it would hold back the counts of all users.
    """
    from functions.counters.batches import count_batch

    failed = count_batch(stage().counter, kind, event.to_dict())

    def note(change: Change) -> None:
        for interaction in interactions(change):
            stage().affinity.record(interaction)

    attempt_each(event, note, NOTING_SECONDS)
    return window(failed)
