"""The end of sessions in a second warm process, and what looking for it costs."""

import json

import pytest

from functions.accounts.service import Accounts
from functions.errors import Unauthorized
from functions.stage import stage as served
from infra.local.wire import action_of, body_of

NEW = "incorrect horse"


@pytest.fixture
def other():
    """Return the accounts of another process, which has served people before."""
    own = served()
    return Accounts(
        own.users,
        own.session_ends,
        own.pool,
        own.joining,
        own.renaming,
        frozenset(),
        own.now,
    )


def reset(stack, person, capsys):
    stack.call("POST", "/password/forgot", json={"username": person.username})
    code = capsys.readouterr().out.rpartition("your code is ")[2].split()[0]
    given = {"username": person.username, "code": code, "password": NEW}
    return stack.call("POST", "/password/reset", json=given)


def change(stack, person, capsys):
    given = {"password": person.password, "new_password": NEW}
    return stack.call("POST", "/me/password", token=person.token, json=given)


def log_out_everywhere(stack, person, capsys):
    return stack.call("POST", "/logout", token=person.token, json={"everywhere": True})


def leave(stack, person, capsys):
    return stack.call("DELETE", "/me", token=person.token, json={"password": person.password})


@pytest.mark.parametrize("end", [reset, change, log_out_everywhere, leave])
def test_tokens_from_before_are_refused_at_once_in_every_warm_process(
    stack, ada, other, capsys, end
):
    session = served().pool.session(ada.token)
    for accounts in (served().accounts, other):
        accounts.admit(session)
        accounts.refresh(ada.refresh_token)
    assert end(stack, ada, capsys).status in {200, 202, 204}
    for accounts in (served().accounts, other):
        with pytest.raises(Unauthorized):
            accounts.admit(session)
        with pytest.raises(Unauthorized):
            accounts.refresh(ada.refresh_token)
    assert stack.call("GET", "/me", token=ada.token).status == 401


def test_the_tokens_of_a_changed_password_work_at_once_in_every_process(stack, ada, other, capsys):
    tokens = change(stack, ada, capsys).json
    for _ in range(2):
        assert stack.call("GET", "/me", token=tokens["id_token"]).status == 200
        tokens = stack.call("POST", "/token", json={"refresh_token": tokens["refresh_token"]}).json
        other.admit(served().pool.session(tokens["id_token"]))


class Reads:
    """Counts the strong and the eventual reads of the users table."""

    def __init__(self):
        self.made = []

    def answer(self, request, answer):
        if action_of(request) in ("GetItem", "BatchGetItem", "Query"):
            asked = body_of(request)
            if "-users" in json.dumps(asked):
                self.made.append((action_of(request), 'ConsistentRead": true' in json.dumps(asked)))
        return answer(request)


def test_looking_whether_a_session_has_ended_is_one_strong_read_of_one_row(stack, ada, other):
    session = served().pool.session(ada.token)
    reads = Reads()
    stack.stage.wire.surround(reads.answer)
    try:
        for _ in range(3):
            other.admit(session)
    finally:
        stack.stage.wire.bare(reads.answer)
    assert reads.made == [("GetItem", True)] * 3


def test_a_name_that_no_sign_up_takes_makes_no_profile(stack, ada):
    from tests.blackbox import tokens

    stranger = "11111111-1111-4111-8111-111111111111"
    for name in ("a", "аdmin", "admin\u202e", "ADMIN", "admin", "_ada", "1234", None):
        token = tokens.signed(ada.token, **{"sub": stranger, "cognito:username": name})
        assert stack.call("GET", "/me", token=token).status == 401
    assert served().users.get(stranger) is None
