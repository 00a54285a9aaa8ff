"""The OpenAPI document: valid, complete, and about the app that there is."""

import json
import re

import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator


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
        if method != "OPTIONS"
    }
    described = {(p, method) for p, methods in document["paths"].items() for method in methods}
    assert described == served


def test_every_path_of_the_app_answers_a_preflight(app):
    assert all("OPTIONS" in methods for methods in app.routes.values())


def test_every_operation_is_described(operations):
    for path, method, operation in operations:
        what = f"{method} {path}"
        assert operation["summary"].endswith("."), what
        assert operation["tags"], what
        assert any(status.startswith("2") for status in operation["responses"]), what
    names = [operation["operationId"] for _, _, operation in operations]
    assert len(set(names)) == len(names)


def test_every_path_parameter_is_declared(operations):
    for path, _, operation in operations:
        declared = {p["name"] for p in operation["parameters"] if p["in"] == "path"}
        assert declared == set(re.findall(r"{(\w+)}", path))


def test_every_reference_resolves(document):
    text = json.dumps(document)
    referred = set(re.findall(r'"\$ref": "#/components/schemas/([^"]+)"', text))
    assert referred <= set(document["components"]["schemas"])
    assert text.count('"$ref"') == len(re.findall(r'"\$ref": "#/components/schemas/', text))


def test_refusals_are_problem_documents(operations):
    for _, _, operation in operations:
        for status, response in operation["responses"].items():
            if status.startswith("4"):
                assert set(response["content"]) == {"application/problem+json"}


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


def test_an_upload_takes_a_picture_or_json(document):
    content = document["paths"]["/upload"]["post"]["requestBody"]["content"]
    assert set(content) == {"image/*", "application/json"}
