"""Another e-mail address, through the real handlers."""

import re

import pytest

from functions.stage import stage as served


def mails(capsys):
    return re.findall(r"^mail to (\S+): (.*)$", capsys.readouterr().out, re.MULTILINE)


def ask(stack, person, email, password=None):
    given = {"email": email, "password": password or person.password}
    return stack.call("POST", "/me/email", token=person.token, json=given)


def confirm(stack, person, code):
    return stack.call("POST", "/me/email/confirm", token=person.token, json={"code": code})


def test_an_address_is_changed_with_the_code_that_it_gets(stack, ada, capsys):
    new = f"{ada.username}@example.org"
    before = stack.call("GET", "/me", token=ada.token).json
    assert (before["email"], before["email_verified"]) == (f"{ada.username}@example.com", False)
    assert ask(stack, ada, new).status == 202
    [(to, text), (notified, _)] = mails(capsys)
    assert (to, notified) == (new, before["email"])
    code = re.search(r"code is (\d{6})", text)[1]
    assert confirm(stack, ada, "no").status == 400
    assert stack.call("GET", "/me", token=ada.token).json["email"] == before["email"]
    confirmed = confirm(stack, ada, code)
    assert confirmed.status == 200
    for now in (confirmed.json, stack.call("GET", "/me", token=ada.token).json):
        assert (now["email"], now["email_verified"]) == (new, True)
    shown = stack.call("GET", f"/users/{ada.user_id}", token=ada.token).json
    assert "email" not in shown

    stack.call("POST", "/password/forgot", json={"username": ada.username})
    assert mails(capsys), "a new password can be had through it"


def test_a_taken_address_is_answered_like_a_free_one(stack, ada, bob, capsys):
    taken = ask(stack, ada, f"{bob.username}@example.com")
    free = ask(stack, ada, f"{ada.username}@example.org")
    assert (taken.status, taken.body) == (free.status, free.body) == (202, b"")
    assert not re.search(r"code is", mails(capsys)[0][1])


def test_a_stage_without_mail_answers_a_conflict(stack, ada, monkeypatch):
    monkeypatch.setattr(served().mailer, "sender", "")
    assert ask(stack, ada, "new@example.org").status == 409


@pytest.mark.parametrize("password", ["wrong", "x"])
def test_a_wrong_password_changes_nothing(stack, ada, capsys, password):
    assert ask(stack, ada, "new@example.org", password).status == 401
    assert mails(capsys) == []
