"""The local user pool checks the code that it sent, and ends tokens that are revoked."""

import re

import pytest

from functions.accounts.storage_cognito import CognitoPool
from functions.stage import stage as served
from infra.local.wire import action_of
from tests.blackbox.tokens import parts

PASSWORD = "a long password"


@pytest.fixture
def mailed(capsys):
    def codes(count=1):
        found = re.findall(r"your code is (\d{6})", capsys.readouterr().out)
        assert len(found) == count
        return found[0] if count == 1 else found

    return codes


def login(stack, username, password):
    return stack.call("POST", "/login", json={"username": username, "password": password})


def confirmation(username, code):
    return {"username": username, "code": code}


def reset(stack, username, code):
    body = {"username": username, "code": code, "password": PASSWORD}
    return stack.call("POST", "/password/reset", json=body)


def test_a_password_is_reset_with_the_code_that_was_sent(stack, mailed):
    person = stack.person("pool_reset")
    forgot = stack.call("POST", "/password/forgot", json={"username": person.username})
    assert forgot.status == 204
    code = mailed()

    wrong = reset(stack, person.username, "000000" if code != "000000" else "000001")
    assert wrong.status == 400
    assert login(stack, person.username, PASSWORD).status == 401

    assert reset(stack, person.username, code).status == 204
    assert login(stack, person.username, PASSWORD).status == 200
    assert reset(stack, person.username, code).status == 400, "a code is good once"


def test_a_locked_code_is_asked_for_once_and_logs_nobody_out(stack):
    """Cognito answers so after some wrong codes. The SDK takes it for a throttled call."""
    asked = []

    def locked(request, answer):
        if action_of(request) != "ConfirmForgotPassword":
            return answer(request)
        asked.append(request)
        return 400, {}, b'{"__type": "LimitExceededException", "message": "Attempt limit exceeded"}'

    person = stack.person("pool_locked")
    stack.stage.wire.surround(locked)
    try:
        assert reset(stack, person.username, "000000").status == 429
    finally:
        stack.stage.wire.bare(locked)
    assert len(asked) == 1
    assert not served().users.get(person.user_id).password_changes


def test_an_unknown_name_is_answered_like_a_known_one(stack):
    for path in ("/password/forgot", "/signup/resend"):
        assert stack.call("POST", path, json={"username": "nobody_here"}).status == 204


@pytest.fixture
def asks_for_codes(monkeypatch):
    """Make a stage that does not confirm at once."""
    monkeypatch.setattr(served().cognito, "_auto_confirm", False)


def test_who_was_left_unconfirmed_is_confirmed_by_the_login(stack, unconfirmed):
    username = unconfirmed("pool_left")
    assert login(stack, username, "not the password").status == 401
    assert login(stack, username, PASSWORD).status == 200


def test_a_sign_up_is_confirmed_with_the_code_alone(stack, mailed, unconfirmed, asks_for_codes):
    username = unconfirmed("pool_confirm")
    stack.call("POST", "/signup/resend", json={"username": username})
    code = mailed()
    assert login(stack, username, PASSWORD).status == 401
    wrong = "000000" if code != "000000" else "000001"
    for given, status in ((wrong, 400), (code, 204)):
        answer = stack.call("POST", "/signup/confirm", json=confirmation(username, given))
        assert answer.status == status
    assert login(stack, username, PASSWORD).status == 200


@pytest.fixture
def unconfirmed(stage):
    """Sign a user up directly in the pool, because this stage's API confirms at once."""

    def sign_up(username):
        own = stage.environment
        ids = own["USER_POOL_ID"], own["USER_POOL_CLIENT_ID"]
        pool = CognitoPool(*ids, lambda *_: True, auto_confirm=False)
        pool.sign_up(username, f"{username}@example.com", PASSWORD)
        return username

    return sign_up


def test_a_resent_code_takes_the_place_of_the_first(stack, mailed, unconfirmed):
    username = unconfirmed("pool_resend")
    for _ in range(2):
        assert stack.call("POST", "/signup/resend", json={"username": username}).status == 204
    first, second = mailed(2)
    if first != second:
        assert (
            stack.call("POST", "/signup/confirm", json=confirmation(username, first)).status == 400
        )
    assert stack.call("POST", "/signup/confirm", json=confirmation(username, second)).status == 204


def test_a_renewed_token_tells_when_its_session_began(stack, monkeypatch):
    person = stack.person("pool_began")
    began_at = parts(person.token)[1]["auth_time"]
    monkeypatch.setattr("infra.local.cognito.time.time", lambda: began_at + 100.0)
    renewed = stack.call("POST", "/token", json={"refresh_token": person.refresh_token}).json
    assert parts(renewed["id_token"])[1]["auth_time"] == began_at


def test_a_refresh_token_ends_with_the_logout(stack):
    person = stack.person("pool_logout")
    token = {"refresh_token": person.refresh_token}
    assert stack.call("POST", "/token", json=token).status == 200
    assert stack.call("POST", "/logout", token=person.token, json=token).status == 204
    assert stack.call("POST", "/token", json=token).status == 401


OPEN_CALLS = {
    "sign_up": {"Username": "front_door", "Password": PASSWORD},
    "confirm_sign_up": {"Username": "front_door", "ConfirmationCode": "000000"},
    "resend_confirmation_code": {"Username": "front_door"},
    "forgot_password": {"Username": "front_door"},
    "confirm_forgot_password": {
        "Username": "front_door",
        "ConfirmationCode": "000000",
        "Password": PASSWORD,
    },
    "initiate_auth": {
        "AuthFlow": "USER_PASSWORD_AUTH",
        "AuthParameters": {"USERNAME": "front_door", "PASSWORD": PASSWORD},
    },
    "revoke_token": {"Token": "x"},
    "get_tokens_from_refresh_token": {"RefreshToken": "x"},
}
"""The pool's calls that need the app client's id and no credentials of AWS."""


@pytest.mark.parametrize("call", OPEN_CALLS)
@pytest.mark.parametrize("secret", [None, "a guess of the right length"])
def test_who_has_only_the_clients_id_is_refused_at_the_pool(stage, call, secret):
    import boto3
    from botocore.exceptions import ClientError

    given = {"ClientId": stage.environment["USER_POOL_CLIENT_ID"], **OPEN_CALLS[call]}
    if secret and "AuthParameters" in given:
        given["AuthParameters"] = {**given["AuthParameters"], "SECRET_HASH": secret}
    elif secret:
        given["SecretHash" if "Username" in given else "ClientSecret"] = secret
    with pytest.raises(ClientError) as refused:
        getattr(boto3.client("cognito-idp"), call)(**given)
    assert refused.value.response["Error"]["Code"] == "NotAuthorizedException"
