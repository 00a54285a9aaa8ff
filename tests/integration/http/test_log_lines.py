"""The lines that a request leaves in the log: by whom it was, and what became of a sign-in."""

import hashlib
import re

import pytest

from functions.aws import digests
from functions.aws.digests import keyed_digest
from functions.http import edge, senders


class Lines:
    """A logger that keeps what it is given."""

    def __init__(self):
        self.all = []

    def info(self, message, **fields):
        self.all.append({"message": message, **fields})

    def of(self, message):
        return [one for one in self.all if one["message"] == message]


@pytest.fixture
def lines(monkeypatch):
    lines = Lines()
    monkeypatch.setattr(edge, "log", lines)
    monkeypatch.setattr(senders, "log", lines)
    return lines


def test_a_request_line_names_the_user_and_hides_the_network(stack, lines):
    ada, bob = stack.person("line_ada"), stack.person("line_bob")
    lines.all.clear()
    for person in (ada, bob):
        stack.call("GET", "/me", token=person.token)
    stack.call("GET", "/health")
    first, second, third = lines.of("request")
    assert (first["viewer"], second["viewer"]) == (ada.user_id, bob.user_id)
    assert "viewer" not in third
    network = keyed_digest("network", b"127.0.0.1")[:16]
    assert first["network"] == second["network"] == third["network"] == network
    assert network not in hashlib.sha256(b"127.0.0.1").hexdigest()
    assert "127.0.0.1" not in str(lines.all)


def test_a_request_is_answered_although_the_key_cannot_be_fetched(stack, lines, monkeypatch):
    ada = stack.person("line_keyless")
    lines.all.clear()
    monkeypatch.setattr(digests, "signing_keys", lambda: 1 / 0)
    assert stack.call("GET", "/me", token=ada.token).status == 200
    [line] = lines.of("request")
    assert line["viewer"] == ada.user_id
    assert "network" not in line


def test_each_sign_in_event_has_a_line_of_its_own_without_a_secret(stack, lines):
    ada = stack.person("event_ada")
    wrong = {"username": ada.username, "password": "a wrong one"}
    assert stack.call("POST", "/login", json=wrong).status == 401
    forgot = {"username": ada.username}
    assert stack.call("POST", "/password/forgot", json=forgot).status == 204
    reset = {"username": ada.username, "code": "000000", "password": "another horse"}
    assert stack.call("POST", "/password/reset", json=reset).status == 400
    leaving = {"password": ada.password}
    assert stack.call("DELETE", "/me", token=ada.token, json=leaving).status == 202
    told = [(one["event"], one["outcome"]) for one in lines.of("sign-in")]
    assert told == [
        ("sign_up", "ok"),
        ("log_in", "ok"),
        ("log_in", "/problems/unauthorized"),
        ("forgot_password", "ok"),
        ("reset_password", "/problems/invalid-request"),
        ("delete_me", "ok"),
    ]
    made, logged_in, refused, *_, left = lines.of("sign-in")
    assert made["viewer"] == logged_in["viewer"] == left["viewer"] == ada.user_id
    assert made["account"] == logged_in["account"] == refused["account"]
    assert re.fullmatch("[0-9a-f]{16}", refused["account"])
    assert "viewer" not in refused
    secrets = (ada.password, "a wrong one", "another horse", "000000", ada.username, ada.token)
    assert not any(secret in str(lines.all) for secret in secrets)


def test_a_refused_try_is_an_event_too(stack, lines, monkeypatch):
    from functions.errors import TooManyRequests
    from functions.http import limits

    def refuses(name, *_):
        if name == "login":
            raise TooManyRequests("Too often.", retry_after=1)

    monkeypatch.setattr(limits, "check", refuses)
    tried = {"username": "somebody", "password": "whatever it is"}
    assert stack.call("POST", "/login", json=tried).status == 429
    [line] = lines.of("sign-in")
    assert line["outcome"] == "/problems/too-many-requests"
