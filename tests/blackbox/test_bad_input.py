"""Bad input on every route of the service's description: always a problem, never a failure.

The client checks for every answer that a problem is a document below 500 without a trace of the
code. The inputs and the statuses that they must get are here.
"""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest

from tests.blackbox.bad_input import (
    JSON,
    MALFORMED,
    NOT_OBJECTS,
    STRANGE_IDS,
    Route,
    body_schema,
    routes,
    sample_object,
    wrong_bodies,
    wrong_queries,
)
from tests.blackbox.client import Client, Service, send_raw
from tests.blackbox.contract import check_problem
from tests.blackbox.people import Person

SECRETS = {"password", "refresh_token"}
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
TAKES_BACK = re.compile(
    r"/users/{user_id}/(follow|block|mute)|/me/(follow-requests|followers)/{user_id}"
)
"""Deleting a thing that is not there succeeds."""


@pytest.fixture(scope="module")
def post_id(ada: Person) -> str:
    """Return a post of the caller's own, so that the body is looked at."""
    return str(ada.publish("Untouched")["post_id"])


@pytest.fixture(scope="module")
def with_body(service: Service, post_id: str) -> list[tuple[Route, str, dict[str, Any]]]:
    """Return every route that takes JSON: itself, an existing path, its body's schema."""
    found = [(route, body_schema(service.contract, route)) for route in routes(service.contract)]
    taking = [
        (route, route.path(**dict.fromkeys(route.in_path, post_id)), schema)
        for route, schema in found
        if schema is not None
    ]
    assert len(taking) >= 10
    return taking


def send(client: Client, route: Route, path: str, body: bytes, content_type: str = JSON) -> Any:
    """Send a body of any content."""
    return client.call(route.method, path, data=body, headers={"Content-Type": content_type})


@pytest.fixture(scope="module", autouse=True)
def _nothing_is_changed(ada: Person, post_id: str) -> Iterator[None]:
    before = ada.me(), ada.seen(f"/posts/{post_id}")
    yield
    assert (ada.me(), ada.seen(f"/posts/{post_id}")) == before


def test_what_is_no_json_is_refused(
    ada: Person, with_body: list[tuple[Route, str, dict[str, Any]]]
) -> None:
    for route, path, schema in with_body:
        for body in MALFORMED:
            if body == b"" and not schema.get("required"):
                continue
            answer = send(ada, route, path, body)
            assert answer.status_code == 400, (str(route), body[:40], answer.text[:300])
            assert answer.json()["errors"], (str(route), body[:40], answer.text[:300])


def test_json_that_is_no_object_is_refused(
    ada: Person, with_body: list[tuple[Route, str, dict[str, Any]]]
) -> None:
    for route, path, _ in with_body:
        for body in NOT_OBJECTS:
            answer = send(ada, route, path, body)
            assert answer.status_code == 400, (str(route), body, answer.text[:300])
            assert answer.json()["errors"], (str(route), body, answer.text[:300])


def test_each_wrong_field_is_refused_by_name(
    ada: Person, with_body: list[tuple[Route, str, dict[str, Any]]]
) -> None:
    tried = 0
    for route, path, schema in with_body:
        for wrong in wrong_bodies(schema):
            answer = send(ada, route, path, json.dumps(wrong.body).encode())
            told = f"{route} with {wrong.field} {wrong.fault}: {answer.text[:300]}"
            tried += 1
            if "with NUL" in wrong.fault and answer.status_code in {401, 404}:
                continue  # nobody has this username or this id
            if "with NUL" in wrong.fault and wrong.field in SECRETS:
                continue  # any text is accepted there: it may be wrong, but it is not malformed
            if (wrong.field, answer.status_code) in {("content_type", 415), ("size", 413)}:
                continue  # the message already says everything
            assert answer.status_code in {400, 413}, told
            named = [error["field"] for error in answer.json()["errors"]]
            assert all(name.startswith(wrong.field) for name in named), told
            assert named, told
    assert tried > 150


def test_unknown_fields_are_refused_by_name(
    ada: Person, with_body: list[tuple[Route, str, dict[str, Any]]]
) -> None:
    for route, path, schema in with_body:
        body = {**sample_object(schema), "no_such_field": 1, "__proto__": {}}
        answer = send(ada, route, path, json.dumps(body).encode())
        assert answer.status_code == 400, (str(route), answer.text)
        named = {error["field"] for error in answer.json()["errors"]}
        assert {"no_such_field", "__proto__"} <= named, (str(route), answer.text)


def test_all_fields_at_fault_are_told_at_once(
    ada: Person, with_body: list[tuple[Route, str, dict[str, Any]]]
) -> None:
    for route, path, schema in with_body:
        if not schema["properties"]:
            continue
        body = {name: {} for name in schema["properties"]}  # no field may be an empty object
        answer = send(ada, route, path, json.dumps(body).encode())
        named = {error["field"].partition(".")[0] for error in answer.json()["errors"]}
        assert named == schema["properties"].keys(), (str(route), answer.text)


@pytest.mark.parametrize("charset", ["iso-8859-1", "utf-16", "windows-1252"])
def test_another_charset_is_refused_and_never_guessed_at(
    ada: Person, with_body: list[tuple[Route, str, dict[str, Any]]], charset: str
) -> None:
    for route, path, schema in with_body:
        body = json.dumps(sample_object(schema)).encode(charset)
        answer = send(ada, route, path, body, f"{JSON}; charset={charset}")
        assert answer.status_code == 415, (str(route), answer.text[:300])


def test_what_is_not_utf8_is_refused_by_name_and_never_stored_altered(anna: Person) -> None:
    for raw in ("Gr\u00fc\u00dfe".encode("latin-1"), b"\xff", b"\xed\xa0\x80", b"\\ud800"):
        answer = anna.call(
            "PATCH", "/me", data=b'{"bio": "' + raw + b'"}', headers={"Content-Type": JSON}
        )
        assert answer.status_code == 400
        assert [error["field"] for error in answer.json()["errors"]] == ["bio"]
    assert anna.me()["bio"] == ""


@pytest.mark.parametrize(
    "content_type",
    ["text/plain", "application/x-www-form-urlencoded", "multipart/mixed; boundary=x",
     "application/xml", "text/json", "json", "application/json2", "x" * 300, "; charset=utf-8"],
    ids=lambda content_type: content_type[:20],
)  # fmt: skip
def test_a_body_of_another_content_type_is_refused(
    ada: Person, with_body: list[tuple[Route, str, dict[str, Any]]], content_type: str
) -> None:
    for route, path, schema in with_body:
        body = json.dumps(sample_object(schema)).encode()
        answer = send(ada, route, path, body, content_type)
        assert answer.status_code == 415, (str(route), answer.text[:300])


@pytest.mark.parametrize(
    "content_type", ["application/json; charset=utf-8", "Application/JSON", "application/json;"]
)
def test_the_content_type_of_json_is_read_as_http_writes_it(
    nobody: Client, ada: Person, content_type: str
) -> None:
    body = json.dumps({"username": ada.username, "password": ada.password}).encode()
    headers = {"Content-Type": content_type}
    assert nobody.call("POST", "/login", data=body, headers=headers).status_code == 200


def test_a_body_without_a_content_type_is_never_a_failure(
    service: Service, ada: Person, with_body: list[tuple[Route, str, dict[str, Any]]]
) -> None:
    for route, path, _ in with_body:
        headers = {"Authorization": f"Bearer {ada.token}"}
        answer = send_raw(service, route.method, path, body=b"{", headers=headers)
        assert answer.status_code in {400, 415}, str(route)
        check_problem(answer)


def test_a_body_that_is_too_large_is_refused(
    ada: Person, with_body: list[tuple[Route, str, dict[str, Any]]]
) -> None:
    body = b'{"x": "' + b"a" * 11_000_000 + b'"}'
    for route, path, _ in with_body:
        answer = send(ada, route, path, body)
        assert answer.status_code in {400, 413}, (str(route), answer.text[:300])


def test_a_rebuild_takes_an_empty_object_or_nothing(ada: Person) -> None:
    for body in (b"{", b"[]", b'"x"', b"1", b"nul", b"\xff"):
        answer = ada.call("POST", "/feed", data=body, headers={"Content-Type": JSON})
        assert answer.status_code == 400, body


def test_strange_ids_are_unknown_on_every_route(service: Service, ada: Person) -> None:
    for route in routes(service.contract):
        for strange in STRANGE_IDS if route.in_path else ():
            answer = _send_strange(service, ada, route, strange)
            told = f"{route} of {strange[:60]}: {answer.status_code} {answer.text[:200]}"
            if route.method == "DELETE" and answer.status_code == 204:
                assert TAKES_BACK.fullmatch(route.template), told  # nothing was there: a success
                continue
            # A dot segment or a slash may turn it into another path, which has its own methods.
            assert answer.status_code in {400, 403, 404, 405, 413}, told
            assert answer.status_code != 403 or route.template.startswith("/feed"), told
            check_problem(answer)
            assert "X-Injected" not in answer.headers, told


def _send_strange(service: Service, ada: Person, route: Route, strange: str) -> Any:
    schema = body_schema(service.contract, route)
    return send_raw(
        service,
        route.method,
        route.path(**dict.fromkeys(route.in_path, strange)),
        body=json.dumps(sample_object(schema)).encode() if schema else None,
        headers={"Authorization": f"Bearer {ada.token}", "Content-Type": JSON},
    )


def test_strange_ids_in_bodies_are_unknown(ada: Person) -> None:
    for strange in ("x", "..", "a/b", "🙂", "\u202e", " ", "x" * 128, "01arz3ndektsv4rrffq69g5fav"):
        posted = ada.post("/posts", {"media_ids": [strange]})
        assert posted.status_code in {400, 404}, strange
        avatar = ada.patch("/me", {"avatar_media_id": strange})
        assert avatar.status_code in {400, 404}, strange
    for huge in ("x" * 129, "x" * 3000, "🙂" * 3000):
        assert ada.post("/posts", {"media_ids": [huge]}).status_code in {400, 404}
        assert ada.patch("/me", {"avatar_media_id": huge}).status_code in {400, 404}
    assert ada.patch("/me", {"avatar_media_id": ""}).status_code in {400, 404}


def test_a_wrong_query_is_refused_by_name(service: Service, ada: Person) -> None:
    tried = 0
    for route in routes(service.contract):
        path = route.path(**dict.fromkeys(route.in_path, ada.user_id))
        for parameter in route.parameters("query"):
            for value in wrong_queries(parameter["schema"]):
                answer = ada.get(path, params={parameter["name"]: value})
                told = f"{route} with {parameter['name']}={value[:40]}: {answer.text[:300]}"
                if "\0" in value and answer.status_code == 404:
                    continue  # a username that nobody has
                if answer.status_code == 413:
                    continue  # more than a gateway accepts
                assert answer.status_code == 400, told
                named = [error["field"] for error in answer.json()["errors"]]
                assert named == [parameter["name"]], told
                tried += 1
    assert tried > 40


def test_a_query_that_is_no_utf8_is_never_a_failure(service: Service, ada: Person) -> None:
    headers = {"Authorization": f"Bearer {ada.token}"}
    for query in ("cursor=%ff", "limit=%ff", "%ff=1", "cursor=%00", "cursor=%ed%a0%80", "=", "&&",
                  "limit", "limit=5&limit=6", "a" * 5000, "cursor=" + "%", "?limit=1"):  # fmt: skip
        for path in (f"/feed/{ada.user_id}", f"/users/{ada.user_id}/posts", "/users"):
            answer = send_raw(service, "GET", f"{path}?{query}", headers=headers)
            assert answer.status_code in {200, 400}, (path, query, answer.text[:200])
            if answer.status_code == 400:
                check_problem(answer)


def test_unknown_query_parameters_are_passed_over(ada: Person) -> None:
    assert ada.get("/me?no_such=1").status_code == 200
    assert ada.get(f"/feed/{ada.user_id}?no_such=1&limit=1").status_code == 200


def test_a_wrong_method_is_told_which_ones_there_are(service: Service, ada: Person) -> None:
    for template, operations in service.contract.document["paths"].items():
        served = {method.upper() for method in operations}
        path = re.sub(r"\{\w+\}", "x", template)
        for method in (*METHODS, "FOO"):
            if method in served:
                continue
            answer = ada.call(method, path, data=b"{}", headers={"Content-Type": JSON})
            assert answer.status_code == 405, f"{method} {path}: {answer.text[:200]}"
            allowed = {word.strip() for word in answer.headers["Allow"].split(",")}
            assert served <= allowed, f"{method} {path}: {allowed}"
            assert method not in allowed


@pytest.mark.parametrize(
    "path",
    ["/", "/nope", "/nope/x", "/signup/x", "/me/x", "/users/x/nope", "/posts", "/posts/x/y/z",
     "/media", "/feed", "/api/me", "/v1/me", "/ME", "/me.json", "/users/x/posts/y", "/robots.txt",
     "/favicon.ico", "/.env", "/admin", "/%", "/%00", "/%ff", "/é", "/" + "x" * 4000, "/a" * 500,
     "/cdn.js", "/openapi.yaml", "/docs/x"],
    ids=lambda path: ascii(path[:24]),
)  # fmt: skip
def test_an_unknown_path_is_not_found(nobody: Client, ada: Person, path: str) -> None:
    for client in (nobody, ada):
        answer = client.get(path)
        # An existing path with other methods says so.
        assert answer.status_code in ({405} if path in {"/posts", "/feed"} else {404}), answer.text


@pytest.mark.parametrize("target", ["//me", "/../me", "/./me", "/me/..", "/x/../me", "/me//", "*",
                                    "/me?", "/me#x", "/%6de", "//"])  # fmt: skip
def test_an_odd_request_target_is_never_a_failure(
    service: Service, ada: Person, target: str
) -> None:
    headers = {"Authorization": f"Bearer {ada.token}"}
    answer = send_raw(service, "GET", target, headers=headers)
    if answer.status_code == 200:
        assert answer.json()["user_id"] == ada.user_id
    else:
        check_problem(answer)


def test_an_idempotency_key_has_1_to_255_characters(service: Service, ada: Person) -> None:
    for key in ("", "x" * 256, "x" * 5000):
        answer = ada.post("/posts", {"media_ids": ["x"]}, headers={"Idempotency-Key": key})
        assert answer.status_code == 400, key[:10]
