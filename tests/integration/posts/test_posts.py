"""Posts over HTTP."""

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
def post(stack, ada):
    media_id = upload(stack, ada)
    stack.settle()
    return publish(stack, ada, media_id, caption="first light", location="Oslo")


def path(post):
    return f"/posts/{post['post_id']}"


def test_a_post_is_read_with_a_tag_that_spares_the_second_reading(stack, bob, post):
    first = stack.call("GET", path(post), token=bob.token)
    assert first.json == post
    again = stack.call(
        "GET", path(post), token=bob.token, headers={"if-none-match": first.headers["etag"]}
    )
    assert (again.status, again.body) == (304, b"")


def test_a_post_sent_twice_under_a_key_is_one_post(stack, ada):
    media_id = upload(stack, ada)
    sent = {
        "token": ada.token,
        "json": {"media_ids": [media_id]},
        "headers": {"idempotency-key": uuid4().hex},
    }
    first, second = (stack.call("POST", "/posts", **sent) for _ in range(2))
    assert (first.status, second.status) == (201, 201)
    assert first.json["post_id"] == second.json["post_id"]
    stack.settle()
    assert stack.call("GET", "/me", token=ada.token).json["post_count"] == 1


def test_a_post_is_edited_and_deleted_by_its_author_alone(stack, ada, bob, post):
    change = {"caption": "last light", "location": None}
    assert stack.call("PATCH", path(post), token=bob.token, json=change).status == 403
    assert stack.call("DELETE", path(post), token=bob.token).status == 403
    edited = stack.call("PATCH", path(post), token=ada.token, json=change).json
    assert (edited["caption"], edited["location"]) == ("last light", None)
    assert edited["edited_at"]
    assert stack.call("DELETE", path(post), token=ada.token).status == 204
    assert stack.call("DELETE", path(post), token=ada.token).status == 404
    assert stack.call("GET", path(post), token=bob.token).status == 404


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "media_ids"),
        ({"media_ids": []}, "media_ids"),
        ({"media_ids": ["x"] * 11}, "media_ids"),
        ({"media_ids": [""]}, "media_ids[0]"),
        ({"media_ids": ["a", "a"]}, "media_ids"),
        ({"media_ids": ["a"], "caption": "x" * 2201}, "caption"),
        ({"media_ids": ["a"], "location": "x" * 201}, "location"),
        ({"media_ids": ["a"], "filter": "no such filter"}, "filter"),
    ],
)
def test_a_post_that_cannot_be_made_names_the_field(stack, ada, body, field):
    refused = stack.call("POST", "/posts", token=ada.token, json=body)
    assert refused.status == 400
    assert [error["field"].replace("[...]", "[0]") for error in refused.json["errors"]] == [field]


def test_anothers_and_unknown_pictures_are_not_found_and_used_ones_a_conflict(
    stack, ada, bob, post
):
    for person, media_id, status in (
        (bob, post["media"][0]["media_id"], 404),
        (ada, "unknown", 404),
        (ada, post["media"][0]["media_id"], 409),
    ):
        body = {"media_ids": [media_id]}
        assert stack.call("POST", "/posts", token=person.token, json=body).status == status


def test_a_grid_goes_newest_first_page_by_page_and_lets_no_deleted_post_through(stack, ada, bob):
    media = [upload(stack, ada) for _ in range(5)]
    stack.settle()
    posts = [publish(stack, ada, media_id)["post_id"] for media_id in media]
    stack.call("DELETE", f"/posts/{posts[3]}", token=ada.token)
    seen, query = [], "?limit=2"
    while query:
        page = stack.call("GET", f"/users/{ada.user_id}/posts{query}", token=bob.token).json
        seen.append([post["post_id"] for post in page["items"]])
        query = page["next_cursor"] and f"?limit=2&cursor={page['next_cursor']}"
    assert seen == [[posts[4], posts[2]], [posts[1], posts[0]]]
