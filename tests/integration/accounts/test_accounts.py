"""Accounts and profiles over HTTP."""

import pytest

from tests.integration.people import upload


def test_a_new_account_has_a_profile_that_others_find(stack, ada):
    bob = stack.person("bob")
    for path in (f"/users/{ada.user_id}", f"/users?username={ada.username.upper()}"):
        found = stack.call("GET", path, token=bob.token).json
        assert (found["user_id"], found["username"]) == (ada.user_id, ada.username)
        assert found["relationship"] == {"following": "no", "followed_by": False, "blocked": False}
    assert stack.call("GET", "/me", token=ada.token).json["user_id"] == ada.user_id


def test_a_refresh_token_gives_new_tokens_until_the_logout(stack, ada):
    given = {"refresh_token": ada.refresh_token}
    renewed = stack.call("POST", "/token", json=given)
    assert renewed.status == 200
    assert renewed.json["user_id"] == ada.user_id
    assert stack.call("GET", "/me", token=renewed.json["id_token"]).status == 200
    assert stack.call("POST", "/logout", token=ada.token, json=given).status == 204
    assert stack.call("POST", "/token", json=given).status == 401


@pytest.mark.parametrize("path", ["/signup/confirm", "/password/reset"])
def test_a_wrong_code_is_named_as_the_field_at_fault(stack, ada, path):
    stack.call("POST", "/password/forgot", json={"username": ada.username})
    form = {"username": ada.username, "code": "nonsense"}
    form |= {"password": "long enough"} if path == "/password/reset" else {}
    refused = stack.call("POST", path, json=form)
    assert refused.status == 400
    assert [error["field"] for error in refused.json["errors"]] == ["code"]


def test_an_avatar_is_ones_own_ready_picture_and_opens_without_following(stack, ada):
    media_id = upload(stack, ada)
    avatar = {"avatar_media_id": media_id}
    assert stack.call("PATCH", "/me", token=ada.token, json=avatar).status == 409
    stack.settle()
    url = stack.call("PATCH", "/me", token=ada.token, json=avatar).json["avatar_url"]
    assert stack.call("GET", url).status == 200
    assert media_id not in url
    assert stack.call("GET", url.replace("150.webp", "full.webp")).status == 403
    stack.settle()
    large = stack.call("GET", "/me", token=ada.token).json["avatar_large_url"]
    assert stack.call("GET", large).status == 200

    bob = stack.person("bob")
    assert stack.call("PATCH", "/me", token=bob.token, json=avatar).status == 404
    cleared = stack.call("PATCH", "/me", token=ada.token, json={"avatar_media_id": None})
    assert cleared.json["avatar_url"] is None


def test_the_service_describes_itself(stack):
    assert stack.call("GET", "/health").json["status"] == "ok"
    assert stack.call("GET", "/openapi.json").json["openapi"] == "3.1.0"
    page = stack.call("GET", "/docs")
    assert page.headers["content-type"].startswith("text/html")
    assert "default-src 'none'" in page.headers["content-security-policy"]
