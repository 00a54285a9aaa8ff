"""The common parts of every answer: entity tags, request ids, and access from other origins."""

import json
from collections.abc import Callable

import pytest

from tests.blackbox.client import Client, Service, send_raw
from tests.blackbox.conftest import ORIGINS
from tests.blackbox.people import Person
from tests.blackbox.pictures import plain

EXPOSED = {"etag", "link", "location", "x-request-id", "retry-after"}
SENT_BY_PAGES = {"authorization", "content-type", "idempotency-key", "if-none-match"}
METHODS = {"GET", "POST", "PUT", "PATCH", "DELETE"}


def words(header: str) -> set[str]:
    """Return the words of a header that is a list."""
    return {word.strip().lower() for word in header.split(",")}


@pytest.fixture(scope="module")
def tagged(ada: Person) -> list[str]:
    """Return paths of answers with an entity tag: a profile in three ways, a picture, a post."""
    post = ada.publish("Tagged")
    return [
        "/me", f"/users/{ada.user_id}", f"/users?username={ada.username}",
        f"/media/{post['media'][0]['media_id']}", f"/posts/{post['post_id']}",
    ]  # fmt: skip


def test_an_unchanged_thing_is_not_sent_twice(ada: Person, tagged: list[str]) -> None:
    for path in tagged:
        tag = ada.get(path).headers["ETag"]
        assert tag.startswith(('"', 'W/"'))
        weak, strong = f"W/{tag.removeprefix('W/')}", tag.removeprefix("W/")
        for asked in (tag, weak, strong, f'"other", {tag}', f'{tag},W/"x"', "*"):
            answer = ada.get(path, headers={"If-None-Match": asked})
            assert answer.status_code == 304, (path, asked)
            assert answer.headers["ETag"] == tag
            assert answer.content == b""


def test_another_tag_is_answered_in_full(ada: Person, tagged: list[str]) -> None:
    for path in tagged:
        tag = ada.get(path).headers["ETag"]
        for asked in ('"other"', "", "x", tag.strip('W/"'), '"', '""', tag[:-2] + '"'):
            answer = ada.get(path, headers={"If-None-Match": asked})
            assert answer.status_code == 200, (path, asked)
            assert answer.headers["ETag"] == tag


def test_a_changed_thing_has_another_tag(anna: Person) -> None:
    post = anna.publish("before")
    for path, change_path, change in (
        (f"/posts/{post['post_id']}", f"/posts/{post['post_id']}", {"caption": "after"}),
        ("/me", "/me", {"bio": "after"}),
    ):
        tag = anna.get(path).headers["ETag"]
        anna.patch(change_path, change)
        answer = anna.get(path, headers={"If-None-Match": tag})
        assert answer.status_code == 200
        assert answer.headers["ETag"] != tag


def test_a_picture_that_has_become_ready_has_another_tag(anna: Person) -> None:
    slot = anna.ask_for_form()
    path = f"/media/{slot['media_id']}"
    tag = anna.get(path).headers["ETag"]
    form = slot["upload"]
    anna.service.fetch("POST", form["url"], data=form["fields"], files={"file": plain()})
    anna.done(slot["media_id"])
    assert anna.get(path, headers={"If-None-Match": tag}).status_code in {200, 304}
    ready = anna.get(path)
    if ready.json()["status"] != "awaiting_upload":
        assert ready.headers["ETag"] != tag


def test_a_tag_of_what_is_gone_or_forbidden_is_no_way_in(
    anna: Person, ben: Person, nobody: Client
) -> None:
    path = f"/posts/{anna.publish()['post_id']}"
    asked = {"If-None-Match": anna.get(path).headers["ETag"]}
    assert nobody.get(path, headers=asked).status_code == 401
    anna.delete(path)
    assert anna.get(path, headers=asked).status_code == 404
    assert ben.get(path, headers={"If-None-Match": "*"}).status_code == 404


def test_answers_about_people_are_not_kept_by_shared_caches(ada: Person) -> None:
    for path in ("/me", f"/feed/{ada.user_id}", f"/users/{ada.user_id}"):
        cached = words(ada.get(path).headers.get("Cache-Control", ""))
        assert cached & {"private", "no-store"}


def answers(ada: Person, nobody: Client) -> list[Callable[[dict[str, str]], object]]:
    """Send requests with answers of every kind, errors included."""
    return [
        lambda headers: ada.get("/me", headers=headers),
        lambda headers: ada.get(f"/feed/{ada.user_id}", headers=headers),
        lambda headers: ada.patch("/me", {}, headers=headers),
        lambda headers: nobody.get("/health", headers=headers),
        lambda headers: nobody.get("/openapi.json", headers=headers),
        lambda headers: nobody.get("/docs", headers=headers),
        lambda headers: nobody.get("/me", headers=headers),
        lambda headers: nobody.post("/login", {"username": "x", "password": "y"}, headers=headers),
        lambda headers: nobody.post("/login", [], headers=headers),
        lambda headers: ada.get("/posts/unknown", headers=headers),
        lambda headers: ada.get("/feed/somebody-else", headers=headers),
        lambda headers: ada.get("/unknown", headers=headers),
        lambda headers: ada.put("/me", headers=headers),
        lambda headers: ada.post("/posts", {"media_ids": []}, headers=headers),
        lambda headers: ada.call(
            "POST", "/upload", data=b"x", headers={**headers, "Content-Type": "text/html"}
        ),
        lambda headers: ada.call(
            "POST",
            "/upload",
            data=b"x" * 12_000_000,
            headers={**headers, "Content-Type": "image/jpeg"},
        ),
    ]


@pytest.mark.smoke
def test_every_answer_has_a_request_id_of_its_own(ada: Person, nobody: Client) -> None:
    given = [ask({}).headers["X-Request-Id"] for ask in answers(ada, nobody) * 2]  # type: ignore[attr-defined]
    assert all(given)
    assert len(set(given)) == len(given)


@pytest.mark.local
def test_an_allowed_origin_may_read_every_answer(ada: Person, nobody: Client) -> None:
    for origin in ORIGINS:
        for ask in answers(ada, nobody):
            headers = ask({"Origin": origin}).headers  # type: ignore[attr-defined]
            assert headers["Access-Control-Allow-Origin"] == origin
            assert words(headers["Access-Control-Expose-Headers"]) >= EXPOSED
            assert "origin" in words(headers["Vary"])


@pytest.mark.local
@pytest.mark.parametrize(
    "origin",
    ["http://no.example", "null", "http://one.example.no", "https://one.example",
     "http://one.example:80", "http://two.example:8443", "HTTP://ONE.EXAMPLE.NO", "*", "",
     "http://one.example,https://two.example:8443"],
)  # fmt: skip
def test_a_foreign_origin_may_read_nothing(ada: Person, nobody: Client, origin: str) -> None:
    for ask in answers(ada, nobody):
        headers = ask({"Origin": origin}).headers  # type: ignore[attr-defined]
        assert "Access-Control-Allow-Origin" not in headers
        assert "origin" in words(headers["Vary"])


@pytest.mark.local
def test_an_unchanged_thing_may_be_read_by_an_allowed_origin_too(ada: Person) -> None:
    tag = ada.get("/me").headers["ETag"]
    answer = ada.get("/me", headers={"If-None-Match": tag, "Origin": ORIGINS[0]})
    assert answer.status_code == 304
    assert answer.headers["Access-Control-Allow-Origin"] == ORIGINS[0]


@pytest.mark.local
def test_a_browser_may_ask_before_it_calls_any_route(service: Service, nobody: Client) -> None:
    for template, operations in service.contract.document["paths"].items():
        path = template.replace("{", "").replace("}", "")
        for method in operations:
            asked = {
                "Origin": ORIGINS[1],
                "Access-Control-Request-Method": method.upper(),
                "Access-Control-Request-Headers": ", ".join(sorted(SENT_BY_PAGES)),
            }
            answer = nobody.call("OPTIONS", path, headers=asked)
            assert answer.status_code in {200, 204}
            assert answer.headers["Access-Control-Allow-Origin"] == ORIGINS[1]
            allowed = words(answer.headers["Access-Control-Allow-Methods"])
            assert method in allowed
            assert words(answer.headers["Access-Control-Allow-Headers"]) >= SENT_BY_PAGES


@pytest.mark.local
def test_a_foreign_page_is_told_nothing_when_it_asks(nobody: Client) -> None:
    asked = {"Origin": "http://no.example", "Access-Control-Request-Method": "PATCH"}
    answer = nobody.call("OPTIONS", "/me", headers=asked)
    assert "Access-Control-Allow-Origin" not in answer.headers


def test_json_is_sent_as_json_in_utf8(anna: Person) -> None:
    anna.patch("/me", {"bio": "Grüße 🙂"})
    answer = anna.get("/me")
    assert answer.headers["Content-Type"].partition(";")[0] == "application/json"
    assert json.loads(answer.content.decode("utf-8"))["bio"] == "Grüße 🙂"


def test_header_names_and_the_scheme_may_be_written_in_any_case(
    service: Service, ada: Person
) -> None:
    answer = send_raw(service, "GET", "/me", headers={"aUTHORIZATION": f"Bearer {ada.token}"})
    assert answer.status_code == 200


def test_a_client_may_keep_its_connection(service: Service, ada: Person) -> None:
    for _ in range(3):
        assert ada.get("/me").headers.get("Connection", "").lower() != "close"


def test_head_tells_of_every_get_without_its_body(ada: Person, tagged: list[str]) -> None:
    for path in (*tagged, "/health", "/docs", f"/feed/{ada.user_id}", "/posts/unknown", "/me?x=1"):
        get, head = ada.get(path), ada.call("HEAD", path)
        assert head.status_code == get.status_code, path
        assert head.content == b"", path
        for name in ("ETag", "Content-Type", "Content-Length", "Cache-Control"):
            assert head.headers.get(name) == get.headers.get(name), (path, name)
    known = {"If-None-Match": ada.get("/me").headers["ETag"]}
    assert ada.call("HEAD", "/me", headers=known).status_code == 304


def test_what_was_created_is_found_at_its_location(ada: Person) -> None:
    media = ada.call("POST", "/upload", data=plain(), headers={"Content-Type": "image/jpeg"})
    assert ada.get(media.headers["Location"]).json()["media_id"] == media.json()["media_id"]
    media_id = ada.done(media.json()["media_id"])["media_id"]
    post = ada.post("/posts", {"media_ids": [media_id]})
    assert ada.get(post.headers["Location"]).json()["post_id"] == post.json()["post_id"]
    comment = ada.post("/comment", {"post_id": post.json()["post_id"], "text": "Mine"})
    assert ada.delete(comment.headers["Location"]).status_code == 204


@pytest.mark.local
@pytest.mark.parametrize("content_type", ["image/gif", "text/plain", "x", "multipart/form-data"])
def test_a_preflight_is_answered_whatever_it_says_it_has(
    service: Service, nobody: Client, content_type: str
) -> None:
    for template in service.contract.document["paths"]:
        path = template.replace("{", "").replace("}", "")
        answer = nobody.call("OPTIONS", path, data=b"x", headers={"Content-Type": content_type})
        assert answer.status_code == 204, path
