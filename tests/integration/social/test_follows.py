"""Follows over HTTP, and their counts under many hands."""

from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import pytest

THREADS = 16


def name(what):
    return f"{what}_{uuid4().hex[:12]}"


@pytest.fixture
def ada(stack):
    return stack.sign_up(name("ada"))


@pytest.fixture
def bob(stack):
    return stack.sign_up(name("bob"))


def follow(stack, follower, followee, method="PUT"):
    return stack.call(method, f"/users/{followee.user_id}/follow", token=follower.token)


def counts(stack, person):
    me = stack.call("GET", "/me", token=person.token).json
    return me["following_count"], me["follower_count"]


def test_a_follow_is_seen_from_both_ends_and_ends(stack, ada, bob):
    for _ in range(2):
        assert follow(stack, bob, ada).json == {"following": "yes"}
    assert (counts(stack, bob), counts(stack, ada)) == ((1, 0), (0, 1))
    seen = stack.call("GET", f"/users/{ada.user_id}", token=bob.token).json
    assert seen["relationship"]["following"] == "yes"
    for which, whose, who in (("followers", ada, bob), ("following", bob, ada)):
        listed = stack.call("GET", f"/users/{whose.user_id}/{which}", token=ada.token).json
        assert [user["user_id"] for user in listed["items"]] == [who.user_id]
        assert listed["next_cursor"] is None
    for _ in range(2):
        assert follow(stack, bob, ada, "DELETE").status == 204
    assert counts(stack, bob) == counts(stack, ada) == (0, 0)


def test_refusals(stack, ada, bob):
    assert follow(stack, ada, ada).status == 400
    missing = stack.call("PUT", "/users/nobody/follow", token=ada.token)
    assert missing.status == 404


def test_a_list_links_to_its_next_page(stack, ada):
    followers = [stack.sign_up(name("fan")) for _ in range(3)]
    for follower in followers:
        follow(stack, follower, ada)
    path, seen = f"/users/{ada.user_id}/followers?limit=2", []
    while path:
        page = stack.call("GET", path, token=ada.token)
        seen += [user["user_id"] for user in page.json["items"]]
        link = page.headers.get("link")
        path = link and link.partition(">")[0].removeprefix("<")
        assert (page.json["next_cursor"] is None) == (path is None)
    assert seen == sorted(follower.user_id for follower in followers)


def surely(stack, follower, followee, method="PUT"):
    """Follow or unfollow; a rival may make it be tried again."""
    while (answer := follow(stack, follower, followee, method)).status == 429:
        assert answer.headers["retry-after"] == "1"
    assert answer.status in (200, 204)


def test_counts_are_exact_under_many_threads(stack, ada):
    """Each of four follows and unfollows from four threads at once; half end unfollowed."""
    fans = [stack.sign_up(name("fan")) for _ in range(4)]

    def busy(number):
        for method in ("PUT", "DELETE", "PUT", "DELETE", "PUT"):
            surely(stack, fans[number % len(fans)], ada, method)

    with ThreadPoolExecutor(THREADS) as pool:
        list(pool.map(busy, range(THREADS)))
        for number, fan in enumerate(fans):
            method = "DELETE" if number < 2 else "PUT"
            list(pool.map(surely, *zip(*[(stack, fan, ada, method)] * THREADS, strict=True)))
    listed = stack.call("GET", f"/users/{ada.user_id}/followers", token=ada.token).json["items"]
    assert {user["user_id"] for user in listed} == {fan.user_id for fan in fans[2:]}
    assert counts(stack, ada) == (0, 2)
    assert [counts(stack, fan) for fan in fans] == [(0, 0), (0, 0), (1, 0), (1, 0)]


def test_a_private_accounts_lists_are_not_there_for_strangers(stack, ada, bob):
    stack.call("PATCH", "/me", token=ada.token, json={"is_private": True})
    assert follow(stack, bob, ada).json == {"following": "requested"}
    for what in ("followers", "following", "posts"):
        path = f"/users/{ada.user_id}/{what}"
        assert stack.call("GET", path, token=bob.token).status == 404
        assert stack.call("GET", path, token=ada.token).status == 200
