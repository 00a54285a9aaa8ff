"""The feed over HTTP."""

import pytest

from tests.integration.people import follow, publish, unfollow, upload


@pytest.fixture
def posts(stack, ada):
    """Make three posts of ada, oldest first."""
    media = [upload(stack, ada) for _ in range(3)]
    stack.settle()
    return [publish(stack, ada, media_id)["post_id"] for media_id in media]


def feed(stack, person, query=""):
    answer = stack.call("GET", f"/feed/{person.user_id}{query}", token=person.token)
    assert answer.status == 200, answer
    return [post["post_id"] for post in answer.json["items"]]


def test_a_follow_brings_the_posts_and_its_end_takes_them_away_at_once(stack, ada, bob, posts):
    follow(stack, bob, ada)
    stack.settle(advance=True)
    assert feed(stack, bob) == posts[::-1]
    unfollow(stack, bob, ada)
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
    from functions.stage import stage

    follow(stack, bob, ada)
    stack.settle(advance=True)
    held = stage().timelines.read(bob.user_id, None, 100)
    stage().timelines.remove((bob.user_id, ref) for ref in held)
    assert feed(stack, bob) == []
    answer = stack.call("POST", "/feed", token=bob.token, json={})
    assert (answer.status, answer.json) == (
        202,
        {"user_id": bob.user_id, "status": "rebuilding"},
    )
    stack.settle()
    assert feed(stack, bob) == posts[::-1]
