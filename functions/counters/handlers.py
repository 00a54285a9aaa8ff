"""Counts the streams of likes, comments and story views; recounts what could not be counted."""

from collections.abc import Callable
from typing import Any

from chalice.app import DynamoDBEvent, SQSEvent

from functions.config import settings
from functions.counters.bootstrap import counter, recounting
from functions.counters.domain import COMMENTS, LIKES, VIEWS, Kind, shard_key
from functions.events import Failures, each_message
from functions.http import Routes

routes = Routes(__name__, "Counters")

BATCH = 1000  # records
WINDOW_SECONDS = 1
"""A batch waits for so long, so that a busy target is written once a second and not once a like."""


def _each_of(stream_arn: str) -> Callable[..., Any]:
    return routes.blueprint.on_dynamodb_record(
        stream_arn=stream_arn,
        batch_size=BATCH,
        maximum_batching_window_in_seconds=WINDOW_SECONDS,
        starting_position="TRIM_HORIZON",  # the default would leave out what precedes a deploy
    )


@_each_of(settings().likes_stream_arn)
def count_likes(event: DynamoDBEvent) -> Failures:
    """Likes have come or gone."""
    return _count(LIKES, event.to_dict())


@_each_of(settings().comments_stream_arn)
def count_comments(event: DynamoDBEvent) -> Failures:
    """Comments have come or gone."""
    return _count(COMMENTS, event.to_dict())


@_each_of(settings().story_views_stream_arn)
def count_views(event: DynamoDBEvent) -> Failures:
    """Views of stories have come, or gone with their story."""
    return _count(VIEWS, event.to_dict())


@routes.blueprint.on_sqs_message(queue=settings().queue("recounts"), batch_size=1)
def recount(event: SQSEvent) -> Failures:
    """Make counts anew whose records were lost, or that somebody asks for."""
    from functions.counters.messages import read_job

    def handle(body: dict[str, Any], attempt: int) -> None:
        recounting().handle(read_job(body), attempt)

    return each_message(event, dict[str, Any], handle)


def _count(kind: Kind, event: dict[str, Any]) -> Failures:
    """Count a batch. The shard's id is there only since the event source has a tumbling window;
    its state is not used, and its last event has no records."""
    from functions.counters.streams import record_of  # the API shares this module

    raw = event["Records"]
    if not raw:
        return {"state": {}, "batchItemFailures": []}
    shard = shard_key(kind, raw[0]["eventSourceARN"], event["shardId"])
    records = [record_of(kind, one) for one in raw]
    failed = {*counter().count(kind, shard, records)}
    given = [
        one["dynamodb"]["SequenceNumber"]
        for one, record in zip(raw, records, strict=True)
        if record.sequence in failed
    ]
    return {"state": {}, "batchItemFailures": [{"itemIdentifier": number} for number in given]}
