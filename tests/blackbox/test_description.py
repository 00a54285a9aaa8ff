"""The service's description of itself: correct, complete, and readable without a network."""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from openapi_spec_validator import OpenAPIV31SpecValidator

from tests.blackbox.client import Client, Service
from tests.blackbox.contract import Contract
from tests.blackbox.people import Person

ROUTES = {
    "/signup": {"post"}, "/signup/confirm": {"post"}, "/signup/resend": {"post"},
    "/password/forgot": {"post"}, "/password/reset": {"post"}, "/login": {"post"},
    "/token": {"post"}, "/logout": {"post"}, "/me": {"get", "patch", "delete"},
    "/me/password": {"post"}, "/me/email": {"post"}, "/me/email/confirm": {"post"},
    "/me/username": {"post"}, "/me/export": {"get", "post"}, "/users": {"get"},
    "/users/{user_id}": {"get"}, "/users/{user_id}/posts": {"get"},
    "/users/{user_id}/followers": {"get"}, "/users/{user_id}/following": {"get"},
    "/users/{user_id}/follow": {"put", "delete"}, "/users/{user_id}/block": {"put", "delete"},
    "/users/{user_id}/mute": {"put", "delete"}, "/me/blocks": {"get"}, "/me/mutes": {"get"},
    "/me/follow-requests": {"get"}, "/me/follow-requests/{user_id}": {"put", "delete"},
    "/me/followers/{user_id}": {"delete"}, "/upload": {"post"}, "/media/{media_id}": {"get"},
    "/media/{media_id}/original": {"get"}, "/filters": {"get"},
    "/posts": {"post"}, "/posts/{post_id}": {"get", "patch", "delete"},
    "/like": {"post"}, "/posts/{post_id}/like": {"delete"}, "/posts/{post_id}/likes": {"get"},
    "/comment": {"post"}, "/posts/{post_id}/comments": {"get"},
    "/posts/{post_id}/comments/{comment_id}": {"delete"},
    "/feed/{user_id}": {"get"}, "/feed": {"post"},
    "/stories": {"get", "post"}, "/stories/{story_id}": {"get", "delete"},
    "/stories/{story_id}/view": {"post"}, "/stories/{story_id}/viewers": {"get"},
    "/users/{user_id}/stories": {"get"},
    "/health": {"get"}, "/openapi.json": {"get"}, "/docs": {"get"},
}  # fmt: skip
"""The API that clients were promised: routes do not appear or disappear by accident."""


@pytest.fixture(scope="module")
def contract(service: Service) -> Contract:
    """Return the description."""
    return service.contract


def operations(contract: Contract) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Return every path and method with its description."""
    for path, methods in contract.document["paths"].items():
        for method, operation in methods.items():
            yield path, method, operation


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


def test_the_service_has_the_promised_routes_and_no_others(contract: Contract) -> None:
    served = {(path, method) for path, method, _ in operations(contract)}
    promised = {(path, method) for path, methods in ROUTES.items() for method in methods}
    assert not served - promised, f"add to ROUTES here: {sorted(served - promised)}"
    assert not promised - served, f"in ROUTES here, and not served: {sorted(promised - served)}"


def test_every_schema_is_one_that_any_validator_can_read(contract: Contract) -> None:
    for name, schema in contract.document["components"]["schemas"].items():
        Draft202012Validator.check_schema(schema)
        # Patterns are ECMAScript's here, which has no \A and no \Z.
        assert not re.search(r'"pattern": "[^"]*\\[AZ]', str(schema).replace("'", '"')), name


def test_every_operation_has_a_name_of_its_own_and_says_what_it_does(contract: Contract) -> None:
    described = [operation for _, _, operation in operations(contract)]
    names = [operation["operationId"] for operation in described]
    assert len(set(names)) == len(names)
    assert all(operation["summary"].strip() for operation in described)


def test_the_routes_that_create_and_no_others_take_an_idempotency_key(contract: Contract) -> None:
    for path, method, operation in operations(contract):
        headers = {one["name"] for one in operation["parameters"] if one["in"] == "header"}
        creates = "201" in operation["responses"]
        assert creates == ("Idempotency-Key" in headers), f"{method.upper()} {path}"


def test_the_limits_of_all_lists_are_described(contract: Contract) -> None:
    for path, _, operation in operations(contract):
        limits = {one["name"]: one["schema"] for one in operation["parameters"]}
        assert ("limit" in limits) == ("cursor" in limits), path
        if limit := limits.get("limit"):
            most = 50 if path == "/feed/{user_id}" else 100
            assert (limit["minimum"], limit["maximum"], limit["default"]) == (1, most, 20), path


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


OF_A_MOMENT = {"confirm_sign_up", "reset_password", "refresh_tokens", "log_out", "delete_me",
               "create_story", "change_password", "change_email", "confirm_email"}  # fmt: skip
"""Bodies that hold a person's code, token or password, or a picture uploaded for a story: an
example of one cannot work by itself.
"""


@pytest.mark.local
def test_the_examples_of_bodies_work_once_they_name_what_is_there(
    contract: Contract, service: Service
) -> None:
    owner = Person(service)
    post_id = owner.publish()["post_id"]
    told = contract.document["components"]["schemas"]
    theirs = [told[name]["examples"][0][key]
              for name, key in (("PostView", "post_id"), ("MediaView", "media_id"))]  # fmt: skip
    tried = 0
    for path, methods in contract.document["paths"].items():
        for method, operation in methods.items():
            content = operation.get("requestBody", {}).get("content", {})
            example = content.get("application/json", {}).get("example")
            if example is None or operation["operationId"] in OF_A_MOMENT:
                continue
            body = json.dumps(example).replace(theirs[0], post_id)
            body = body.replace(theirs[1], owner.ready()) if theirs[1] in body else body
            answer = owner.call(method.upper(), path.format(post_id=post_id), json=json.loads(body))
            assert str(answer.status_code) in operation["responses"], answer.text
            assert answer.status_code < 300, f"{method} {path}: {answer.text}"
            tried += 1
    assert tried > 8
