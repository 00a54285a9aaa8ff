"""Posts over HTTP."""

import pytest

from tests.integration.people import publish, upload


@pytest.fixture
def post(stack, ada):
    media_id = upload(stack, ada)
    stack.settle()
    return publish(stack, ada, media_id, caption="first light", location="Oslo")


def path(post):
    return f"/posts/{post['post_id']}"


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
