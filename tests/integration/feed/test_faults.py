"""Streams and queues at their worst: repeated, late, shuffled and in other batches. The end state
is still correct.
"""

from random import Random
from uuid import uuid4

import boto3
import pytest

from functions.config import settings
from functions.stage import stage
from infra.local.faults import Faults
from tests.integration.people import follow, photo, publish, unfollow, upload


def delete(stack, author, post_id):
    assert stack.call("DELETE", f"/posts/{post_id}", token=author.token).status == 204


def feed(stack, viewer):
    page = stack.call("GET", f"/feed/{viewer.user_id}?limit=50", token=viewer.token).json
    return [post["post_id"] for post in page["items"]]


def profile(stack, someone):
    return stack.call("GET", "/me", token=someone.token).json


def rows(viewer):
    """Return ids of the posts in a timeline, shown or not."""
    return [ref.post_id for ref in stage().timelines.read(viewer.user_id, None, 500)]


def published_ids(stack, author, post_ids):

    return {post_id: stage().posts.store.get(post_id).published_id for post_id in post_ids}


def test_feeds_and_counts_are_right_whatever_the_couriers_do(stack, pump_of, seed):
    pump, again = pump_of(4, Faults.many(seed)), pump_of(4, Faults.many(seed + 100))
    chance = Random(seed)  # noqa: S311
    ada, eve = stack.person("ada"), stack.person("eve")
    fans = [stack.person("fan") for _ in range(3)]
    made = {ada: [], eve: []}
    for fan in fans:
        follow(stack, fan, ada)
    for _ in range(3):
        for author, posts in made.items():
            media = [upload(stack, author) for _ in range(chance.randint(1, 2))]
            if chance.random() < 0.5:
                pump.settle()
            posts.append(publish(stack, author, *media)["post_id"])
        follow(stack, fans[1], eve)
        chance.choice([follow, unfollow])(stack, fans[0], ada)
    pump.settle()
    gone = made[ada].pop(chance.randrange(3))
    delete(stack, ada, gone)
    unfollow(stack, fans[2], ada)
    follow(stack, fans[0], ada)
    unfollow(stack, fans[1], eve)
    follow(stack, fans[1], eve)
    pump.settle(advance=True)

    first = published_ids(stack, ada, made[ada])
    expected = {fans[0]: made[ada], fans[1]: made[ada] + made[eve], fans[2]: [], ada: made[ada]}
    for viewer, posts in expected.items():
        assert sorted(feed(stack, viewer)) == sorted(posts)
        assert sorted(set(rows(viewer)) - {gone}) == sorted(posts)
    assert profile(stack, ada)["post_count"] == 2
    assert profile(stack, eve)["post_count"] == 3
    assert profile(stack, ada)["follower_count"] == 2
    assert profile(stack, fans[2])["following_count"] == 0

    again.settle(advance=True)  # all records again, from the beginning
    assert published_ids(stack, ada, made[ada]) == first
    for viewer, posts in expected.items():
        assert sorted(feed(stack, viewer)) == sorted(posts)
    assert profile(stack, ada)["post_count"] == 2


def test_a_post_is_published_once_with_a_lost_picture_failing_only_its_own(stack, pump_of, seed):
    pump = pump_of(4, Faults.many(seed))
    ada, fan = stack.person("ada"), stack.person("fan")
    follow(stack, fan, ada)
    good = publish(stack, ada, *[upload(stack, ada) for _ in range(3)])
    bad = publish(stack, ada, upload(stack, ada), upload(stack, ada, photo()[:60]))
    pump.settle(advance=True)
    states = [
        stack.call("GET", f"/posts/{post['post_id']}", token=ada.token).json["state"]
        for post in (good, bad)
    ]
    assert states == ["published", "failed"]
    assert feed(stack, fan) == rows(fan) == [good["post_id"]]
    assert profile(stack, ada)["post_count"] == 1


def dead_letters(queue):
    """Return a queue's dead letters, and delete them."""
    sqs = boto3.client("sqs")
    url = sqs.get_queue_url(QueueName=settings().queue(f"{queue}-dead"))["QueueUrl"]
    found = []
    while got := sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", []):
        found += [message["Body"] for message in got]
        for message in got:
            sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
    return found


@pytest.mark.parametrize("queue", ["completion", "fanout", "deliveries"])
def test_a_poison_message_ends_among_the_dead_letters_and_the_rest_go_on(stack, queue):
    ada, fan = stack.person("ada"), stack.person("fan")
    follow(stack, fan, ada)
    post = publish(stack, ada, upload(stack, ada))
    poison = f"poison {uuid4().hex}"
    sqs = boto3.client("sqs")
    url = sqs.get_queue_url(QueueName=settings().queue(queue))["QueueUrl"]
    sqs.send_message(QueueUrl=url, MessageBody=poison)
    stack.settle()
    assert feed(stack, fan) == [post["post_id"]]
    assert dead_letters(queue) == []
    stack.settle(advance=True)
    assert dead_letters(queue) == [poison]
