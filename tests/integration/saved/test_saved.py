"""Saved posts and collections over HTTP, with many requests at once, and after deletions."""

from concurrent.futures import ThreadPoolExecutor
from random import Random
from uuid import uuid4

import pytest

from functions.posts.storage import PostRow
from functions.saved.storage import CollectionRow, SavedRow
from functions.stage import stage
from tests.integration.erasure.life import leave
from tests.integration.people import publish, upload

THREADS = 8


@pytest.fixture
def posts(stack, ada):
    """Three posts of ada, oldest first."""
    media_ids = [upload(stack, ada) for _ in range(3)]
    stack.settle()
    return [publish(stack, ada, media_id)["post_id"] for media_id in media_ids]


def put(stack, person, post_id, **body):
    return stack.call("PUT", f"/posts/{post_id}/save", token=person.token, json=body).status


def take_back(stack, person, post_id):
    return stack.call("DELETE", f"/posts/{post_id}/save", token=person.token).status


def make(stack, person, name="mornings", **headers):
    answer = stack.call(
        "POST", "/me/collections", token=person.token, json={"name": name}, headers=headers
    )
    assert answer.status == 201, answer
    return answer.json["collection_id"]


def listed(stack, person, query=""):
    answer = stack.call("GET", f"/me/saved{query}", token=person.token)
    assert answer.status == 200, answer
    return [post["post_id"] for post in answer.json["items"]]


def counts(stack, person):
    items = stack.call("GET", "/me/collections", token=person.token).json["items"]
    return {one["collection_id"]: one["count"] for one in items}


def rows(user_id):
    """Return the posts whose save a user has, from the table itself."""
    return {row.post_id for row in SavedRow.scan(SavedRow.user_id == user_id)}


def test_a_post_is_saved_without_a_body_listed_and_taken_back(stack, bob, posts):
    path = f"/posts/{posts[0]}/save"
    for _ in range(2):
        assert stack.call("PUT", path, token=bob.token).status == 204
        assert listed(stack, bob) == [posts[0]]
        assert stack.call("GET", f"/posts/{posts[0]}", token=bob.token).json["saved"]
    for _ in range(2):
        assert take_back(stack, bob, posts[0]) == 204
        assert listed(stack, bob) == []
        assert not stack.call("GET", f"/posts/{posts[0]}", token=bob.token).json["saved"]
    assert take_back(stack, bob, "no-such-post") == 204


def test_the_pages_of_a_list_are_newest_save_first(stack, bob, posts):
    for post_id in posts:
        assert put(stack, bob, post_id) == 204
    first = stack.call("GET", "/me/saved?limit=2", token=bob.token)
    assert [post["post_id"] for post in first.json["items"]] == [posts[2], posts[1]]
    assert all(post["saved"] for post in first.json["items"])
    assert 'rel="next"' in first.headers["link"]
    assert listed(stack, bob, f"?limit=2&cursor={first.json['next_cursor']}") == [posts[0]]


def test_collections_are_made_filled_renamed_and_deleted(stack, bob, posts):
    key = {"idempotency-key": uuid4().hex}
    one = make(stack, bob, **key)
    assert make(stack, bob, **key) == one
    other = make(stack, bob, "evenings")
    assert put(stack, bob, posts[0], collection_id=one) == 204
    assert put(stack, bob, posts[1], collection_id=one) == 204
    assert put(stack, bob, posts[2], collection_id=other) == 204
    assert listed(stack, bob, f"?collection={one}") == [posts[1], posts[0]]
    assert listed(stack, bob, "?collection=") == posts[::-1]
    [second, first] = stack.call("GET", "/me/collections", token=bob.token).json["items"]
    assert (first["name"], first["count"], second["count"]) == ("mornings", 2, 1)
    assert "/small.webp" in first["cover_url"]
    path = f"/me/collections/{one}"
    renamed = stack.call("PATCH", path, token=bob.token, json={"name": "dawn"})
    assert renamed.json == {**first, "name": "dawn"}
    assert stack.call("GET", path, token=bob.token).json == renamed.json
    assert put(stack, bob, posts[0], collection_id=other) == 204
    assert counts(stack, bob) == {one: 1, other: 2}
    assert put(stack, bob, posts[0], collection_id=None) == 204
    assert counts(stack, bob) == {one: 1, other: 1}
    for _ in range(2):
        assert stack.call("DELETE", path, token=bob.token).status == 204
    assert counts(stack, bob) == {other: 1}
    assert stack.call("PATCH", path, token=bob.token, json={"name": "x"}).status == 404
    assert stack.call("GET", path, token=bob.token).status == 404
    assert stack.call("GET", f"/me/saved?collection={one}", token=bob.token).status == 404
    assert listed(stack, bob) == posts[::-1]


def test_nobody_else_learns_what_one_saved(stack, ada, bob, posts):
    place = make(stack, bob)
    before = stack.call("GET", f"/posts/{posts[0]}", token=ada.token).json
    put(stack, bob, posts[0], collection_id=place)
    stack.settle()
    assert stack.call("GET", f"/posts/{posts[0]}", token=ada.token).json == before
    assert listed(stack, ada) == []
    assert counts(stack, ada) == {}
    path = f"/me/saved?collection={place}"
    assert stack.call("GET", path, token=ada.token).status == 404
    assert put(stack, ada, posts[0], collection_id=place) == 404
    changed = stack.call(
        "PATCH", f"/me/collections/{place}", token=ada.token, json={"name": "mine"}
    )
    assert changed.status == 404
    stack.call("DELETE", f"/me/collections/{place}", token=ada.token)
    assert counts(stack, bob) == {place: 1}


def test_counts_are_exact_after_many_requests_at_once(stack, bob, posts, seed):
    places = [make(stack, bob), make(stack, bob), None]
    draw = Random(seed)  # noqa: S311

    def act(number):
        own = Random(f"{seed} {number}")  # noqa: S311
        post_id = own.choice(posts)
        if own.random() < 0.3:
            return take_back(stack, bob, post_id)
        return put(stack, bob, post_id, collection_id=own.choice(places))

    with ThreadPoolExecutor(THREADS) as pool:
        assert set(pool.map(act, range(60))) <= {204, 429}
    expected = {place: 0 for place in places if place}
    for post_id in posts:
        held = stage().saved_store.get(post_id, bob.user_id)
        if held is not None and held.collection_id is not None:
            expected[held.collection_id] += 1
    assert counts(stack, bob) == expected
    for post_id in posts:
        assert put(stack, bob, post_id, collection_id=draw.choice(places[:2])) == 204
    assert sum(counts(stack, bob).values()) == 3


def test_one_save_comes_of_many_at_once(stack, bob, posts):
    place = make(stack, bob)
    with ThreadPoolExecutor(THREADS) as pool:
        done = pool.map(lambda _: put(stack, bob, posts[0], collection_id=place), range(THREADS))
        assert set(done) == {204}
    assert listed(stack, bob, f"?collection={place}") == [posts[0]]
    assert counts(stack, bob) == {place: 1}


def test_a_deleted_post_takes_its_saves_along(stack, ada, bob, posts):
    place = make(stack, bob)
    for person in (ada, bob):
        put(stack, person, posts[0])
        put(stack, person, posts[1])
    put(stack, bob, posts[0], collection_id=place)
    stack.call("DELETE", f"/posts/{posts[0]}", token=ada.token)
    assert listed(stack, bob) == [posts[1]]
    stack.settle(advance=True)
    assert rows(ada.user_id) == rows(bob.user_id) == {posts[1]}
    assert counts(stack, bob) == {place: 0}


def test_a_save_that_comes_while_its_post_goes_goes_too(stack, ada, bob, posts):
    stack.call("DELETE", f"/posts/{posts[0]}", token=ada.token)
    stack.settle()
    SavedRow(posts[0], bob.user_id, author_id=ada.user_id, saved_id=stage().new_id()).save()
    stack.settle(advance=True)
    assert rows(bob.user_id) == set()


def test_the_save_of_a_post_that_is_not_there_goes_when_it_is_found(stack, bob, posts):
    put(stack, bob, posts[0])
    put(stack, bob, posts[1])
    PostRow(posts[0]).delete()
    assert listed(stack, bob) == [posts[1]]
    assert rows(bob.user_id) == {posts[1]}


def test_who_leaves_leaves_no_save_and_no_collection(stack, ada, bob, posts):
    place = make(stack, bob)
    put(stack, bob, posts[0], collection_id=place)
    put(stack, ada, posts[0])
    leave(stack, bob)
    stack.settle(advance=True)
    assert rows(bob.user_id) == set()
    assert CollectionRow.count(bob.user_id) == 0
    assert rows(ada.user_id) == {posts[0]}


def test_an_author_who_leaves_takes_the_saves_of_others_along(stack, ada, bob, posts):
    put(stack, bob, posts[0])
    leave(stack, ada)
    stack.settle(advance=True)
    assert rows(bob.user_id) == set()


@pytest.mark.parametrize(
    ("method", "path", "body", "field"),
    [
        ("PUT", "/posts/{post}/save", {"collection_id": 7}, "collection_id"),
        ("PUT", "/posts/{post}/save", {"collection": "x"}, "collection"),
        ("POST", "/me/collections", {}, "name"),
        ("POST", "/me/collections", {"name": ""}, "name"),
        ("POST", "/me/collections", {"name": "x" * 51}, "name"),
        ("GET", "/me/saved?collection=/", None, "collection"),
        ("GET", "/me/saved?limit=101", None, "limit"),
    ],
)
def test_bad_input_is_refused_by_name(stack, bob, posts, method, path, body, field):
    answer = stack.call(method, path.format(post=posts[0]), token=bob.token, json=body)
    assert answer.status == 400
    assert [one["field"] for one in answer.json["errors"]] == [field]
