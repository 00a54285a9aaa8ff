"""The local user pool asks for the code that it sent, and ends tokens that are revoked."""

import re

import pytest

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
    person = stack.sign_up("pool_reset")
    forgot = stack.call("POST", "/password/forgot", json={"username": person.username})
    assert forgot.status == 204
    code = mailed()

    wrong = reset(stack, person.username, "000000" if code != "000000" else "000001")
    assert wrong.status == 400
    assert login(stack, person.username, PASSWORD).status == 401

    assert reset(stack, person.username, code).status == 204
    assert login(stack, person.username, PASSWORD).status == 200
    assert reset(stack, person.username, code).status == 400, "a code is good once"


def test_an_unknown_name_is_answered_like_a_known_one(stack):
    for path in ("/password/forgot", "/signup/resend"):
        assert stack.call("POST", path, json={"username": "nobody_here"}).status == 204


@pytest.fixture
def asks_for_codes(monkeypatch):
    """A stage that does not confirm at once."""
    from functions.accounts.bootstrap import accounts

    monkeypatch.setattr(accounts().pool, "_auto_confirm", False)


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
    """Signs somebody up behind the API's back: this stage confirms at once."""
    import boto3

    def sign_up(username):
        boto3.client("cognito-idp").sign_up(
            ClientId=stage.environment["USER_POOL_CLIENT_ID"],
            Username=username,
            Password=PASSWORD,
            UserAttributes=[{"Name": "email", "Value": f"{username}@example.com"}],
        )
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


def test_a_refresh_token_ends_with_the_logout(stack):
    person = stack.sign_up("pool_logout")
    token = {"refresh_token": person.refresh_token}
    assert stack.call("POST", "/token", json=token).status == 200
    assert stack.call("POST", "/logout", token=person.token, json=token).status == 204
    assert stack.call("POST", "/token", json=token).status == 401
