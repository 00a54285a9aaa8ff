"""The feed over HTTP."""

from uuid import uuid4

import pytest

from tests.integration.people import publish, upload


@pytest.fixture
def ada(stack):
    return stack.sign_up(f"ada_{uuid4().hex[:12]}")


@pytest.fixture
def bob(stack):
    return stack.sign_up(f"bob_{uuid4().hex[:12]}")


@pytest.fixture
def posts(stack, ada):
    """Three posts of ada, oldest first."""
    media = [upload(stack, ada) for _ in range(3)]
    stack.settle()
    return [publish(stack, ada, media_id)["post_id"] for media_id in media]


def follow(stack, follower, followee, method="PUT"):
    stack.call(method, f"/users/{followee.user_id}/follow", token=follower.token)


def feed(stack, person, query=""):
    answer = stack.call("GET", f"/feed/{person.user_id}{query}", token=person.token)
    assert answer.status == 200, answer
    return [post["post_id"] for post in answer.json["items"]]


def test_a_follow_brings_the_posts_and_its_end_takes_them_away_at_once(stack, ada, bob, posts):
    follow(stack, bob, ada)
    stack.settle(advance=True)
    assert feed(stack, bob) == posts[::-1]
    follow(stack, bob, ada, "DELETE")
    assert feed(stack, bob) == []
    stack.settle(advance=True)
    follow(stack, bob, ada)
    assert feed(stack, bob) == []
    stack.settle(advance=True)
    assert feed(stack, bob) == posts[::-1]


def test_own_posts_are_in_it_and_deleted_ones_are_not(stack, ada, posts):
    stack.settle()
    assert feed(stack, ada) == posts[::-1]
    stack.call("DELETE", f"/posts/{posts[1]}", token=ada.token)
    assert feed(stack, ada) == [posts[2], posts[0]]
    stack.settle()
    assert feed(stack, ada) == [posts[2], posts[0]]


def test_an_author_who_goes_private_stays_in_a_followers_feed(stack, ada, bob, posts):
    follow(stack, bob, ada)
    stack.settle()
    stack.call("PATCH", "/me", token=ada.token, json={"is_private": True})
    assert feed(stack, bob) == posts[::-1]


def test_pages_neither_repeat_nor_skip_what_is_published_meanwhile(stack, ada, posts):
    stack.settle()
    first = stack.call("GET", f"/feed/{ada.user_id}?limit=1", token=ada.token).json
    media_id = upload(stack, ada)
    stack.settle()
    publish(stack, ada, media_id)
    stack.settle()
    rest = feed(stack, ada, f"?limit=5&cursor={first['next_cursor']}")
    assert [first["items"][0]["post_id"], *rest] == posts[::-1]


def test_a_feed_is_rebuilt_on_request(stack, ada, bob, posts):
    from functions.feed.bootstrap import timelines

    follow(stack, bob, ada)
    stack.settle(advance=True)
    held = timelines().read(bob.user_id, None, 100)
    timelines().remove((bob.user_id, ref) for ref in held)
    assert feed(stack, bob) == []
    answer = stack.call("POST", "/feed", token=bob.token, json={})
    assert (answer.status, answer.json) == (
        202,
        {"user_id": bob.user_id, "status": "rebuilding"},
    )
    stack.settle()
    assert feed(stack, bob) == posts[::-1]


def test_refusals(stack, ada, bob):
    path = f"/feed/{ada.user_id}"
    assert stack.call("GET", path, token=bob.token).status == 403
    for query in ("?limit=0", "?limit=51", "?cursor=nonsense", "?order=random"):
        refused = stack.call("GET", path + query, token=ada.token)
        assert refused.status == 400
        assert [error["field"] for error in refused.json["errors"]] == [query[1:].split("=")[0]]
