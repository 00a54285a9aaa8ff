"""The HTTP edge: what is taken, what is refused and how that is told."""

import pytest

from functions.errors import Unauthorized
from functions.inputs import MAX_JSON_BYTES
from tests.unit.proxy import REQUEST_ID, call
from tests.unit.toy import toy_app


@pytest.fixture(scope="module")
def app(stage):
    return toy_app()


def thing(app, thing_id="t1", **more):
    return call(app, "GET", f"/things/{thing_id}", route="/things/{thing_id}", thing_id=thing_id,
                **more)  # fmt: skip


def make(app, body, **more):
    return call(app, "POST", "/things", body=body, **more)


def assert_problem(answer, status, title):
    assert answer.status == status
    assert answer.headers["content-type"] == "application/problem+json"
    document = answer.json
    assert (document["status"], document["title"]) == (status, title)
    assert document["error"] == document["detail"]
    assert document["type"].startswith("/problems/")
    return document


def test_a_handler_is_given_the_caller_and_its_struct_becomes_json(app):
    answer = thing(app, viewer="bob")
    assert (answer.status, answer.json) == (200, {"name": "t1", "by": "bob"})
    assert answer.headers["content-type"] == "application/json"


def test_every_answer_carries_the_request_id_and_the_security_headers(app):
    for answer in (thing(app), make(app, {}), call(app, "GET", "/boom")):
        assert answer.headers["x-request-id"] == REQUEST_ID
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["strict-transport-security"].startswith("max-age=")
        assert answer.headers["cache-control"] == "private, no-cache"


def test_a_handlers_own_headers_win(app):
    answer = call(app, "GET", "/open", viewer=None)
    assert answer.body == "plain"
    assert answer.headers["cache-control"] == "public"


def test_an_answer_has_the_status_of_its_route(app):
    assert make(app, {"name": "new"}).status == 201
    removed = call(app, "DELETE", "/things/t1", route="/things/{thing_id}", thing_id="t1")
    assert (removed.status, removed.body) == (204, "")


@pytest.mark.parametrize("thing_id", ["", "a b", "a/b", "é", "x" * 129, "a\n", "<script>", "%"])
def test_an_id_that_cannot_be_one_is_not_found(app, thing_id):
    assert_problem(thing(app, thing_id), 404, "Not found")


@pytest.mark.parametrize("thing_id", ["x" * 128, "a.b-c_d:e", "01ARZ3NDEKTSV4RRFFQ69G5FAV"])
def test_an_id_that_could_be_one_is_looked_for(app, thing_id):
    assert thing(app, thing_id).json["name"] == thing_id


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "name"),
        ({"name": 1}, "name"),
        ({"name": ""}, "name"),
        ({"name": "x", "parts": [{"size": 1}, {"size": 0}]}, "parts[1].size"),
        ({"name": "x", "parts": [{}]}, "parts[0].size"),
    ],
)
def test_the_input_field_at_fault_is_named(app, body, field):
    document = assert_problem(make(app, body), 400, "Invalid request")
    [error] = document["errors"]
    assert error["field"] == field
    assert error["message"]


def test_a_body_that_is_wrong_as_a_whole_is_named_as_such(app):
    document = assert_problem(make(app, [1]), 400, "Invalid request")
    assert [error["field"] for error in document["errors"]] == ["body"]


@pytest.mark.parametrize("body", ["", "{", "nonsense", '{"name": "x"} more', '{"name": "\\ud800"}'])
def test_a_body_that_is_not_json_is_refused(app, body):
    assert_problem(make(app, body), 400, "Invalid request")


def test_a_json_body_that_is_too_large_is_refused_before_it_is_parsed(app):
    assert_problem(make(app, "[" * (MAX_JSON_BYTES + 1)), 413, "Too large")


def test_another_content_type_is_refused_and_told_what_is_taken(app):
    answer = make(app, "name=x", headers={"content-type": "application/x-www-form-urlencoded"})
    assert "application/json" in assert_problem(answer, 415, "Unsupported type")["detail"]


@pytest.mark.parametrize("kind", ["application/json; charset=utf-8", "APPLICATION/JSON"])
def test_json_is_known_with_parameters_and_in_any_case(app, kind):
    assert make(app, {"name": "x"}, headers={"content-type": kind}).status == 201


def test_a_route_may_take_pictures_beside_json(app):
    sent = call(app, "POST", "/pictures", body="bytes", headers={"content-type": "image/x-odd"})
    assert sent.json["name"] == "image/x-odd 5"
    assert call(app, "POST", "/pictures", body={"name": "json"}).json["name"] == "json"
    refused = call(app, "POST", "/pictures", body="x", headers={"content-type": "text/plain"})
    assert (
        "image/* or application/json" in assert_problem(refused, 415, "Unsupported type")["error"]
    )


@pytest.mark.parametrize("query", [{"limit": "0"}, {"limit": "101"}, {"limit": "x"}, {"limit": ""}])
def test_a_query_parameter_at_fault_is_named(app, query):
    document = assert_problem(call(app, "GET", "/things", query=query), 400, "Invalid request")
    assert [error["field"] for error in document["errors"]] == ["limit"]


def test_query_parameters_have_their_defaults_and_unknown_ones_are_let_be(app):
    assert call(app, "GET", "/things").json["items"][0]["name"] == "20"
    answer = call(app, "GET", "/things", query={"limit": "100", "utm_source": "mail"})
    assert answer.json["items"][0]["name"] == "100"


def test_a_page_links_to_the_next_with_the_same_query(app):
    answer = call(
        app, "GET", "/things", query={"limit": "5"}, headers={"x-forwarded-proto": "https"}
    )
    expected = '<https://api.test/api/things?limit=5&cursor=next+one>; rel="next"'
    assert answer.headers["link"] == expected


def test_what_a_handler_refuses_becomes_its_problem(app):
    refused = call(app, "GET", "/refused/forbidden", route="/refused/{why}", why="forbidden")
    assert assert_problem(refused, 403, "Forbidden")["detail"] == "Not yours."
    busy = call(app, "GET", "/refused/busy", route="/refused/{why}", why="busy")
    assert_problem(busy, 429, "Too many requests")
    assert busy.headers["retry-after"] == "7"


def test_an_unforeseen_error_is_a_500_that_tells_nothing_and_is_logged(app, caplog):
    answer = call(app, "GET", "/boom")
    document = assert_problem(answer, 500, "Internal error")
    assert "secret" not in answer.body
    assert "Traceback" not in answer.body
    assert document["type"] == "/problems/internal-error"
    [logged] = [record for record in caplog.records if record.exc_info]
    assert "a secret of the inside" in str(logged.exc_info[1])


@pytest.mark.parametrize(
    ("error", "status", "title"),
    [
        (Unauthorized("Who?"), 401, "Unauthorized"),
        pytest.param(
            RuntimeError("a secret"), 500, "Internal error"
        ),
    ],
)  # fmt: skip
def test_what_fails_before_the_handler_is_a_problem_too(error, status, title):
    app = toy_app()

    def broken(*_):
        raise error

    app.register_middleware(broken, "http")
    answer = thing(app)
    assert_problem(answer, status, title)
    assert "secret" not in answer.body
    assert answer.headers["x-request-id"] == REQUEST_ID


def test_a_method_that_a_path_has_not_is_told_with_those_it_has(app):
    answer = call(app, "PATCH", "/things/t1", route="/things/{thing_id}", thing_id="t1")
    assert_problem(answer, 405, "Method not allowed")
    assert "GET" in answer.headers["allow"]
