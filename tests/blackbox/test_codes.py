"""Codes sent by e-mail: to confirm an account, and to set a new password.

No e-mail is sent on this machine; the server prints the codes instead.
"""

import pytest

from tests.blackbox.client import Client, Service
from tests.blackbox.people import Person, new_name, sign_up_form
from tests.blackbox.server import Server, code_for

pytestmark = pytest.mark.local

StrictServer = tuple[Server, Service]


def test_an_account_works_once_its_code_is_given(strict_server: StrictServer) -> None:
    server, service = strict_server
    nobody, name = Client(service), new_name()
    signed_up = nobody.post("/signup", sign_up_form(name))
    assert signed_up.status_code == 201
    assert signed_up.json()["confirmed"] is False
    credentials = {"username": name, "password": "correct horse"}
    refused = nobody.post("/login", credentials)
    assert (refused.status_code, refused.json()["type"]) == (403, "/problems/not-confirmed")
    guessed = nobody.post("/login", {**credentials, "password": "wrong horse"})
    unknown = nobody.post("/login", {**credentials, "username": new_name()})
    assert guessed.status_code == unknown.status_code == 401
    assert guessed.json() == unknown.json()
    code = code_for(server, name)
    wrong = {"username": name, "code": "0" * 6 if code != "0" * 6 else "1" * 6}
    assert nobody.post("/signup/confirm", wrong).status_code == 400
    confirmed = nobody.post("/signup/confirm", {"username": name, "code": code})
    assert confirmed.status_code == 204
    login = nobody.post("/login", credentials)
    assert login.status_code == 200
    assert login.json()["user_id"] == signed_up.json()["user_id"]


def test_a_code_that_is_sent_again_confirms(strict_server: StrictServer) -> None:
    server, service = strict_server
    nobody, name = Client(service), new_name()
    nobody.post("/signup", sign_up_form(name))
    code_for(server, name)
    assert nobody.post("/signup/resend", {"username": name}).status_code == 204
    code = code_for(server, name, before=1)
    confirmed = nobody.post("/signup/confirm", {"username": name, "code": code})
    assert confirmed.status_code == 204


def test_an_unconfirmed_name_is_taken(strict_server: StrictServer) -> None:
    _, service = strict_server
    nobody, name = Client(service), new_name()
    assert nobody.post("/signup", sign_up_form(name)).status_code == 201
    assert nobody.post("/signup", sign_up_form(name)).status_code == 409


def test_an_address_is_corrected_with_the_password_of_the_sign_up(
    strict_server: StrictServer,
) -> None:
    server, service = strict_server
    nobody, name = Client(service), new_name()
    wrong = sign_up_form(name, email="typo@example.com")
    first = nobody.post("/signup", wrong).json()
    old_code = code_for(server, name)
    form = sign_up_form(name)
    assert nobody.post("/signup", {**form, "password": "another horse"}).status_code == 409
    second = nobody.post("/signup", form)
    assert (second.status_code, second.json()["confirmed"]) == (201, False)
    assert second.json()["user_id"] != first["user_id"]
    code = code_for(server, name, before=1)
    if code != old_code:
        stolen = nobody.post("/signup/confirm", {"username": name, "code": old_code})
        assert stolen.status_code == 400
    confirmed = nobody.post("/signup/confirm", {"username": name, "code": code})
    assert confirmed.status_code == 204
    login = nobody.post("/login", {"username": name, "password": form["password"]})
    assert login.json()["user_id"] == second.json()["user_id"]


def test_a_sign_up_with_a_taken_address_is_answered_like_any_other(
    strict_server: StrictServer,
) -> None:
    server, service = strict_server
    nobody, owner, name, other = Client(service), new_name(), new_name(), new_name()
    form = sign_up_form(owner)
    nobody.post("/signup", form)
    confirmation = {"username": owner, "code": code_for(server, owner)}
    assert nobody.post("/signup/confirm", confirmation).status_code == 204

    taken = nobody.post("/signup", sign_up_form(name, email=form["email"].upper()))
    free = nobody.post("/signup", sign_up_form(other))
    assert taken.status_code == free.status_code == 201
    told = [{**one.json(), "user_id": "", "username": ""} for one in (taken, free)]
    assert told[0] == told[1]

    guesses = [
        nobody.post("/signup/confirm", {"username": one, "code": "x"}) for one in (name, other)
    ]
    assert guesses[0].status_code == 400
    assert guesses[0].json() == guesses[1].json()
    # Only the owner of the address has the code.
    told_owner = nobody.post("/signup/confirm", {"username": name, "code": code_for(server, name)})
    assert told_owner.status_code == 409
    login = {"username": name, "password": form["password"]}
    assert nobody.post("/login", login).status_code == 401
    assert nobody.post("/login", {**login, "username": owner}).status_code == 200


def test_a_forgotten_password_is_reset_by_its_code(strict_server: StrictServer) -> None:
    server, service = strict_server
    nobody, name = Client(service), new_name()
    nobody.post("/signup", sign_up_form(name))
    confirmation = {"username": name, "code": code_for(server, name)}
    assert nobody.post("/signup/confirm", confirmation).status_code == 204
    assert nobody.post("/password/forgot", {"username": name}).status_code == 204
    form = {"username": name, "code": code_for(server, name, before=1), "password": "new horse 2"}
    short = nobody.post("/password/reset", {**form, "password": "short"})
    assert short.status_code == 400
    assert nobody.post("/password/reset", {**form, "code": "x"}).status_code == 400
    assert nobody.post("/password/reset", form).status_code == 204
    old = {"username": name, "password": "correct horse"}
    assert nobody.post("/login", old).status_code == 401
    new = {"username": name, "password": "new horse 2"}
    assert nobody.post("/login", new).status_code == 200
    # A code works only once.
    again = nobody.post("/password/reset", {**form, "password": "third horse 3"})
    assert again.status_code == 400


def test_asking_for_a_code_does_not_tell_whether_a_name_exists(nobody: Client, ada: Person) -> None:
    for path in ("/password/forgot", "/signup/resend"):
        known = nobody.post(path, {"username": ada.username})
        unknown = nobody.post(path, {"username": new_name()})
        assert (known.status_code, unknown.status_code) == (204, 204)


def test_a_made_up_code_sets_no_password(nobody: Client, anna: Person) -> None:
    form = {"username": anna.username, "code": "123456", "password": "stolen horse"}
    assert nobody.post("/password/reset", form).status_code == 400
    assert nobody.post("/password/reset", {**form, "username": new_name()}).status_code == 400
    assert anna.log_in()["user_id"] == anna.user_id


def test_a_made_up_code_confirms_nobody(nobody: Client) -> None:
    form = {"username": new_name(), "code": "123456"}
    assert nobody.post("/signup/confirm", form).status_code == 400
