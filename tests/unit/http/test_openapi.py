"""The OpenAPI document: valid, complete, and about the app that there is."""

import json
import re

import pytest
from jsonschema import Draft202012Validator, FormatChecker
from openapi_spec_validator import OpenAPIV31SpecValidator

from functions.about.texts import texts
from tests.unit.http.proxy import proxy_event

PROBLEM = "application/problem+json"


@pytest.fixture(scope="module")
def app(stage):
    from app import app

    return app


@pytest.fixture(scope="module")
def document(app):
    from functions.about.handlers import document

    return json.loads(json.dumps(document()))


@pytest.fixture(scope="module")
def operations(document):
    return [
        (path, method, operation)
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
    ]


def test_it_is_valid_openapi(document):
    assert document["openapi"] == "3.1.0"
    assert list(OpenAPIV31SpecValidator(document).iter_errors()) == []


def test_it_has_every_route_of_the_app_and_no_other(app, document):
    served = {
        (path, method.lower())
        for path, methods in app.routes.items()
        for method in methods
        if method not in ("OPTIONS", "HEAD")
    }
    described = {(p, method) for p, methods in document["paths"].items() for method in methods}
    assert described == served


def test_head_is_served_wherever_get_is(app):
    assert all(("GET" in methods) == ("HEAD" in methods) for methods in app.routes.values())


def test_every_path_of_the_app_answers_a_preflight(app):
    assert all("OPTIONS" in methods for methods in app.routes.values())


def test_every_operation_is_described(operations):
    for path, method, operation in operations:
        what = f"{method} {path}"
        assert operation["summary"].endswith("."), what
        assert operation["description"].endswith("."), what
        assert operation["tags"], what
        assert any(status.startswith("2") for status in operation["responses"]), what


def test_names_are_readable_their_own_and_no_words_of_a_language(operations):
    names = [operation["operationId"] for _, _, operation in operations]
    assert len(set(names)) == len(names)
    for name in names:
        assert re.fullmatch(r"[a-z]+(_[a-z]+)+", name), name  # no reserved word has two


def test_every_text_of_an_operation_parameter_or_schema_is_about_one_that_is_there(
    document, operations
):
    told = texts()
    assert told.operations.keys() == {one["operationId"] for _, _, one in operations}
    assert told.links.keys() <= told.operations.keys()
    parameters = [p for _, _, one in operations for p in one["parameters"]]
    assert told.parameters.keys() == {p["name"] for p in parameters if p["in"] != "header"}
    assert all(p["description"] and "example" in p for p in parameters)
    assert told.examples.keys() == document["components"]["schemas"].keys()
    assert list(told.tags) == list(dict.fromkeys(tag["name"] for tag in document["tags"]))
    assert {one["tags"][0] for _, _, one in operations} == told.tags.keys()


def test_every_path_parameter_is_declared(operations):
    for path, _, operation in operations:
        declared = {p["name"] for p in operation["parameters"] if p["in"] == "path"}
        assert declared == set(re.findall(r"{(\w+)}", path))


def nodes(at):
    """Every object of a document."""
    if isinstance(at, dict):
        yield at
        for inner in at.values():
            yield from nodes(inner)
    elif isinstance(at, list):
        for inner in at:
            yield from nodes(inner)


def resolved(document, node):
    """An object, its reference followed."""
    for part in node["$ref"].split("/")[1:] if "$ref" in node else ():
        document = document[part]
    return document if "$ref" in node else node


def test_every_reference_resolves(document):
    referred = {node["$ref"] for node in nodes(document) if isinstance(node.get("$ref"), str)}
    for one in referred:
        assert resolved(document, {"$ref": one})
    for kind in ("schemas", "responses", "headers"):
        named = {f"#/components/{kind}/{name}" for name in document["components"][kind]}
        assert named <= referred, kind


def test_refusals_are_problem_documents(document, operations):
    for _, _, operation in operations:
        for status, response in operation["responses"].items():
            if status[0] in "45":
                assert set(resolved(document, response)["content"]) == {PROBLEM}


@pytest.mark.parametrize("of", ["examples", "example"])
def test_every_example_is_one_that_its_schema_admits(document, of):
    for node in list(nodes(document)):
        given = node.get(of)
        schema = node.get("schema", node)
        if given is None or "properties" not in resolved(document, schema):
            continue
        whole = {**schema, "components": document["components"]}
        validator = Draft202012Validator(whole, format_checker=FormatChecker())
        for value in given if of == "examples" else [given]:
            assert list(validator.iter_errors(value)) == []


def test_every_schema_has_an_example_and_says_what_it_is(document):
    for name, schema in document["components"]["schemas"].items():
        assert schema["description"], name
        assert schema["examples"], name


def test_patterns_are_such_as_re2_and_ecmascript_read(document):
    patterns = {node["pattern"] for node in nodes(document) if isinstance(node.get("pattern"), str)}
    assert patterns
    for pattern in patterns:
        assert pattern.startswith("^")
        assert pattern.endswith("$")
        assert not re.search(r"\\[AZzpPkB1-9]|\(\?", pattern), pattern


def test_nothing_is_asked_for_that_may_be_left_out(document):
    for node in nodes(document):
        assert node.get("default", "") not in (None, [], {}), node
        if "enum" in node and "schema" not in node:
            assert node["type"] == "string", node
    for path, method in (("/me", "patch"), ("/feed", "post"), ("/posts/{post_id}", "patch")):
        assert not document["paths"][path][method]["requestBody"]["required"]
    assert document["paths"]["/posts"]["post"]["requestBody"]["required"]


def test_answers_have_all_their_fields(document):
    schemas = document["components"]["schemas"]
    required = {name: set(schema.get("required", ())) for name, schema in schemas.items()}
    assert {"version", "status"} <= required["Health"]
    assert {"url", "bytes", "expires_at"} <= required["ExportView"]
    assert "view_count" not in required["StoryView"]
    assert required["ProfileChanges"] == set()


def test_a_body_of_unknown_fields_is_refused_and_told_so(document):
    for path, methods in document["paths"].items():
        for operation in methods.values():
            for media in operation.get("requestBody", {}).get("content", {}).values():
                schema = resolved(document, media["schema"])
                if "properties" in schema:
                    assert schema["additionalProperties"] is False, path


@pytest.mark.parametrize(
    ("path", "method", "statuses"),
    [
        ("/health", "get", "200 304"),
        ("/docs", "get", "200"),
        ("/me", "get", "200 304 401"),
        ("/me", "patch", "200 400 401 404 409 413 415"),
        ("/login", "post", "200 400 401 403 409 413 415 429"),
        ("/signup", "post", "201 400 409 413 415 422 429"),
        ("/posts", "post", "201 400 401 404 409 413 415 422"),
        ("/posts/{post_id}", "get", "200 304 401 404"),
        ("/posts/{post_id}", "delete", "204 401 403 404"),
        ("/feed/{user_id}", "get", "200 304 400 401 403 404"),
        ("/me/export", "post", "202 401 429"),
    ],
)
def test_an_operation_promises_what_it_can_answer_and_no_more(document, path, method, statuses):
    found = document["paths"][path][method]["responses"]
    assert sorted(found) == sorted([*statuses.split(), "5XX"])


def test_answers_tell_their_headers(document):
    def headers(path, method, status):
        told = resolved(document, document["paths"][path][method]["responses"][status])
        return set(told["headers"])

    assert headers("/posts", "post", "201") == {"X-Request-Id", "Location"}
    assert headers("/comment", "post", "429") == {"X-Request-Id", "Retry-After"}
    assert headers("/feed/{user_id}", "get", "200") == {"X-Request-Id", "ETag", "Link"}
    assert headers("/feed/{user_id}", "get", "304") == {"X-Request-Id", "ETag"}
    assert headers("/filters", "get", "200") == {"X-Request-Id", "ETag"}
    assert headers("/me/blocks", "get", "401") == {"X-Request-Id"}
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            if "201" in operation["responses"]:
                assert "Location" in headers(path, method, "201")


def test_every_link_leads_to_an_operation_and_a_field_that_are_there(document, operations):
    by_name = {one["operationId"]: one for _, _, one in operations}
    linked = [
        (one, link)
        for _, _, one in operations
        for response in one["responses"].values()
        for link in resolved(document, response).get("links", {}).values()
    ]
    assert linked
    for one, link in linked:
        target = by_name[link["operationId"]]
        taken = {p["name"] for p in target["parameters"]}
        assert link.get("parameters", {}).keys() <= taken
        for expression in re.findall(r"\$response\.body#/[\w/]+", json.dumps(link)):
            assert field_of(document, one, expression.split("#/")[1].split("/"))


def field_of(document, operation, parts):
    """The schema of a field of an operation's answer."""
    (success,) = (r for status, r in operation["responses"].items() if status[0] == "2")
    at = resolved(document, success["content"]["application/json"]["schema"])
    for part in parts:
        at = resolved(document, at["items"] if part.isdigit() else at["properties"][part])
    return at


def test_it_is_served_below_the_stage_that_it_is_asked_at(app):
    for path, url in (("/openapi.json", "/"), ("/prod/openapi.json", "/prod")):
        event = proxy_event("GET", "/openapi.json")
        event["requestContext"]["path"] = path
        given = json.loads(app(event, None)["body"])
        assert [server["url"] for server in given["servers"]] == [url]


def test_a_token_is_asked_for_exactly_where_the_app_checks_one(app, operations):
    for path, method, operation in operations:
        route = app.routes[path][method.upper()]
        assert bool(operation["security"]) == (route.authorizer is not None), path


def test_what_the_api_promises_without_a_token_is_open(operations):
    opened = {f"{method} {path}" for path, method, one in operations if not one["security"]}
    assert {
        "post /signup", "post /signup/confirm", "post /signup/resend", "post /password/forgot",
        "post /password/reset", "post /login", "post /token", "get /health", "get /openapi.json",
        "get /docs",
    } <= opened  # fmt: skip
    assert "get /me" not in opened


def test_lists_say_which_part_may_be_asked_for(document):
    parameters = document["paths"]["/users/{user_id}/posts"]["get"]["parameters"]
    limit = next(p for p in parameters if p["name"] == "limit")
    assert (limit["schema"]["minimum"], limit["schema"]["maximum"]) == (1, 100)
    assert not limit["required"]
    name = next(p for p in document["paths"]["/users"]["get"]["parameters"])
    assert (name["name"], name["required"]) == ("username", True)


def test_what_creates_takes_an_idempotency_key(document):
    for path in ("/posts", "/upload", "/signup"):
        names = [p["name"] for p in document["paths"][path]["post"]["parameters"]]
        assert "Idempotency-Key" in names


def test_an_upload_takes_a_picture_a_form_or_json(document):
    content = document["paths"]["/upload"]["post"]["requestBody"]["content"]
    assert list(content) == [
        "multipart/form-data", "application/json", "application/octet-stream", "image/*",
    ]  # fmt: skip
    for kind in ("application/octet-stream", "image/*"):
        assert content[kind]["schema"] == {"type": "string", "format": "binary"}
    form = resolved(document, content["multipart/form-data"]["schema"])
    assert form["properties"]["file"]["format"] == "binary"
    assert form["required"] == ["file"]
