"""The service's description of itself: right, whole, and readable without a network."""

import re

import pytest
from jsonschema import Draft202012Validator
from openapi_spec_validator import OpenAPIV31SpecValidator

from tests.blackbox.client import Client, Service
from tests.blackbox.contract import Contract

ROUTES = {
    "/signup": {"post"}, "/signup/confirm": {"post"}, "/signup/resend": {"post"},
    "/password/forgot": {"post"}, "/password/reset": {"post"}, "/login": {"post"},
    "/token": {"post"}, "/logout": {"post"}, "/me": {"get", "patch"}, "/users": {"get"},
    "/users/{user_id}": {"get"}, "/users/{user_id}/posts": {"get"},
    "/users/{user_id}/followers": {"get"}, "/users/{user_id}/following": {"get"},
    "/users/{user_id}/follow": {"put", "delete"}, "/users/{user_id}/block": {"put", "delete"},
    "/users/{user_id}/mute": {"put", "delete"}, "/me/blocks": {"get"}, "/me/mutes": {"get"},
    "/me/follow-requests": {"get"}, "/me/follow-requests/{user_id}": {"put", "delete"},
    "/me/followers/{user_id}": {"delete"}, "/upload": {"post"}, "/media/{media_id}": {"get"},
    "/posts": {"post"}, "/posts/{post_id}": {"get", "patch", "delete"}, "/feed/{user_id}": {"get"},
    "/stories": {"get", "post"}, "/stories/{story_id}": {"delete"},
    "/stories/{story_id}/view": {"post"}, "/stories/{story_id}/viewers": {"get"},
    "/users/{user_id}/stories": {"get"},
    "/feed": {"post"}, "/health": {"get"}, "/openapi.json": {"get"}, "/docs": {"get"},
}  # fmt: skip
CREATING = {"/signup": "post", "/upload": "post", "/posts": "post", "/stories": "post"}


@pytest.fixture(scope="module")
def contract(service: Service) -> Contract:
    """The description."""
    return service.contract


@pytest.mark.smoke
def test_the_service_is_well_and_tells_its_version(nobody: Client) -> None:
    answer = nobody.get("/health")
    assert answer.status_code == 200
    assert answer.json()["status"] == "ok"
    assert re.fullmatch(r"\d+\.\d+\.\d+\S*", answer.json()["version"])


@pytest.mark.smoke
def test_the_description_is_valid_openapi_3_1(contract: Contract) -> None:
    assert contract.document["openapi"].startswith("3.1.")
    OpenAPIV31SpecValidator(contract.document).validate()


def test_the_description_and_the_service_have_one_version(
    nobody: Client, contract: Contract
) -> None:
    assert nobody.get("/health").json()["version"] == contract.document["info"]["version"]


def test_every_route_of_the_contract_is_described(contract: Contract) -> None:
    for path, methods in ROUTES.items():
        assert contract.document["paths"].get(path, {}).keys() >= methods, path


def test_every_schema_is_one_that_any_validator_can_read(contract: Contract) -> None:
    for name, schema in contract.document["components"]["schemas"].items():
        Draft202012Validator.check_schema(schema)
        # Patterns are ECMAScript's there: it has no \A and no \Z.
        assert not re.search(r'"pattern": "[^"]*\\[AZ]', str(schema).replace("'", '"')), name


def test_every_operation_has_a_name_of_its_own_and_says_what_it_does(contract: Contract) -> None:
    operations = [one for path in contract.document["paths"].values() for one in path.values()]
    names = [operation["operationId"] for operation in operations]
    assert len(set(names)) == len(names)
    assert all(operation["summary"].strip() for operation in operations)


def test_creating_routes_take_an_idempotency_key(contract: Contract) -> None:
    for path, method in CREATING.items():
        parameters = contract.document["paths"][path][method]["parameters"]
        assert "Idempotency-Key" in {one["name"] for one in parameters if one["in"] == "header"}


def test_the_limits_of_lists_are_described(contract: Contract) -> None:
    for path, most in (
        ("/feed/{user_id}", 50),
        ("/users/{user_id}/posts", 100),
        ("/users/{user_id}/followers", 100),
        ("/users/{user_id}/following", 100),
    ):
        parameters = contract.document["paths"][path]["get"]["parameters"]
        limit = next(one["schema"] for one in parameters if one["name"] == "limit")
        assert (limit["minimum"], limit["maximum"], limit["default"]) == (1, most, 20)


def test_how_much_an_upload_takes_is_described(contract: Contract) -> None:
    upload = contract.document["paths"]["/upload"]["post"]
    told = f"{upload['summary']} {upload.get('description', '')} {upload['requestBody']}"
    sizes = [int(size.replace(",", "")) for size in re.findall(r"([\d,]+) bytes", told)]
    assert 20 * 1024 * 1024 in sizes, told
    assert any(4_000_000 <= size <= 6_000_000 for size in sizes), told


def test_the_page_shows_every_route_without_asking_another_host(
    nobody: Client, service: Service
) -> None:
    answer = nobody.get("/docs")
    assert answer.headers["Content-Type"].startswith("text/html")
    foreign = [
        url
        for url in re.findall(r"(?:src|href)\s*=\s*[\"']?(?:https?:)?//[^\"'\s>]+", answer.text)
        if service.base_url not in url
    ]
    assert not foreign
    assert "openapi.json" in answer.text
