"""Follows over HTTP, and their counts with many requests at once."""

from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urljoin

from tests.integration.people import follow, unfollow

THREADS = 16


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
        assert unfollow(stack, bob, ada).status == 204
    assert counts(stack, bob) == counts(stack, ada) == (0, 0)


def test_a_list_links_to_its_next_page(stack, ada):
    followers = [stack.person("fan") for _ in range(3)]
    for follower in followers:
        follow(stack, follower, ada)
    path, seen = f"/users/{ada.user_id}/followers?limit=2", []
    while path:
        page = stack.call("GET", path, token=ada.token)
        seen += [user["user_id"] for user in page.json["items"]]
        link = page.headers.get("link")
        path = link and urljoin(path, link.partition(">")[0].removeprefix("<"))
        assert (page.json["next_cursor"] is None) == (path is None)
    assert seen == sorted(follower.user_id for follower in followers)


def surely(act, stack, follower, followee):
    """Follow or unfollow, and try again if a rival's write comes first."""
    while (answer := act(stack, follower, followee)).status == 429:
        assert answer.headers["retry-after"] == "1"
    assert answer.status in (200, 204)


def test_counts_are_exact_under_many_threads(stack, ada):
    """Each of four people follows and unfollows from four threads at once; half end unfollowed."""
    fans = [stack.person("fan") for _ in range(4)]

    def busy(number):
        for act in (follow, unfollow, follow, unfollow, follow):
            surely(act, stack, fans[number % len(fans)], ada)

    with ThreadPoolExecutor(THREADS) as pool:
        list(pool.map(busy, range(THREADS)))
        for number, fan in enumerate(fans):
            act = unfollow if number < 2 else follow
            list(pool.map(surely, *zip(*[(act, stack, fan, ada)] * THREADS, strict=True)))
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
