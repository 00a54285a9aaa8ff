"""A viewer who may not see an author's things never gets a signature that opens one."""

import base64
import json
import re

import pytest

import app
from tests.integration.people import follow, publish, unfollow, upload

POLICY = re.compile(r"/cdn/[^\"\s]*?Policy=([A-Za-z0-9_~-]+)")
LEAVES_NOTHING_TO_ASK = {("DELETE", "/me"), ("POST", "/logout")}
CALLS = [
    (operation.method, operation.path)
    for routes in app.ROUTES
    for operation in routes.operations
    if (operation.method, operation.path) not in LEAVES_NOTHING_TO_ASK
]


def opened(answer, author):
    """Return which of an author's things the signatures in an answer open."""
    text = answer.body.decode(errors="replace")
    found = set()
    for sealed in POLICY.findall(text):
        policy = base64.b64decode(sealed.translate(str.maketrans("-_~", "+=/")))
        [statement] = json.loads(policy)["Statement"]
        if author.user_id in statement["Resource"]:
            found.add(statement["Resource"].partition("/cdn/")[2])
    return found


@pytest.fixture(scope="module")
def people(stack):
    """Make a private author with an avatar and a post, a follower, and a former follower."""
    ada, follower, former, stranger = (stack.person(name) for name in ("ada", "eve", "dan", "sam"))
    face, shown, unseen = (upload(stack, ada) for _ in range(3))
    stack.settle()
    for one in (follower, former):
        follow(stack, one, ada)
        follow(stack, ada, one)
    post = publish(stack, ada, shown)
    stack.settle()
    change = {"is_private": True, "avatar_media_id": face}
    stack.call("PATCH", "/me", token=ada.token, json=change)
    unfollow(stack, former, ada)
    follow(stack, ada, stranger)
    follow(stack, stranger, ada)  # only asks
    return ada, face, shown, unseen, post, {"follower": follower, "former": former, "sam": stranger}


def answers(stack, people, viewer):
    """Return the answers of every route to requests for the author's things."""
    ada, face, shown, unseen, post, _ = people
    body = {
        "post_id": post["post_id"],
        "media_ids": [shown],
        "media_id": shown,
        "text": "let me see",
        "username": ada.username,
    }
    for method, route in CALLS:
        for media_id in (face, shown, unseen):
            for user_id in (ada.user_id, viewer.user_id):
                values = {"user_id": user_id, "post_id": post["post_id"], "media_id": media_id}
                path = re.sub(r"{(\w+)}", lambda m, v=values: v.get(m[1], post["post_id"]), route)
                query = f"?username={ada.username}" if path == "/users" else ""
                sent = None if method == "GET" else body
                yield route, stack.call(method, path + query, token=viewer.token, json=sent)


@pytest.mark.parametrize("who", ["former", "sam"])
def test_who_may_not_see_an_author_is_handed_the_face_alone(stack, people, who):
    ada, *_, viewers = people
    faces = set()
    for route, answer in answers(stack, people, viewers[who]):
        found = opened(answer, ada)
        assert all(one.startswith(f"avatars/{ada.user_id}/") for one in found), route
        faces |= found
    assert len(faces) == 1


def test_who_may_is_handed_a_signature_by_which_the_others_would_be_seen(stack, people):
    ada, _, shown, _, post, viewers = people
    read = stack.call("GET", f"/posts/{post['post_id']}", token=viewers["follower"].token)
    assert f"posts/{ada.user_id}/{shown}/plain/*" in opened(read, ada)
