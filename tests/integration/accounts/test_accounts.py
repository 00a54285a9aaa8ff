"""Accounts and profiles over HTTP."""

from uuid import uuid4

import pytest

from tests.integration.people import upload


def name(what):
    return f"{what}_{uuid4().hex[:12]}"


@pytest.fixture
def ada(stack):
    return stack.sign_up(name("ada"))


def login(stack, username, password):
    return stack.call("POST", "/login", json={"username": username, "password": password})


def test_a_new_account_has_a_profile_that_others_find(stack, ada):
    bob = stack.sign_up(name("bob"))
    for path in (f"/users/{ada.user_id}", f"/users?username={ada.username.upper()}"):
        found = stack.call("GET", path, token=bob.token).json
        assert (found["user_id"], found["username"]) == (ada.user_id, ada.username)
        assert found["relationship"] == {"following": "no", "followed_by": False, "blocked": False}
    assert stack.call("GET", "/me", token=ada.token).json["user_id"] == ada.user_id


def test_a_taken_name_is_a_conflict(stack, ada):
    form = {"username": ada.username, "email": "other@example.com", "password": "long enough"}
    assert stack.call("POST", "/signup", json=form).status == 409


def test_a_sign_up_sent_twice_under_a_key_is_done_once(stack):
    form = {"username": name("cid"), "email": "cid@example.com", "password": "long enough"}
    sent = {"json": form, "headers": {"idempotency-key": uuid4().hex}}
    first, second = stack.call("POST", "/signup", **sent), stack.call("POST", "/signup", **sent)
    assert (first.status, second.status) == (201, 201)
    assert first.json == second.json


def test_a_wrong_password_and_an_unknown_name_are_answered_alike(stack, ada):
    wrong = login(stack, ada.username, "wrong")
    unknown = login(stack, name("nobody"), "wrong")
    assert wrong.status == unknown.status == 401
    assert wrong.json == unknown.json


def test_a_refresh_token_gives_new_tokens_until_the_logout(stack, ada):
    given = {"refresh_token": ada.refresh_token}
    renewed = stack.call("POST", "/token", json=given)
    assert renewed.status == 200
    assert renewed.json["user_id"] == ada.user_id
    assert stack.call("GET", "/me", token=renewed.json["id_token"]).status == 200
    assert stack.call("POST", "/logout", token=ada.token, json=given).status == 204
    assert stack.call("POST", "/token", json=given).status == 401


@pytest.mark.parametrize("path", ["/password/forgot", "/signup/resend"])
def test_who_asks_for_a_code_is_not_told_whether_the_name_exists(stack, ada, path):
    for username in (ada.username, name("nobody")):
        assert stack.call("POST", path, json={"username": username}).status == 204


@pytest.mark.parametrize("path", ["/signup/confirm", "/password/reset"])
def test_a_wrong_code_is_named_as_the_field_at_fault(stack, ada, path):
    stack.call("POST", "/password/forgot", json={"username": ada.username})
    form = {"username": ada.username, "code": "nonsense", "password": "long enough"}
    refused = stack.call("POST", path, json=form)
    assert refused.status == 400
    assert [error["field"] for error in refused.json["errors"]] == ["code"]


def test_a_profile_is_changed_in_part(stack, ada):
    change = {"display_name": "Ada Lovelace", "bio": "numbers\nand engines"}
    changed = stack.call("PATCH", "/me", token=ada.token, json=change)
    assert changed.status == 200
    assert changed.json.items() >= change.items()
    assert stack.call("GET", "/me", token=ada.token).json == changed.json


def test_an_avatar_is_ones_own_ready_picture_and_opens_without_following(stack, ada):
    media_id = upload(stack, ada)
    avatar = {"avatar_media_id": media_id}
    assert stack.call("PATCH", "/me", token=ada.token, json=avatar).status == 409
    stack.settle()
    url = stack.call("PATCH", "/me", token=ada.token, json=avatar).json["avatar_url"]
    assert stack.call("GET", url).status == 200
    other = url.replace("thumbnail", "full")
    assert stack.call("GET", other).status == 403

    bob = stack.sign_up(name("bob"))
    assert stack.call("PATCH", "/me", token=bob.token, json=avatar).status == 404
    cleared = stack.call("PATCH", "/me", token=ada.token, json={"avatar_media_id": None})
    assert cleared.json["avatar_url"] is None


@pytest.mark.parametrize("media_id", ["", "x" * 3000])
def test_an_avatar_id_that_cannot_be_one_is_no_failure_of_ours(stack, ada, media_id):
    refused = stack.call("PATCH", "/me", token=ada.token, json={"avatar_media_id": media_id})
    assert refused.status in (400, 404)


def test_a_token_is_asked_for(stack):
    assert stack.call("GET", "/me").status == 401
    assert stack.call("GET", "/me", token="nonsense").status == 401


def test_the_service_describes_itself(stack):
    assert stack.call("GET", "/health").json["status"] == "ok"
    assert stack.call("GET", "/openapi.json").json["openapi"] == "3.1.0"
    page = stack.call("GET", "/docs")
    assert page.headers["content-type"].startswith("text/html")
    assert "default-src 'none'" in page.headers["content-security-policy"]
