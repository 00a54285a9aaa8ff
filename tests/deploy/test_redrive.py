"""A stream's batch that Lambda gave up is read again and given to its function."""

import json

import boto3
import pytest

from functions.config import settings
from infra.deploy import redrive as redriving
from infra.deploy.console import WrongValueError
from infra.deploy.context import Context
from infra.deploy.redrive import redrive
from infra.deploy.stage import Stage
from infra.local.wire import ACCOUNT, REGION
from tests.integration.people import publish, upload


class Lambda:
    """Records invocations and answers with a given result."""

    def __init__(self, answer, error=None):
        self.taken, self._answer, self._error = [], answer, error

    def invoke(self, FunctionName, Payload):  # noqa: N803 - boto3's names
        from io import BytesIO

        self.taken.append((FunctionName, json.loads(Payload)["Records"]))
        error = {"FunctionError": self._error} if self._error else {}
        return {"Payload": BytesIO(json.dumps(self._answer).encode()), **error}


@pytest.fixture
def dead(stack):
    """The queue of positions, empty before and after the test."""
    from moto.sqs.models import sqs_backends

    name = settings().queue("stream-dead")
    messages = sqs_backends[ACCOUNT][REGION].queues[name]._messages
    messages.clear()
    yield boto3.client("sqs").get_queue_url(QueueName=name)["QueueUrl"]
    messages.clear()


def context_with(awslambda):
    class Local(Context):
        def client(self, service):
            return awslambda if service == "lambda" else boto3.client(service)

    return Local(Stage(name="local"))


def records_of(stream):
    client = boto3.client("dynamodbstreams")
    shard = client.describe_stream(StreamArn=stream)["StreamDescription"]["Shards"][0]["ShardId"]
    iterator = client.get_shard_iterator(
        StreamArn=stream, ShardId=shard, ShardIteratorType="TRIM_HORIZON"
    )["ShardIterator"]
    return shard, client.get_records(ShardIterator=iterator)["Records"]


@pytest.fixture
def failure(stack, dead):
    """The position of the posts stream's last two records, as Lambda sends it."""
    ada = stack.person("ada")
    for _ in range(2):
        publish(stack, ada, upload(stack, ada))
    shard, records = records_of(settings().posts_stream_arn)
    numbers = [record["dynamodb"]["SequenceNumber"] for record in records[-2:]]
    body = {
        "requestContext": {"functionArn": "arn:aws:lambda:r:a:function:fanlight-local-on_posts"},
        "DDBStreamBatchInfo": {
            "shardId": shard,
            "startSequenceNumber": numbers[0],
            "endSequenceNumber": numbers[1],
            "batchSize": 2,
            "streamArn": settings().posts_stream_arn,
        },
    }
    boto3.client("sqs").send_message(QueueUrl=dead, MessageBody=json.dumps(body))
    yield numbers
    stack.settle()


def left(url):
    found = boto3.client("sqs").get_queue_attributes(
        QueueUrl=url,
        AttributeNames=["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"],
    )["Attributes"]
    return sum(map(int, found.values()))


def test_its_records_are_given_to_the_function_and_the_position_goes(failure, dead, capsys):
    awslambda = Lambda({"batchItemFailures": []})
    redrive(context_with(awslambda), "stream")
    [(name, records)] = awslambda.taken
    assert name == "fanlight-local-on_posts"
    assert [record["dynamodb"]["SequenceNumber"] for record in records] == failure
    assert {record["eventSourceARN"] for record in records} == {settings().posts_stream_arn}
    assert all(isinstance(r["dynamodb"]["Keys"], dict) for r in records)
    assert left(dead) == 0
    assert "1 of 1 batches run again" in capsys.readouterr().out


@pytest.mark.parametrize(
    "awslambda",
    [Lambda({"batchItemFailures": [{"itemIdentifier": "1"}]}), Lambda({}, error="Unhandled")],
    ids=["some failed", "all failed"],
)
def test_what_fails_again_stays(failure, dead, awslambda, capsys):
    redrive(context_with(awslambda), "stream")
    assert left(dead) == 1
    assert "failed again" in capsys.readouterr().out


def test_records_that_are_no_longer_kept_are_told_and_the_position_stays(
    failure, dead, monkeypatch, capsys
):
    monkeypatch.setattr(redriving, "_records", lambda *_: iter(()))
    redrive(context_with(Lambda({})), "stream")
    assert left(dead) == 1
    assert "are missing: a stream keeps" in capsys.readouterr().out


class Streams:
    """A stream of records that answers in given pages."""

    def __init__(self, cut):
        self._client, self._cut = boto3.client("dynamodbstreams"), cut
        self.exceptions = self._client.exceptions

    def get_shard_iterator(self, **asked):
        return self._client.get_shard_iterator(**asked)

    def get_records(self, ShardIterator):  # noqa: N803 - boto3's name
        if isinstance(ShardIterator, str):
            records = self._client.get_records(ShardIterator=ShardIterator)["Records"]
            pages = self._cut(records)
        else:
            pages = ShardIterator
        return {"Records": pages[0], "NextShardIterator": pages[1:] or None}


def of_streams(awslambda, streams):
    class Local(Context):
        def client(self, service):
            return {"lambda": awslambda, "dynamodbstreams": streams}.get(service) or boto3.client(
                service
            )

    return Local(Stage(name="local"))


def test_pages_without_records_are_passed_over(failure, dead):
    awslambda = Lambda({})
    streams = Streams(lambda records: [[], records[:1], [], [], records[1:]])
    redrive(of_streams(awslambda, streams), "stream")
    [(_, records)] = awslambda.taken
    assert [record["dynamodb"]["SequenceNumber"] for record in records] == failure
    assert left(dead) == 0


def test_a_position_stays_when_a_part_of_its_records_is_gone(failure, dead, capsys):
    awslambda = Lambda({})
    redrive(of_streams(awslambda, Streams(lambda records: [records[:1], []])), "stream")
    assert awslambda.taken == []
    assert left(dead) == 1
    assert "are missing: a stream keeps" in capsys.readouterr().out


def test_records_that_are_trimmed_between_two_pages_are_told(failure, dead):
    def trimmed(_):
        error = {"Error": {"Code": "TrimmedDataAccessException"}}
        raise boto3.client("dynamodbstreams").exceptions.TrimmedDataAccessException(error, "Get")

    redrive(of_streams(Lambda({}), Streams(trimmed)), "stream")
    assert left(dead) == 1


def test_a_function_that_dies_as_it_is_called_leaves_the_position(failure, dead):
    class Gone:
        def invoke(self, **_):
            raise ConnectionError

    with pytest.raises(ConnectionError):
        redrive(context_with(Gone()), "stream")
    assert left(dead) == 1


def test_a_queue_that_is_not_there_is_told(stack):
    with pytest.raises(WrongValueError, match="QUEUE=nothing does not exist"):
        redrive(context_with(Lambda({})), "nothing")
