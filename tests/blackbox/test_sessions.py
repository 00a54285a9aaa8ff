"""The ends of sessions: a new password, a reset one, and a logout everywhere."""

import pytest

from tests.blackbox import tokens
from tests.blackbox.client import Client, Service
from tests.blackbox.people import Person
from tests.blackbox.server import Server, code_for

NEW = "incorrect horse"


def works(service: Service, login: dict[str, str]) -> bool:
    """Return whether the tokens of a login work. All of them do, or none."""
    client = Client(service, login["id_token"])
    answers = [
        client.get("/me"),
        client.get(f"/feed/{login['user_id']}"),
        client.post("/feed", {}),
        Client(service).post("/token", {"refresh_token": login["refresh_token"]}),
    ]
    statuses = {answer.status_code for answer in answers}
    assert statuses in ({401}, {200, 202}), statuses
    return 401 not in statuses


@pytest.mark.smoke
def test_a_changed_password_ends_every_session_but_the_new_one(
    service: Service, anna: Person, nobody: Client
) -> None:
    before = [anna.log_in(), anna.log_in()]
    changed = anna.post("/me/password", {"password": anna.password, "new_password": NEW})
    assert changed.status_code == 200, changed.text
    assert changed.headers["cache-control"] == "no-store"
    assert works(service, changed.json())
    assert [works(service, login) for login in before] == [False, False]
    assert anna.get("/me").status_code == 401
    old = {"username": anna.username, "password": anna.password}
    assert nobody.post("/login", old).status_code == 401
    anna.password = NEW
    assert works(service, anna.log_in()), "a login right after the change works"
    assert works(service, changed.json())


def test_a_wrong_present_password_changes_nothing(service: Service, anna: Person) -> None:
    for wrong in ("wrong horse", NEW):
        given = {"password": wrong, "new_password": NEW}
        assert anna.post("/me/password", given).status_code == 401
    assert works(service, anna.log_in())
    assert anna.get("/me").status_code == 200


@pytest.mark.parametrize("new", ["", "short77", "with\u0000control", "x" * 200])
def test_a_new_password_follows_the_rules_of_sign_up(anna: Person, new: str) -> None:
    answer = anna.post("/me/password", {"password": anna.password, "new_password": new})
    assert answer.status_code == 400
    assert {error["field"] for error in answer.json()["errors"]} == {"new_password"}
    assert anna.log_in()


@pytest.mark.smoke
def test_a_logout_everywhere_ends_every_session(service: Service, anna: Person) -> None:
    before = [anna.log_in(), anna.log_in()]
    assert anna.post("/logout", {"everywhere": True}).status_code == 204
    assert [works(service, login) for login in before] == [False, False]
    assert anna.get("/me").status_code == 401
    assert works(service, anna.log_in()), "a login right after it works"


def test_a_logout_everywhere_is_ones_own(service: Service, anna: Person, ben: Person) -> None:
    login = ben.log_in()
    assert anna.post("/logout", {"everywhere": True}).status_code == 204
    assert works(service, login)
    assert Client(service).post("/logout", {"everywhere": True}).status_code == 401


@pytest.mark.parametrize("body", [{}, {"everywhere": False}])
def test_a_logout_says_what_it_ends(anna: Person, body: dict[str, bool]) -> None:
    answer = anna.post("/logout", body)
    assert answer.status_code == 400
    assert {error["field"] for error in answer.json()["errors"]} == {"refresh_token"}


@pytest.mark.local
def test_a_reset_password_ends_every_session(strict_server: tuple[Server, Service]) -> None:
    server, service = strict_server
    nobody = Client(service)
    eve = Person(service, confirm=lambda name: code_for(server, name))
    before = [eve.log_in(), eve.log_in()]
    assert nobody.post("/password/forgot", {"username": eve.username}).status_code == 204
    code = code_for(server, eve.username, before=1)
    given = {"username": eve.username, "code": code, "password": NEW}
    assert nobody.post("/password/reset", given).status_code == 204
    assert [works(service, login) for login in before] == [False, False]
    eve.password = NEW
    assert works(service, eve.log_in())


@pytest.mark.local
def test_a_password_is_not_guessed_through_the_change_of_it(service: Service) -> None:
    from tests.blackbox.server import running

    with running(LIMIT_LOGIN="5/300") as (_, base_url):
        limited = Service(base_url)
        eve = Person(limited)
        wrong = {"password": "wrong horse", "new_password": NEW}
        answers = [eve.post("/me/password", wrong) for _ in range(8)]
        limited.close()
    assert [one.status_code for one in answers] == [401] * 5 + [429] * 3
    assert int(answers[-1].headers["retry-after"]) > 0


BAD_CLAIMS = {
    "without a name": {"cognito:username": None},
    "with a Cyrillic name": {"cognito:username": "аdmin"},
    "with a name that is shown backwards": {"cognito:username": "ada\u202enimda"},
    "with a name of one letter": {"cognito:username": "a"},
    "with a capital": {"cognito:username": "Admin"},
    "with a number for a name": {"cognito:username": 7},
    "without a login": {"auth_time": None},
    "with a login of another kind": {"auth_time": "yesterday"},
    "with a malformed id": {"sub": "a b"},
}


@pytest.mark.parametrize("kind", BAD_CLAIMS)
@pytest.mark.parametrize("is_new", [True, False])
def test_claims_that_no_login_of_this_service_has_are_unauthorized(
    service: Service, ada: Person, kind: str, is_new: bool
) -> None:
    """The pool's own key signs them: an account that was made in the pool itself has such a
    token."""
    claims = {"sub": "00000000-0000-4000-8000-000000000000"} if is_new else {}
    client = Client(service, tokens.signed(str(ada.token), **{**claims, **BAD_CLAIMS[kind]}))
    for answer in (client.get("/me"), client.post("/feed", {}), client.delete("/me", json={})):
        assert answer.status_code == 401
