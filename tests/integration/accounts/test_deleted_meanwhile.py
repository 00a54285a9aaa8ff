"""An account that is deleted while one of its own requests runs."""

from datetime import UTC, datetime

import pytest

from functions.accounts.domain import Erasure
from functions.stage import stage as served
from tests.blackbox.bad_input import body_schema, routes, sample_object
from tests.blackbox.contract import Contract
from tests.integration.people import follow


@pytest.fixture
def contract(stack):
    return Contract(stack.call("GET", "/openapi.json").json)


@pytest.fixture
def late(stack, bob, monkeypatch):  # bob needs a profile
    """Return somebody who is deleted right after each request was let in."""
    person = stack.person("late")
    erasure = Erasure(
        user_id=person.user_id, username=person.username, begun_at=datetime.now(UTC), step=None
    )
    served().users.replace_with_tombstone(erasure)
    monkeypatch.setattr(served().accounts, "admit", lambda *_: None)
    return person


def test_the_callers_own_missing_row_is_unauthorized_and_never_not_found(
    stack, contract, late, bob
):
    given = {"user_id": bob.user_id, "password": late.password, "refresh_token": "x"}
    seen = {}
    for route in routes(contract):
        if not route.is_open:
            schema = body_schema(contract, route)
            body = schema and sample_object(schema)
            body = body and {name: given.get(name, value) for name, value in body.items()}
            path = route.path(user_id=bob.user_id)
            path += f"?username={bob.username}x" if route.template == "/users" else ""
            seen[str(route)] = stack.call(route.method, path, token=late.token, json=body).status
    assert {route: status for route, status in seen.items() if status in {404, 429, 500}} == {}
    for route in ("GET /me", "PATCH /me", "DELETE /me", "PUT /users/{user_id}/follow"):
        assert seen[route] == 401, route


def test_a_follow_by_somebody_deleted_meanwhile_is_not_tried_again_and_again(stack, late, bob):
    assert follow(stack, late, bob).status == 401


def test_what_is_not_there_stays_not_found_for_who_is_there(stack, ada):
    assert stack.call("GET", "/users/nobody", token=ada.token).status == 404
