"""Likes and comments over HTTP, and their counts with many requests at once."""

from concurrent.futures import ThreadPoolExecutor
from random import Random
from uuid import uuid4

import pytest

from functions.counters.domain import KINDS, LIKES
from functions.counters.storage import CountedRows
from functions.reactions.storage import LikeRow
from functions.stage import stage
from tests.integration.people import publish, upload

THREADS = 32


@pytest.fixture
def post_id(stack, ada):
    return new_post(stack, ada)


def new_post(stack, author):
    media_id = upload(stack, author)
    stack.settle()
    return publish(stack, author, media_id)["post_id"]


def like(stack, person, post_id):
    return stack.call("POST", "/like", token=person.token, json={"post_id": post_id})


def unlike(stack, person, post_id):
    return stack.call("DELETE", f"/posts/{post_id}/like", token=person.token)


def comment(stack, person, post_id, text="lovely", headers=None, **more):
    return stack.call(
        "POST", "/comment", token=person.token, headers=headers,
        json={"post_id": post_id, "text": text, **more},
    )  # fmt: skip


def seen(stack, person, post_id):
    post = stack.call("GET", f"/posts/{post_id}", token=person.token).json
    return post["liked"], post["like_count"], post["comment_count"]


def test_a_like_is_shown_at_once_and_counted_from_the_stream(stack, ada, bob, post_id):
    for _ in range(2):
        answer = like(stack, bob, post_id)
        assert answer.json == {"post_id": post_id, "liked": True, "like_count": 1}
    assert seen(stack, bob, post_id) == (True, 1, 0)
    assert seen(stack, ada, post_id) == (False, 0, 0)
    stack.settle()
    assert seen(stack, ada, post_id) == (False, 1, 0)
    likers = stack.call("GET", f"/posts/{post_id}/likes", token=ada.token).json["items"]
    assert [user["user_id"] for user in likers] == [bob.user_id]
    for _ in range(2):
        assert unlike(stack, bob, post_id).json["like_count"] == 0
        stack.settle()
    assert seen(stack, ada, post_id) == (False, 0, 0)


def test_comments_are_written_once_listed_and_deleted(stack, ada, bob, post_id):
    key = {"idempotency-key": uuid4().hex}
    first, again = (comment(stack, bob, post_id, "first", key) for _ in range(2))
    assert (first.status, first.json) == (201, again.json)
    reply = comment(stack, ada, post_id, "reply", reply_to=first.json["comment_id"]).json
    stack.settle()
    assert seen(stack, ada, post_id) == (False, 0, 2)
    path = f"/posts/{post_id}/comments"
    for query, texts in (("", ["first", "reply"]), ("?order=newest", ["reply", "first"])):
        listed = stack.call("GET", path + query, token=bob.token).json["items"]
        assert [one["text"] for one in listed] == texts
    gone = f"{path}/{reply['comment_id']}"
    assert stack.call("DELETE", gone, token=bob.token).status == 403
    assert stack.call("DELETE", gone, token=ada.token).status == 204
    assert stack.call("DELETE", gone, token=ada.token).status == 404
    stack.settle()
    assert seen(stack, ada, post_id) == (False, 0, 1)


def test_what_is_not_seen_is_not_found_and_leaves_no_row(stack, ada, bob, post_id):
    stack.call("PATCH", "/me", token=ada.token, json={"is_private": True})
    assert like(stack, bob, post_id).status == unlike(stack, bob, post_id).status == 404
    assert comment(stack, bob, post_id).status == 404
    for kind in KINDS.values():
        assert list(CountedRows().items(kind, post_id)) == []


def test_a_like_too_many_of_one_partition_is_asked_to_come_again(stack, bob, post_id):
    """The test simulates DynamoDB's refusal as its client raises it after its own retries."""
    events = LikeRow._get_connection().connection.client.meta.events

    def throttled(**_):
        refusal = {"Code": "ProvisionedThroughputExceededException", "Message": "busy"}
        response = type("Http", (), {"status_code": 400})()
        return response, {"Error": refusal, "ResponseMetadata": {"HTTPStatusCode": 400}}

    events.register("before-call.dynamodb.PutItem", throttled)
    try:
        refused = like(stack, bob, post_id)
    finally:
        events.unregister("before-call.dynamodb.PutItem", throttled)
    assert (refused.status, refused.headers["retry-after"]) == (429, "1")
    assert list(CountedRows().items(LIKES, post_id)) == []


def test_counts_equal_rows_when_many_like_and_unlike_the_same_posts(stack, ada):
    posts = [new_post(stack, ada) for _ in range(2)]
    fans = [stack.person("fan") for _ in range(8)]

    def busy(number):
        chance = Random(number)  # noqa: S311
        for _ in range(10):
            act = chance.choice([like, unlike])
            answer = act(stack, fans[number % len(fans)], chance.choice(posts))
            assert answer.status == 200
            assert answer.json["like_count"] >= int(answer.json["liked"])

    with ThreadPoolExecutor(THREADS) as pool:
        list(pool.map(busy, range(THREADS)))
    stack.settle()
    for post_id in posts:
        rows = len(list(CountedRows().items(LIKES, post_id)))
        assert stage().counts.get(post_id).likes == rows
    recounts = stage().recounter.recount(LIKES, posts)
    assert [(told.drift, told.waiting) for told in recounts] == [(0, 0), (0, 0)]
