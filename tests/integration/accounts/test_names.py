"""Names and addresses on a stage that asks for codes, with the calls of AWS that this needs."""

import time
from uuid import uuid4

import boto3
import pytest

from functions.clock import utc_now
from functions.stage import stage as served
from infra.local.ttl import Sweeper
from tests.integration.erasure.traces import traces

PASSWORD = "correct horse"


@pytest.fixture
def coded(stack, monkeypatch):
    """Make a stage that does not confirm at once."""
    monkeypatch.setattr(served().cognito, "_auto_confirm", False)
    monkeypatch.setattr(served().joining, "_confirms_at_once", False)
    return stack


def code_of(stack, username):
    """Return the code that was sent to whoever signed up with this name."""
    from moto.backends import get_backend

    account, region = boto3.client("sts").get_caller_identity()["Account"], "us-east-1"
    pool = get_backend("cognito-idp")[account][region].user_pools[served().settings.user_pool_id]
    return pool.users[served().names.get(username).pool_name].confirmation_code


def join(stack, name, email):
    form = {"username": name, "email": email, "password": PASSWORD}
    answer = stack.call("POST", "/signup", json=form)
    assert (answer.status, answer.json["confirmed"]) == (201, False)
    stack.call("POST", "/signup/resend", json={"username": name})
    return stack.call(
        "POST", "/signup/confirm", json={"username": name, "code": code_of(stack, name)}
    )


def test_an_address_goes_with_its_account_and_the_name_is_held(coded):
    ada, eve = (f"{name}_{uuid4().hex[:10]}" for name in ("ada", "eve"))
    email = f"{ada}@example.com"
    assert join(coded, ada, email).status == 204
    assert join(coded, eve, email.upper()).status == 409
    assert served().names.get(eve) is None

    login = {"username": ada, "password": PASSWORD}
    tokens = coded.call("POST", "/login", json=login).json
    new = f"countess_{uuid4().hex[:10]}"
    path = "/me/username"
    assert coded.call("POST", path, token=tokens["id_token"], json={"username": new}).status == 200
    gone = coded.call("DELETE", "/me", token=tokens["id_token"], json={"password": PASSWORD})
    assert gone.status == 202
    coded.settle(advance=True)
    assert served().names.get(email) is None
    assert traces(tokens["user_id"], ada) == traces(tokens["user_id"], new) == []
    for name in (ada, new):
        held = served().names.get(name)
        assert (held.state, held.user_id) == ("held", None)
        assert held.expires_at > utc_now().timestamp()
    assert join(coded, eve, email).status == 204


def test_a_sign_up_that_is_never_confirmed_leaves_nothing_after_a_week(coded):
    name = f"ada_{uuid4().hex[:10]}"
    form = {"username": name, "email": f"{name}@example.com", "password": PASSWORD}
    user_id = coded.call("POST", "/signup", json=form).json["user_id"]
    coded.settle(advance=True)
    assert traces(user_id, name)
    for days in (6, 8):
        sweeper = Sweeper(coded.stage.wire, lambda later=days: time.time() + later * 86_400)
        sweeper._sweep_table(served().settings.table("names"), "expires_at")
        coded.settle(advance=True)
        assert bool(traces(user_id, name)) == (days == 6)


def test_a_login_after_a_confirmation_that_died_is_refused_if_the_address_is_taken(coded):
    ada, eve = (f"{name}_{uuid4().hex[:10]}" for name in ("ada", "eve"))
    email = f"{ada}@example.com"
    form = {"username": eve, "email": email, "password": PASSWORD}
    assert coded.call("POST", "/signup", json=form).status == 201
    coded.call("POST", "/signup/resend", json={"username": eve})
    assert join(coded, ada, email).status == 204
    row = served().names.get(eve)
    served().cognito.confirm(row.pool_name, code_of(coded, eve))
    login = {"username": eve, "password": PASSWORD}
    assert coded.call("POST", "/login", json=login).status == 409
    assert served().names.get(eve) is None


def test_a_code_that_came_first_wins_and_the_account_of_the_other_is_gone(coded):
    name = f"ada_{uuid4().hex[:10]}"
    for email in (f"{name}.typo@example.com", f"{name}@example.com"):
        form = {"username": name, "email": email, "password": PASSWORD}
        made = coded.call("POST", "/signup", json=form)
        assert made.status == 201
    pages = boto3.client("cognito-idp").get_paginator("list_users")
    found = pages.paginate(UserPoolId=served().settings.user_pool_id)
    users = [one for page in found for one in page["Users"]]
    named = [one for one in users if one["Username"].startswith(f"{name}:")]
    assert len(named) == 1
    assert {"Name": "email", "Value": f"{name}@example.com"} in named[0]["Attributes"]
