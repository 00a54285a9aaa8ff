"""A chunk that fails permanently, and its redrive once the cause is fixed."""

from uuid import uuid4

import boto3
import pytest
from botocore.exceptions import ClientError

from functions.config import settings
from functions.stage import stage
from infra.local.wire import ACCOUNT, REGION
from infra.redrive import redrive
from tests.integration.people import follow, publish, upload


@pytest.fixture
def sqs():
    return boto3.client("sqs")


@pytest.fixture
def queues(sqs):
    """Make two queues for this test: dead letters, and the queue that they came from."""
    mark = uuid4().hex
    urls = [sqs.create_queue(QueueName=f"{mark}-{what}")["QueueUrl"] for what in ("dead", "own")]
    yield urls
    for url in urls:
        sqs.delete_queue(QueueUrl=url)


def bodies(sqs, url):
    found = []
    while got := sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", []):
        found += [message["Body"] for message in got]
    return sorted(found)


def test_all_dead_letters_are_moved_with_what_they_carry(sqs, queues):
    dead, own = queues
    sent = sorted(f"message {number:02}" for number in range(23))
    for body in sent:
        attributes = {"about": {"DataType": "String", "StringValue": body}}
        sqs.send_message(QueueUrl=dead, MessageBody=body, MessageAttributes=attributes)
    assert redrive(sqs, dead, own) == 23
    assert redrive(sqs, dead, own) == 0
    [first] = sqs.receive_message(QueueUrl=own, MessageAttributeNames=["All"])["Messages"]
    assert first["MessageAttributes"]["about"]["StringValue"] == first["Body"]
    assert sorted([first["Body"], *bodies(sqs, own)]) == sent


class Failing:
    """An SQS client of which one call fails."""

    def __init__(self, sqs, name, answer):
        self._sqs, self._name, self._answer = sqs, name, answer

    def __getattr__(self, name):
        return self._answer if name == self._name else getattr(self._sqs, name)


def come_again(sqs, url):
    """End the visibility timeout of received messages."""
    from moto.sqs.models import sqs_backends

    name = url.rpartition("/")[2]
    for message in sqs_backends[ACCOUNT][REGION].queues[name]._messages:
        message.visible_at = 0.0


def test_what_fails_again_at_once_is_moved_once_and_stays(sqs, queues):
    """The worker still fails, and does so as fast as the redrive moves messages back."""
    from moto.sqs.models import sqs_backends

    dead, own = (sqs_backends[ACCOUNT][REGION].queues[url.rpartition("/")[2]] for url in queues)
    sent = []

    def dies_again(**asked):
        answer = sqs.send_message_batch(**asked)
        sent.extend(one["MessageBody"] for one in asked["Entries"])
        for message in own._messages:
            dead.add_message(message)  # under its old id
        own._messages.clear()
        return answer

    bodies_sent = [f"message {number:02}" for number in range(23)]
    for body in bodies_sent:
        sqs.send_message(QueueUrl=queues[0], MessageBody=body)
    assert redrive(Failing(sqs, "send_message_batch", dies_again), *queues) == 23
    assert sorted(sent) == bodies_sent
    come_again(sqs, queues[0])
    assert bodies(sqs, queues[0]) == bodies_sent


def test_what_cannot_be_sent_stays_and_is_told(sqs, queues):
    dead, own = queues
    for body in ("a", "b"):
        sqs.send_message(QueueUrl=dead, MessageBody=body)

    def sends_the_first(**asked):
        sqs.send_message_batch(**{**asked, "Entries": asked["Entries"][:1]})
        return {"Successful": [{"Id": "0", "MessageId": "m"}], "Failed": [{"Id": "1"}]}

    with pytest.raises(RuntimeError, match="1 moved; SQS refused 1"):
        redrive(Failing(sqs, "send_message_batch", sends_the_first), dead, own)
    come_again(sqs, dead)
    assert redrive(sqs, dead, own) == 1
    assert bodies(sqs, own) == ["a", "b"]


def test_a_death_between_the_sending_and_the_deleting_brings_it_twice_and_loses_none(sqs, queues):
    dead, own = queues
    for body in ("a", "b"):
        sqs.send_message(QueueUrl=dead, MessageBody=body)

    def dies(**_):
        raise ClientError({"Error": {"Code": "dead"}}, "DeleteMessageBatch")

    with pytest.raises(ClientError):
        redrive(Failing(sqs, "delete_message_batch", dies), dead, own)
    come_again(sqs, dead)
    assert redrive(sqs, dead, own) == 2
    assert bodies(sqs, own) == ["a", "a", "b", "b"]


def test_a_poison_chunk_dies_its_neighbours_arrive_and_the_redrive_delivers_it(
    stack, sqs, monkeypatch
):
    ada = stack.person("ada")
    fans = [stack.person("fan") for _ in range(3)]
    for fan in fans:
        follow(stack, fan, ada)
    stack.settle(advance=True)

    monkeypatch.setattr(stage().fanout, "_chunk_followers", 1)
    poisoned, put = fans[1].user_id, stage().fanout._timelines.put

    def fails_for_one(entries):
        entries = list(entries)
        if any(viewer_id == poisoned for viewer_id, _ in entries):
            raise RuntimeError("poison")
        put(entries)

    media_id = upload(stack, ada)
    with monkeypatch.context() as broken:
        broken.setattr(stage().fanout._timelines, "put", fails_for_one)
        post_id = publish(stack, ada, media_id)["post_id"]
        stack.settle(advance=True)

    def rows(viewer):
        return [ref.post_id for ref in stage().timelines.read(viewer.user_id, None, 10)]

    assert [rows(one) for one in (ada, *fans)] == [[post_id], [post_id], [], [post_id]]
    dead, own = (
        sqs.get_queue_url(QueueName=settings().queue(name))["QueueUrl"]
        for name in ("deliveries-dead", "deliveries")
    )
    assert redrive(sqs, dead, own) == 1
    stack.settle(advance=True)
    assert rows(fans[1]) == [post_id]
    assert redrive(sqs, dead, own) == 0
