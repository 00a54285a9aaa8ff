"""Stories over HTTP."""

from datetime import timedelta
from uuid import uuid4

import pytest

from functions.accounts import deleted
from tests.integration.people import photo


def upload(stack, person):
    """Upload a picture for a story without waiting for it. Returns the media's id."""
    asked = {"content_type": "image/png", "size": 1000, "kind": "story"}
    slot = stack.call("POST", "/upload", token=person.token, json=asked).json
    form = slot["upload"]
    assert stack.post_form(form["url"], form["fields"], photo()).status == 204
    return slot["media_id"]


def tell(stack, person, media_id):
    answer = stack.call("POST", "/stories", token=person.token, json={"media_id": media_id})
    assert answer.status == 201, answer
    return answer.json


def stories(stack, viewer, author, query=""):
    answer = stack.call("GET", f"/users/{author.user_id}/stories{query}", token=viewer.token)
    assert answer.status == 200, answer
    return answer.json["items"]


@pytest.fixture
def story(stack, ada):
    media_id = upload(stack, ada)
    stack.settle()
    return tell(stack, ada, media_id)


def test_a_story_is_published_as_it_is_told(stack, ada, bob, story):
    assert (story["state"], story["width"], story["height"]) == ("published", 27, 48)  # 9:16
    assert story["seen"] is True
    assert story["view_count"] == 0
    [shown] = stories(stack, bob, ada)
    assert shown["story_id"] == story["story_id"]
    assert (shown["seen"], "view_count" in shown) == (False, False)
    fetched = stack.call("GET", shown["url"])
    assert (fetched.status, fetched.headers["content-type"]) == (200, "image/webp")


def test_a_story_told_before_its_picture_is_there_publishes_itself(stack, ada, bob):
    told = tell(stack, ada, upload(stack, ada))
    assert (told["state"], told["expires_at"]) == ("processing", None)
    assert stories(stack, bob, ada) == []
    stack.settle()
    [shown] = stories(stack, bob, ada)
    assert (shown["story_id"], shown["state"]) == (told["story_id"], "published")


def test_a_story_sent_twice_under_a_key_is_one_story(stack, ada):
    sent = {
        "token": ada.token,
        "json": {"media_id": upload(stack, ada)},
        "headers": {"idempotency-key": uuid4().hex},
    }
    first, second = (stack.call("POST", "/stories", **sent) for _ in range(2))
    assert (first.status, second.status) == (201, 201)
    assert first.json["story_id"] == second.json["story_id"]
    stack.settle()
    assert len(stories(stack, ada, ada)) == 1


def test_a_view_counts_once_and_only_the_author_learns_of_it(stack, ada, bob, story):
    path = f"/stories/{story['story_id']}"
    for person in (bob, bob, ada):
        assert stack.call("POST", f"{path}/view", token=person.token).status == 204
    viewers = stack.call("GET", f"{path}/viewers", token=ada.token).json["items"]
    assert [view["user"]["user_id"] for view in viewers] == [bob.user_id]
    assert viewers[0]["viewed_at"][:19] >= story["created_at"][:19]
    assert stack.call("GET", f"{path}/viewers", token=bob.token).status == 403
    [shown] = stories(stack, bob, ada)
    assert shown["seen"] is True
    stack.settle()
    [own] = stories(stack, ada, ada)
    assert own["view_count"] == 1


def test_a_story_is_deleted_by_its_author_alone(stack, ada, bob, story):
    path = f"/stories/{story['story_id']}"
    assert stack.call("DELETE", path, token=bob.token).status == 403
    assert stack.call("DELETE", path, token=ada.token).status == 204
    assert stack.call("DELETE", path, token=ada.token).status == 404
    assert stack.call("POST", f"{path}/view", token=bob.token).status == 404
    assert stories(stack, bob, ada) == []


def test_a_private_authors_stories_are_not_there_for_a_stranger(stack, ada, bob, story):
    stack.call("PATCH", "/me", token=ada.token, json={"is_private": True})
    path = f"/stories/{story['story_id']}"
    for method, where in (
        ("GET", f"/users/{ada.user_id}/stories"),
        ("POST", f"{path}/view"),
        ("GET", f"{path}/viewers"),
        ("DELETE", path),
    ):
        assert stack.call(method, where, token=bob.token).status == 404, where


def test_the_picture_is_seen_as_the_story_is_and_its_original_is_not_kept(stack, ada, bob):
    media_id = upload(stack, ada)
    stack.settle()
    path = f"/media/{media_id}"
    assert stack.call("GET", path, token=bob.token).status == 404
    told = tell(stack, ada, media_id)
    for person in (ada, bob):
        seen = stack.call("GET", path, token=person.token)
        assert (seen.status, seen.json["url"]) == (200, told["url"])
    assert stack.call("GET", f"{path}/original", token=ada.token).status == 404
    stack.call("DELETE", f"/stories/{told['story_id']}", token=ada.token)
    for person in (ada, bob):
        assert stack.call("GET", path, token=person.token).status == 404


@pytest.fixture(params=["in time", "late"])
def punctuality(request, monkeypatch):
    """Let interactions count as in time or late. Late ones check which users still exist."""
    if request.param == "late":
        monkeypatch.setattr(deleted, "LATE", timedelta(days=-1))


@pytest.mark.usefixtures("punctuality")
def test_a_view_and_a_visit_make_an_author_closer(stack, ada, bob, story):
    from functions.stage import stage

    stack.call("POST", f"/stories/{story['story_id']}/view", token=bob.token)
    stack.settle()
    assert stage().affinity.scores(bob.user_id) == {ada.user_id: pytest.approx(1.0, abs=0.01)}
    for _ in range(2):
        assert stack.call("GET", f"/users/{ada.user_id}", token=bob.token).status == 200
    assert stage().affinity.scores(bob.user_id) == {ada.user_id: pytest.approx(2.0, abs=0.01)}
    stack.call("GET", f"/users/{bob.user_id}", token=bob.token)
    assert stage().affinity.scores(ada.user_id) == {}


@pytest.mark.usefixtures("punctuality")
def test_a_like_and_a_comment_make_the_posts_author_closer(stack, ada, bob):
    from functions.stage import stage
    from tests.integration.people import publish
    from tests.integration.people import upload as upload_picture

    media = [upload_picture(stack, ada) for _ in range(3)]
    stack.settle()
    for media_id in media:
        post_id = publish(stack, ada, media_id)["post_id"]
        assert stack.call("POST", "/like", token=bob.token, json={"post_id": post_id}).json["liked"]
        stack.call("DELETE", f"/posts/{post_id}/like", token=bob.token)
    stack.settle()
    liked = stage().affinity.scores(bob.user_id)
    assert liked[ada.user_id] > 1.99  # more if an hour ends meanwhile
    remark = {"post_id": post_id, "text": "Look!"}
    assert stack.call("POST", "/comment", token=bob.token, json=remark).status == 201
    assert stack.call("POST", "/comment", token=ada.token, json=remark).status == 201
    stack.settle()
    assert stage().affinity.scores(bob.user_id)[ada.user_id] > liked[ada.user_id] + 3.99
    assert stage().affinity.scores(ada.user_id) == {}


def test_a_story_whose_picture_fails_is_given_up(stack, ada):
    asked = {"content_type": "image/png", "size": 1000, "kind": "story"}
    slot = stack.call("POST", "/upload", token=ada.token, json=asked).json
    told = tell(stack, ada, slot["media_id"])
    form = slot["upload"]
    assert stack.post_form(form["url"], form["fields"], b"no picture").status == 204
    stack.settle(advance=True)
    assert stories(stack, ada, ada) == []
    # No story can claim it again: the picture has failed permanently.
    again = stack.call("POST", "/stories", token=ada.token, json={"media_id": slot["media_id"]})
    assert again.status == 409
    assert told["state"] == "processing"


def test_the_picture_of_a_story_that_was_taken_back_goes(stack, ada, story):
    path = stories(stack, ada, ada)[0]["url"]
    assert stack.call("GET", path).status == 200
    assert stack.call("DELETE", f"/stories/{story['story_id']}", token=ada.token).status == 204
    stack.settle(advance=True)
    assert stack.call("GET", path).status in (403, 404)
