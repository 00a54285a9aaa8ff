"""The HTTP edge: what is taken, what is refused and how that is told."""

import pytest
from chalice.app import Response

from functions.aws.errors import Contended
from functions.errors import Unauthorized
from functions.http.faults import LONGEST_NAME, MOST_TOLD, NOT_UTF8, SURROGATE
from functions.http.inputs import MAX_JSON_BYTES
from tests.unit.http.proxy import REQUEST_ID, call
from tests.unit.http.toy import toy_app


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
        ({"name": "x", "kind": "odd"}, "kind"),
        ({"name": "x\n"}, "name"),
        ({"name": "x", "other": 1}, "other"),
        ({"name": "x", "parts": [{"size": 1, "other": 1}]}, "parts[0].other"),
    ],
)
def test_the_input_field_at_fault_is_named(app, body, field):
    document = assert_problem(make(app, body), 400, "Invalid request")
    [error] = document["errors"]
    assert error["field"] == field
    assert error["message"]


def test_all_fields_at_fault_are_told_at_once_in_words_of_ours(app):
    parts = [{"size": 0}, {"size": "x", "odd": 1}, 5]
    given = {"parts": parts, "kind": 3, "is_new": "yes", "colour": 1}
    document = assert_problem(make(app, given), 400, "Invalid request")
    assert {error["field"]: error["message"] for error in document["errors"]} == {
        "name": "is missing",
        "parts[0].size": "has to be a whole number of at least 1",
        "parts[1].size": "has to be a whole number of at least 1",
        "parts[1].odd": "is not a field of this request",
        "parts[2]": "has to be an object",
        "kind": "has to be one of big, small or null",
        "is_new": "has to be true or false",
        "colour": "is not a field of this request",
    }
    assert all(error["field"] in document["detail"] for error in document["errors"])


def test_no_more_than_some_faults_are_told(app):
    document = make(app, {f"odd_{n}": n for n in range(1000)}).json
    assert len(document["errors"]) == MOST_TOLD
    long = make(app, {"name": "x", "o" * 10_000: 1}).json
    assert len(long["errors"][0]["field"]) == LONGEST_NAME


def test_a_body_that_is_wrong_as_a_whole_is_named_as_such(app):
    document = assert_problem(make(app, [1]), 400, "Invalid request")
    assert [error["field"] for error in document["errors"]] == ["body"]


@pytest.mark.parametrize("body", ["", "{", "nonsense", '{"name": "x"} more', '{"name": "\\ud800"}'])
def test_a_body_that_is_not_json_is_refused(app, body):
    assert_problem(make(app, body), 400, "Invalid request")


@pytest.mark.parametrize(
    ("body", "field", "message"),
    [
        ('{"name": "\\ud800"}', "name", SURROGATE),
        ('{"name": "x", "kind": "\\udc00\\ud800"}', "kind", SURROGATE),
        ('{"name": "x", "parts": [{"size": "\\ud800"}]}', "parts[0].size", SURROGATE),
        ('{"name": "\ufffd"}', "name", NOT_UTF8),
        ('{"name": 1, "\ufffd": 1}', "body", NOT_UTF8),
        ('{"name": "x\\uFFFDy"}', "name", NOT_UTF8),
        ("nonsense", "body", "is not JSON: it goes wrong at character 1"),
        ('{"name": NaN}', "body", "is not JSON"),
        ("[" * 100_000, "body", "is nested too deeply"),
    ],
)
def test_text_that_could_not_be_kept_is_refused_by_name(app, body, field, message):
    document = assert_problem(make(app, body), 400, "Invalid request")
    assert document["errors"] == [{"field": field, "message": message}]


def test_a_backslash_before_the_letters_of_an_escape_is_text(app):
    assert make(app, '{"name": "\\\\ufffd"}').status == 201


def test_bytes_that_are_not_utf8_are_refused_and_never_guessed_at(app):
    sent = '{"name": "é"}'.encode("latin-1")
    document = assert_problem(call(app, "POST", "/things", binary=sent), 400, "Invalid request")
    assert document["errors"] == [{"field": "name", "message": NOT_UTF8}]


@pytest.mark.parametrize("charset", ["latin-1", '"ISO-8859-1"', "utf-16", "x"])
def test_json_in_another_charset_is_refused(app, charset):
    headers = {"content-type": f"application/json; charset={charset}"}
    document = assert_problem(make(app, {"name": "x"}, headers=headers), 415, "Unsupported type")
    assert "UTF-8" in document["detail"]


def test_a_json_body_that_is_too_large_is_refused_before_it_is_parsed(app):
    assert_problem(make(app, "[" * (MAX_JSON_BYTES + 1)), 413, "Too large")


def test_another_content_type_is_refused_and_told_what_is_taken(app):
    answer = make(app, "name=x", headers={"content-type": "application/x-www-form-urlencoded"})
    assert "application/json" in assert_problem(answer, 415, "Unsupported type")["detail"]


@pytest.mark.parametrize(
    "kind",
    ["application/json; charset=utf-8", 'application/json;charset="UTF-8"', "APPLICATION/JSON"],
)
def test_json_is_known_with_parameters_and_in_any_case(app, kind):
    assert make(app, {"name": "x"}, headers={"content-type": kind}).status == 201


def test_a_route_may_take_pictures_beside_json(app):
    sent = call(app, "POST", "/pictures", body="bytes", headers={"content-type": "image/x-odd"})
    assert sent.json["name"] == "image/x-odd 5"
    assert call(app, "POST", "/pictures", body={"name": "json"}).json["name"] == "json"
    refused = call(app, "POST", "/pictures", body="x", headers={"content-type": "text/plain"})
    assert (
        "image/* or multipart/form-data or application/json"
        in assert_problem(refused, 415, "Unsupported type")["error"]
    )


def form(*parts, boundary="bound"):
    """A multipart/form-data body of names and contents, and its content type."""
    head = 'Content-Disposition: form-data; name="{}"{}\r\n\r\n'
    body = b"".join(
        f"--{boundary}\r\n{head.format(name, more)}".encode() + content + b"\r\n"
        for name, content, more in parts
    )
    content_type = f"multipart/form-data; boundary={boundary}"
    return body + f"--{boundary}--\r\n".encode(), {"content-type": content_type}


def send_form(app, *parts):
    body, headers = form(*((*part, "")[:3] for part in parts))
    return call(app, "POST", "/pictures", binary=body, headers=headers)


ANY_BYTES = bytes(range(256)) * 4
FILE = ("file", ANY_BYTES, '; filename="a.jpg"\r\nContent-Type: image/jpeg')


def test_a_form_brings_a_file_and_fields_in_any_order(app):
    assert send_form(app, FILE).json["name"] == "big 1024 True"
    assert send_form(app, FILE, ("kind", b"small")).json["name"] == "small 1024 True"
    assert send_form(app, ("is_new", b"False"), FILE).json["name"] == "big 1024 False"
    assert send_form(app, ("file", ANY_BYTES)).json["name"] == "big 1024 True"


@pytest.mark.parametrize(
    ("parts", "field"),
    [
        ((), "file"),
        ((FILE, FILE), "file"),
        ((FILE, ("kind", b"odd")), "kind"),
        ((FILE, ("is_new", b"maybe")), "is_new"),
        ((FILE, ("other", b"1")), "other"),
        (tuple((f"p{n}", b"1") for n in range(50)), "body"),
    ],
)
def test_a_form_is_refused_by_its_field(app, parts, field):
    document = assert_problem(send_form(app, *parts), 400, "Invalid request")
    assert [error["field"] for error in document["errors"]] == [field]


@pytest.mark.parametrize("boundary", ["; boundary=other", "", "; boundary=", "; boundary=\xff"])
def test_what_only_says_that_it_is_a_form_is_refused(app, boundary):
    body, _ = form(("file", b"x", ""))
    headers = {"content-type": f"multipart/form-data{boundary}"}
    answer = call(app, "POST", "/pictures", binary=body, headers=headers)
    document = assert_problem(answer, 400, "Invalid request")
    assert [error["field"] for error in document["errors"]] == ["body"]


def test_a_form_is_taken_only_where_a_route_declares_one(app):
    body, headers = form(("name", b"x", ""))
    assert call(app, "POST", "/things", binary=body, headers=headers).status == 415


def test_what_was_created_has_its_place(app):
    made = make(app, {"name": "x"})
    assert made.headers["location"] == f"/api/things/{made.json['thing_id']}"


def test_head_answers_as_get_does(app):
    for path, more in (("/things/t1", {"thing_id": "t1"}), ("/things", {"query": {"limit": "5"}})):
        route = "/things/{thing_id}" if "thing_id" in more else path
        get, head = (call(app, method, path, route=route, **more) for method in ("GET", "HEAD"))
        assert (head.status, head.headers) == (get.status, get.headers)
    known = {"if-none-match": get.headers["etag"]}
    assert call(app, "HEAD", "/things", query={"limit": "5"}, headers=known).status == 304
    assert call(app, "HEAD", "/things", query={"limit": "0"}).status == 400


@pytest.mark.parametrize("kind", ["image/gif", "text/plain", "x", "multipart/form-data"])
def test_a_preflight_is_answered_whatever_it_is_labelled(app, kind):
    answer = call(app, "OPTIONS", "/things", viewer=None, headers={"content-type": kind})
    assert answer.status == 204


@pytest.mark.parametrize(("status", "title"), [(401, "Unauthorized"), (415, "Unsupported type"),
                                               (418, "Internal error")])  # fmt: skip
def test_what_chalice_refuses_itself_is_told_as_its_kind(status, title):
    app = toy_app()
    told = Response({"Code": "Some", "Message": "Chalice's own words"}, status_code=status)
    app.register_middleware(lambda *_: told, "http")
    answer = thing(app)
    assert_problem(answer, status if status < 416 else 500, title)
    assert "Chalice" not in answer.body


@pytest.mark.parametrize("query", [{"limit": "0"}, {"limit": "101"}, {"limit": "x"}, {"limit": ""}])
def test_a_query_parameter_at_fault_is_named(app, query):
    document = assert_problem(call(app, "GET", "/things", query=query), 400, "Invalid request")
    assert [error["field"] for error in document["errors"]] == ["limit"]


def test_query_parameters_have_their_defaults_and_unknown_ones_are_let_be(app):
    assert call(app, "GET", "/things").json["items"][0]["name"] == "20"
    answer = call(app, "GET", "/things", query={"limit": "100", "utm_source": "mail"})
    assert answer.json["items"][0]["name"] == "100"


def test_a_page_links_to_the_next_with_the_same_query(app):
    answer = call(app, "GET", "/things", query={"limit": "5"}, headers={"host": "evil.test"})
    assert answer.headers["link"] == '<?limit=5&cursor=next+one>; rel="next"'


def test_what_a_handler_refuses_becomes_its_problem(app):
    refused = call(app, "GET", "/refused/forbidden", route="/refused/{why}", why="forbidden")
    assert assert_problem(refused, 403, "Forbidden")["detail"] == "Not yours."
    busy = call(app, "GET", "/refused/busy", route="/refused/{why}", why="busy")
    assert_problem(busy, 429, "Too many requests")
    assert busy.headers["retry-after"] == "7"


def test_a_contended_item_is_a_429_that_may_be_tried_again(app):
    contended = call(app, "GET", "/refused/contended", route="/refused/{why}", why="contended")
    assert_problem(contended, 429, "Too many requests")
    assert contended.headers["retry-after"] == "1"


def test_a_contended_item_in_a_middleware_is_a_429_too():
    def contend(request, get_response):
        raise Contended("a profile")

    app = toy_app()
    app.register_middleware(contend, "http")
    contended = call(app, "GET", "/things")
    assert_problem(contended, 429, "Too many requests")


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
