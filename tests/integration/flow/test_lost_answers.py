"""AWS does what it was asked, its answer is lost, and the SDK asks again: nobody notices."""

from uuid import uuid4

import pytest

from functions.stage import stage
from tests.integration.lost import answers_lost
from tests.integration.people import follow, publish, tell, unfollow, upload


@pytest.fixture
def lossy(stack):
    """Every conditional write, transaction and sign-up loses its answer."""
    with answers_lost(stack.stage.wire) as lost:
        yield lost


def test_a_sign_up_is_ones_own(lossy, stack):
    name = f"lost_{uuid4().hex[:12]}"
    form = {"username": name, "email": f"{name}@example.com", "password": "correct horse"}
    made = stack.call("POST", "/signup", json=form)
    assert (made.status, made.json["username"]) == (201, name)
    assert " SignUp" in lossy
    assert stack.call("POST", "/signup", json=form).status == 409


def test_the_first_request_with_a_key_runs(lossy, stack, ada):
    post_id = publish(stack, ada, upload(stack, ada))["post_id"]
    stack.settle()
    given = {"post_id": post_id, "text": "hello"}
    headers = {"idempotency-key": uuid4().hex}
    first, again = (
        stack.call("POST", "/comment", token=ada.token, json=given, headers=headers)
        for _ in range(2)
    )
    assert (first.status, again.json) == (201, first.json)


def test_what_is_deleted_is_told_as_deleted(lossy, stack, ada):
    post_id = publish(stack, ada, upload(stack, ada))["post_id"]
    stack.settle()
    given = {"post_id": post_id, "text": "hello"}
    comment = stack.call("POST", "/comment", token=ada.token, json=given).json
    path = f"/posts/{post_id}/comments/{comment['comment_id']}"
    assert stack.call("DELETE", path, token=ada.token).status == 204
    story = tell(stack, ada)
    assert stack.call("DELETE", f"/stories/{story['story_id']}", token=ada.token).status == 204
    assert stack.call("DELETE", f"/posts/{post_id}", token=ada.token).status == 204


def test_a_like_and_its_end_are_counted_once(lossy, stack, ada):
    bob = stack.person("bob")
    post_id = publish(stack, ada, upload(stack, ada))["post_id"]
    stack.settle()
    liked = stack.call("POST", "/like", token=bob.token, json={"post_id": post_id}).json
    stack.settle()
    unliked = stack.call("DELETE", f"/posts/{post_id}/like", token=bob.token).json
    stack.settle()
    read = stack.call("GET", f"/posts/{post_id}", token=bob.token).json
    counts = [one["like_count"] for one in (liked, unliked, read)]
    assert counts == [1, 0, 0]


def test_a_follow_moves_the_counts_once(lossy, stack, ada):
    bob = stack.person("bob")
    for change, count in ((follow, 1), (follow, 1), (unfollow, 0)):
        assert change(stack, bob, ada).status in (200, 204)
        shown = stack.call("GET", f"/users/{ada.user_id}", token=bob.token).json
        assert shown["follower_count"] == count


def test_an_account_is_erased_to_its_end(lossy, stack):
    zoe = stack.person("zoe")
    publish(stack, zoe, upload(stack, zoe))
    stack.settle()
    answer = stack.call("DELETE", "/me", token=zoe.token, json={"password": zoe.password})
    assert answer.status == 202
    stack.settle(advance=True)
    assert any(one.endswith("-users UpdateItem") for one in lossy)
    erasure = stage().users.get_erasure(zoe.user_id)
    assert erasure is not None
    assert erasure.step is None, "the erasure ended on its way"
    assert not stage().pool.knows(zoe.user_id)
