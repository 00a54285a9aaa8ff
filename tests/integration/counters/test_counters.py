"""Counts from moto's streams, by the deployed handlers, and batches that are lost."""

import json
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import boto3
import pytest

from functions.clock import ulid_at
from functions.config import settings
from functions.counters import storage
from functions.counters.domain import COMMENTS, LIKES, VIEWS, Record, Tally, shard_key
from functions.counters.ports import Expired
from functions.counters.storage import CountedRows, CountsTable
from functions.reactions.domain import Comment
from functions.reactions.storage import CommentTable, LikeTable
from functions.stage import stage
from functions.stories.domain import story_id_of
from infra.deploy.context import Context
from infra.deploy.event_sources import settings_for
from infra.deploy.stage import Stage
from infra.functions import functions_of
from infra.local.event_sources import read_behaviours
from infra.local.faults import Faults
from infra.local.pump import Pump
from tests.stack import begin_now

NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _no_waiting(monkeypatch):
    """Remove waits: in moto a record is in the stream as soon as it is written."""
    monkeypatch.setattr(stage().recounter, "_pause", lambda _: None)


@pytest.fixture
def post_id(stack):
    stack.settle()
    return f"post-{uuid4().hex}"


def like(post_id, *numbers):
    for n in numbers:
        LikeTable().add(post_id, f"user-{n}")


def unlike(post_id, *numbers):
    for n in numbers:
        LikeTable().remove(post_id, f"user-{n}")


def likes_of(post_id):
    return stage().counts.get(post_id).likes


def test_counts_are_exact_whatever_the_couriers_do(pump_of, post_id, seed):
    posts = [f"{post_id}-{n}" for n in range(4)]
    pump = pump_of(4, Faults.many(seed))
    for n, post in enumerate(posts):
        like(post, *range(20 + n))
        pump.settle()
        unlike(post, *range(0, 20, 3))
        comment = Comment(
            post_id=post, comment_id="c1", user_id="u", text="x", reply_to=None, created_at=NOW
        )
        CommentTable().add(comment)
    pump.settle()
    assert [likes_of(post) for post in posts] == [13, 14, 15, 16]
    assert [stage().counts.get(post).comments for post in posts] == [1, 1, 1, 1]


def test_all_the_stream_once_more_changes_nothing(stack, pump_of, post_id):
    like(post_id, *range(9))
    stack.settle()
    from app import app

    again = Pump(app, stack.stage.wire)
    begin_now(again, but={"on_likes", "on_comments", "on_story_views"})
    again.settle()
    again.close()
    assert likes_of(post_id) == 9


def failure(kind, first, last):
    """Return the message that Lambda leaves about a batch that it has given up."""
    arn = settings().likes_stream_arn if kind is LIKES else settings().comments_stream_arn
    [shard] = stage().recounter._streams[kind.field].shards()
    return json.dumps(
        {"DDBStreamBatchInfo": {
            "shardId": shard.shard_id, "startSequenceNumber": first, "endSequenceNumber": last,
            "streamArn": arn, "batchSize": 1,
        }}
    )  # fmt: skip


def send(body):
    sqs = boto3.client("sqs")
    url = sqs.get_queue_url(QueueName=settings().queue("recounts"))["QueueUrl"]
    sqs.send_message(QueueUrl=url, MessageBody=body)


def test_a_batch_that_is_given_up_is_recounted_by_itself(stack, pump_of, post_id, monkeypatch):
    """The counts table refuses writes for one post until Lambda gives up the batch of its likes."""
    real, broken = CountsTable.add, [True]

    def add(self, target_id, *more):
        if broken[0] and target_id == post_id:
            raise RuntimeError("throttled for hours")
        return real(self, target_id, *more)

    monkeypatch.setattr(CountsTable, "add", add)
    other = f"{post_id}-other"
    like(post_id, 1, 2, 3)
    like(other, 1)
    stack.settle()
    assert (likes_of(post_id), likes_of(other)) == (3, 1)
    broken[0] = False
    like(post_id, 4)
    stack.settle()
    assert likes_of(post_id) == 4


def test_records_on_their_way_are_not_counted_twice_by_a_recount(stack, post_id):
    like(post_id, 1, 2, 3)
    stack.settle()
    like(post_id, 4, 5)
    unlike(post_id, 1)
    [told] = stage().recounter.recount(LIKES, [post_id])
    assert (told.before, told.waiting, told.after, told.drift) == (3, 1, 4, 0)
    stack.settle()
    assert likes_of(post_id) == 4


def test_a_recount_tells_and_mends_a_drift(stack, post_id):
    like(post_id, 1, 2)
    stack.settle()
    CountsTable(lambda: NOW).replace(
        post_id, (seen := stage().counts.read(post_id)), type(seen)({"likes": 7}, seen.positions, 9)
    )
    assert [told.drift for told in stage().recounter.recount(LIKES, [post_id])] == [-5]
    assert likes_of(post_id) == 2


def test_records_that_are_no_longer_kept_have_all_recounted(stack, post_id, monkeypatch):
    like(post_id, 1, 2)
    stack.settle()
    seen = stage().counts.read(post_id)
    stage().counts.replace(
        post_id, seen, type(seen)({"likes": 9}, seen.positions, seen.changes + 1)
    )

    def failed(*_):
        raise Expired

    monkeypatch.setattr(stage().recounter, "failed", failed)
    send(failure(LIKES, "1100000000017454423009", "1100000000017454423009"))
    stack.settle()
    assert likes_of(post_id) == 2


def test_a_shards_position_is_that_of_lambdas_own_id(stack, post_id):
    like(post_id, 1)
    stack.settle()
    stream = stage().recounter._streams["likes"]
    [shard] = stream.shards()
    assert set(stage().counts.read(post_id).positions) == {
        shard_key(LIKES, stream.arn, shard.shard_id)
    }


@pytest.mark.parametrize("kind", [LIKES, COMMENTS, VIEWS], ids=lambda kind: kind.field)
def test_a_stream_that_is_counted_tells_its_shards_and_is_read_by_one_at_a_time(stack, kind):
    """A higher ParallelizationFactor keeps only the order of each item."""
    from app import app

    name = {"likes": "on_likes", "comments": "on_comments", "views": "on_story_views"}[kind.field]
    [function] = [one for one in functions_of(app) if one.name == name]
    sent = settings_for(Context(Stage(name="local")), function, read_behaviours()[name])
    assert sent["TumblingWindowInSeconds"] > 0
    assert sent["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
    assert sent["DestinationConfig"]["OnFailure"]["Destination"].endswith("-local-recounts")
    assert sent["ParallelizationFactor"] == 1


def test_the_last_event_of_a_window_has_no_records_and_needs_none(stack):
    from app import app

    event = {"Records": [], "shardId": "s", "isFinalInvokeForWindow": True, "state": {}}
    assert app.handler_map["on_likes"](event, None) == {"state": {}, "batchItemFailures": []}


def test_a_command_recounts_targets_or_all(stack, post_id, capsys):
    from infra.recount import main

    like(post_id, 1, 2)
    stack.settle()
    assert main(["likes", post_id]) == 0
    assert f"{post_id}: 2 likes, drift 0" in capsys.readouterr().out
    seen = stage().counts.read(post_id)
    stage().counts.replace(
        post_id, seen, type(seen)({"likes": 9}, seen.positions, seen.changes + 1)
    )
    assert main(["likes", "--all"]) == 0
    assert f"{post_id}: 2 likes, drift -7" in capsys.readouterr().out
    assert stage().counts.get(post_id).likes == 2


def test_a_recount_of_all_lets_the_counts_of_deleted_posts_expire(stack, post_id):
    """Earlier releases left rows below zero that nothing removed."""
    stage().counts.replace(post_id, Tally(), Tally({"likes": -1}, {}, 1))
    send('{"type":"recount","field":"likes","target_ids":["' + post_id + '"]}')
    stack.settle()
    row = storage.CountsRow.get(post_id)
    assert (row.likes, bool(row.expires_at)) == (0, True)


def test_a_count_that_a_lost_batch_left_below_zero_is_shown_as_zero(stack, post_id):
    stage().counts.replace(post_id, Tally(), Tally({"likes": -2, "comments": 1}, {}, 1))
    assert (stage().counts.get(post_id).likes, stage().counts.get(post_id).comments) == (0, 1)
    assert stage().counts.read(post_id).counts["likes"] == -2


def test_a_target_whose_rows_span_many_pages_is_named_once(stack, post_id, monkeypatch):
    like(post_id, *range(7))
    asked = storage.connection.dispatch
    monkeypatch.setattr(
        storage.connection, "dispatch", lambda name, given: asked(name, {**given, "Limit": 2})
    )
    named, after = CountedRows().targets(LIKES, None)
    while after is not None and '"target_id"' not in after and "null" not in after:
        more, after = CountedRows().targets(LIKES, after)
        named += more
    assert named.count(post_id) == 1
    assert len(named) == len(set(named))


def test_the_counts_of_a_story_leave_by_themselves_and_a_posts_stay(post_id):
    made_at = datetime(2026, 5, 1, 12, tzinfo=UTC)
    leaves = int((made_at + timedelta(days=14)).timestamp())
    story_id = story_id_of(f"user-{uuid4().hex}", ulid_at(made_at, 7))
    record = Record("0" * 40, story_id, "bob", 1)
    assert stage().counts.add(story_id, VIEWS, 1, "views.a", [record])[0]
    assert storage.CountsRow.get(story_id).expires_at == leaves
    assert stage().counts.replace(
        story_id, stage().counts.read(story_id), Tally({"views": 3}, {}, 2)
    )
    assert storage.CountsRow.get(story_id).expires_at == leaves
    assert stage().counts.replace(post_id, Tally(), Tally({"likes": 3}, {}, 1))
    assert stage().counts.add(post_id, LIKES, 1, "likes.a", [Record("0" * 40, post_id, "bob", 1)])[
        0
    ]
    assert storage.CountsRow.get(post_id).expires_at is None
