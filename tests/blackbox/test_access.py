"""Tests of every route of the description, with every kind of viewer and author.

The cells are made from the description. The expected answers follow from the rules in `access.py`.
The answer about a hidden thing is the same as about one that never existed.
"""

import re
from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest
from requests import Response

from tests.blackbox.access import (
    AUTHORS,
    RULES,
    VIEWERS,
    WITHOUT_TOKEN,
    Answer,
    Author,
    Viewer,
    audience_of,
    expected,
    sees,
)
from tests.blackbox.client import Client, Service
from tests.blackbox.scene import Scene

BODIES: dict[str, dict[str, str]] = {
    "POST /like": {"post_id": "{post_id}"},
    "POST /comment": {"post_id": "{post_id}", "text": "hello"},
    "PATCH /posts/{post_id}": {"caption": "changed"},
}
"""The bodies for routes that take one and concern an author's things."""
WHAT_TO_ADD = (
    "{route} has no expectation. Say whom it is for: add a rule to RULES in "
    "tests/blackbox/access.py; what its path names must be in Scene.names "
    "(tests/blackbox/scene.py), and its body, if it takes one, in BODIES (here)."
)
STAYS = (
    "GET /media/{media_id}",
    "GET /media/{media_id}/original",
    "DELETE /posts/{post_id}/comments/{comment_id}",
)
"""Routes at which the owner keeps access to things of a deleted post until all of it is deleted."""


@pytest.fixture(scope="module")
def scenes(service: Service) -> Any:
    """Make a scene for each author, shared by all tests that change nothing."""
    return cache(lambda author: Scene(service, author))


def routes_of(service: Service) -> Iterator[tuple[str, dict[str, Any]]]:
    """Return every route with its description."""
    for path, methods in service.contract.document["paths"].items():
        for method, operation in methods.items():
            yield f"{method.upper()} {path}", operation


def test_every_route_has_an_expectation(service: Service, scenes: Any) -> None:
    names = scenes("public").names
    for route, operation in routes_of(service):
        audience = audience_of(route)
        assert audience is not None, WHAT_TO_ADD.format(route=route)
        named = {one["name"] for one in operation["parameters"] if one["in"] == "path"}
        assert named <= names.keys(), WHAT_TO_ADD.format(route=route)
        about_somebody = audience not in ("anybody", "caller")
        has_body = "requestBody" in operation
        assert not (about_somebody and has_body) or route in BODIES, WHAT_TO_ADD.format(route=route)


def test_what_is_for_anybody_and_nothing_else_is_open(service: Service) -> None:
    for route, operation in routes_of(service):
        assert (audience_of(route) == "anybody") == (not operation["security"]), route


def test_what_is_said_of_routes_is_said_of_routes_that_are_there(service: Service) -> None:
    routes = {route for route, _ in routes_of(service)}
    assert not {*BODIES, *STAYS} - routes, "take it out of BODIES or STAYS here"
    for pattern, _ in RULES:
        used = any(re.fullmatch(pattern, route) for route in routes)
        assert used, f"take the rule {pattern!r} out of tests/blackbox/access.py"


@pytest.mark.parametrize("author", AUTHORS)
def test_every_route_answers_everybody_as_the_rules_say(
    service: Service, scenes: Any, author: Author
) -> None:
    wrong: list[str] = []
    for route, operation in routes_of(service):
        audience = audience_of(route)
        assert audience is not None, WHAT_TO_ADD.format(route=route)
        own: Scene | None = None
        for viewer in VIEWERS:
            wanted = expected(route, audience, viewer, author)
            scene = scenes(author)
            changes = not route.startswith("GET ") and wanted == "done"
            if changes and author != "deleted":
                scene = own = own or Scene(service, author)
            answer = ask(scene.viewer(viewer), route, operation, scene.names)
            if not fits(answer, wanted, operation) and not stays(route, viewer, author):
                wrong.append(f"{route}, {viewer} of {author}: {answer.status_code}, not {wanted}")
            if wanted == 404:
                never = ask(scene.viewer(viewer), route, operation, scene.unknown())
                if told(answer) != told(never) and not stays(route, viewer, author):
                    wrong.append(f"{route}, {viewer} of {author}: told apart from what never was")
    assert not wrong, "\n".join(wrong)


def may_have(viewer: Viewer, author: Author) -> bool:
    """Return whether a viewer may get what opens the author's media."""
    return viewer == "owner" or (viewer not in WITHOUT_TOKEN and sees(viewer, author))


def stays(route: str, viewer: Viewer, author: Author) -> bool:
    """Return whether an owner may still see a deleted thing."""
    return (viewer, author) == ("owner", "deleted") and route in STAYS


def ask(client: Client, route: str, operation: dict[str, Any], names: dict[str, str]) -> Response:
    """Request a thing by its name."""
    method, path = route.split(" ")
    query = {
        one["name"]: names[one["name"]]
        for one in operation["parameters"]
        if one["in"] == "query" and one["required"]
    }
    body = None
    if "requestBody" in operation:
        body = {name: text.format(**names) for name, text in BODIES.get(route, {}).items()}
    return client.call(method, path.format(**names), json=body, params=query)


def fits(answer: Response, wanted: Answer, operation: dict[str, Any]) -> bool:
    """Return whether an answer is the expected one."""
    status = answer.status_code
    if wanted == "answered":
        return status < 500 and status not in (401, 403, 404)
    if wanted == "invalid":
        return status == 400
    if wanted == "done":
        return str(status) in operation["responses"] and status < 300
    return status == wanted


def told(answer: Response) -> tuple[Any, ...]:
    """Return all that an answer reveals, without the parts that differ between any two answers."""
    other = {"X-Request-Id", "Date"}
    headers = {name: value for name, value in answer.headers.items() if name not in other}
    return answer.status_code, answer.text, headers
