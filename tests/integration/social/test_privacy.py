"""Requests, blocks and mutes over HTTP, with everything that was delivered before."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from functions.http import limits
from functions.http.limits import Limit
from tests.integration.people import publish, upload


@pytest.fixture
def post(stack, ada):
    """Make a post of ada's."""
    media_id = upload(stack, ada)
    stack.settle()
    return publish(stack, ada, media_id)["post_id"]


def put(stack, who, path):
    return stack.call("PUT", path, token=who.token).status


def get(stack, who, path):
    return stack.call("GET", path, token=who.token)


def turn(stack, who, is_private):
    assert (
        stack.call("PATCH", "/me", token=who.token, json={"is_private": is_private}).status == 200
    )


def listed(stack, who, path):
    return [user["user_id"] for user in get(stack, who, path).json["items"]]


def feed(stack, who):
    return [post["post_id"] for post in get(stack, who, f"/feed/{who.user_id}").json["items"]]


def test_a_request_is_answered(stack, ada, bob, post):
    turn(stack, ada, is_private=True)
    put(stack, bob, f"/users/{ada.user_id}/follow")
    assert listed(stack, ada, "/me/follow-requests") == [bob.user_id]
    assert get(stack, bob, f"/posts/{post}").status == 404
    request = f"/me/follow-requests/{bob.user_id}"
    for _ in range(2):
        assert put(stack, ada, request) == 204
    assert get(stack, bob, f"/posts/{post}").status == 200
    stack.settle(advance=True)
    assert feed(stack, bob) == [post]
    for _ in range(2):
        answer = stack.call("DELETE", f"/me/followers/{bob.user_id}", token=ada.token)
        assert answer.status == 204
    assert get(stack, bob, f"/posts/{post}").status == 404
    assert feed(stack, bob) == []
    put(stack, bob, f"/users/{ada.user_id}/follow")
    for _ in range(2):
        assert stack.call("DELETE", request, token=ada.token).status == 204
    assert put(stack, ada, request) == 404


def test_an_account_that_turns_public_grants_what_waited(stack, ada, bob, post):
    turn(stack, ada, is_private=True)
    put(stack, bob, f"/users/{ada.user_id}/follow")
    turn(stack, ada, is_private=False)
    stack.settle(advance=True)
    assert feed(stack, bob) == [post]
    assert listed(stack, ada, "/me/follow-requests") == []
    assert get(stack, ada, "/me").json["follower_count"] == 1


def test_what_was_delivered_is_hidden_and_back_with_the_accounts_privacy(stack, ada, bob, post):
    eve = stack.person("eve")
    put(stack, bob, f"/users/{ada.user_id}/follow")
    stack.settle(advance=True)
    media_id = get(stack, ada, f"/posts/{post}").json["media"][0]["media_id"]
    paths = [f"/posts/{post}", f"/media/{media_id}", f"/users/{ada.user_id}/posts"]
    for is_private, seen in ((True, 404), (False, 200), (True, 404)):
        turn(stack, ada, is_private=is_private)
        for path in paths:
            assert get(stack, eve, path).status == seen, path
            assert get(stack, bob, path).status == 200, path
        assert feed(stack, bob) == [post]


def test_a_block_ends_everything_at_once_and_in_both_directions(stack, ada, bob, post):
    put(stack, bob, f"/users/{ada.user_id}/follow")
    put(stack, ada, f"/users/{bob.user_id}/follow")
    stack.settle(advance=True)
    assert feed(stack, bob) == [post]
    assert put(stack, ada, f"/users/{bob.user_id}/block") == 204
    assert feed(stack, bob) == []
    for path in (f"/posts/{post}", f"/users/{ada.user_id}", f"/users?username={ada.username}"):
        assert get(stack, bob, path).status == 404, path
    assert put(stack, bob, f"/users/{ada.user_id}/follow") == 404
    shown = get(stack, ada, f"/users/{bob.user_id}").json
    assert shown["relationship"] == {"following": "no", "followed_by": False, "blocked": True}
    assert get(stack, ada, f"/users/{bob.user_id}/posts").status == 404
    assert listed(stack, ada, "/me/blocks") == [bob.user_id]
    for who in (ada, bob):
        me = get(stack, who, "/me").json
        assert (me["following_count"], me["follower_count"]) == (0, 0)
    stack.settle(advance=True)
    answer = stack.call("DELETE", f"/users/{bob.user_id}/block", token=ada.token)
    assert answer.status == 204
    assert get(stack, bob, f"/posts/{post}").status == 200
    assert feed(stack, bob) == []


def test_a_mute_works_at_once_and_leaves_everything_else(stack, ada, bob, post):
    put(stack, bob, f"/users/{ada.user_id}/follow")
    stack.settle(advance=True)
    assert put(stack, bob, f"/users/{ada.user_id}/mute") == 204
    assert feed(stack, bob) == []
    assert listed(stack, bob, "/me/mutes") == [ada.user_id]
    assert get(stack, bob, f"/posts/{post}").status == 200
    stack.call("DELETE", f"/users/{ada.user_id}/mute", token=bob.token)
    assert feed(stack, bob) == [post]


def test_follows_that_race_with_blocks_leave_no_follow_behind(stack):
    """Eight people follow a user who blocks them, from many threads at once."""
    star = stack.person("star")
    fans = [stack.person("fan") for _ in range(8)]

    def follow(fan):
        while (status := put(stack, fan, f"/users/{star.user_id}/follow")) == 429:
            pass
        assert status in (200, 404)

    def block(fan):
        while (status := put(stack, star, f"/users/{fan.user_id}/block")) == 429:
            pass
        assert status == 204

    with ThreadPoolExecutor(16) as pool:
        done = [pool.submit(act, fan) for fan in fans for act in (follow, block, follow)]
        for one in done:
            one.result()
    assert listed(stack, star, f"/users/{star.user_id}/followers") == []
    for who in (star, *fans):
        me = get(stack, who, "/me").json
        assert (me["following_count"], me["follower_count"]) == (0, 0)


def test_a_limit_is_shared_by_all_processes_through_its_table(stack, ada, bob, monkeypatch):
    monkeypatch.setattr(limits, "limit_of", lambda name: Limit(3, 3600))
    others = [stack.person("other") for _ in range(2)]
    follow = [f"/users/{one.user_id}/follow" for one in (bob, *others)]
    assert [put(stack, ada, path) for path in follow] == [200] * 3
    limits.limiter.cache_clear()  # another process
    assert put(stack, ada, follow[0]) == 429
    assert put(stack, bob, follow[1]) == 200
