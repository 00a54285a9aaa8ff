"""One's own e-mail address, and another one."""

import re

import pytest

from tests.blackbox.client import Client, Service
from tests.blackbox.people import Person
from tests.blackbox.server import START_SECONDS, Server, code_for


def test_only_oneself_sees_the_address(anna: Person, ben: Person) -> None:
    own = anna.me()
    assert own["email"] == f"{anna.username}@example.com"
    assert own["email_verified"] in {True, False}
    assert "@" not in ben.get(f"/users/{anna.user_id}").text
    changed = anna.patch("/me", {"bio": "hello"}).json()
    assert changed["email"] == own["email"]


@pytest.mark.local
def test_a_new_address_counts_once_its_code_is_confirmed(
    strict_server: tuple[Server, Service],
) -> None:
    server, service = strict_server
    eve = Person(service, confirm=lambda name: code_for(server, name))
    new = f"{eve.username}@example.org"
    given = {"email": new, "password": eve.password}
    assert eve.post("/me/email", {**given, "password": "wrong horse"}).status_code == 401
    assert eve.post("/me/email", given).status_code == 202
    told = re.compile(rf"mail to {re.escape(new)}: .*code is (\d{{6}})")
    code = server.wait_for(told, START_SECONDS)[1]
    assert re.search(rf"mail to {eve.username}@example\.com: Somebody", server.output)
    assert eve.me()["email"] == f"{eve.username}@example.com"
    wrong = "000000" if code != "000000" else "000001"
    assert eve.post("/me/email/confirm", {"code": wrong}).status_code == 400
    confirmed = eve.post("/me/email/confirm", {"code": code})
    assert confirmed.status_code == 200, confirmed.text
    for own in (confirmed.json(), eve.me()):
        assert (own["email"], own["email_verified"]) == (new, True)
    renewed = Client(service).post("/token", {"refresh_token": eve.refresh_token}).json()
    assert Client(service, renewed["id_token"]).get("/me").json()["email"] == new


def test_a_code_that_nobody_was_sent_confirms_nothing(anna: Person) -> None:
    refused = anna.post("/me/email/confirm", {"code": "123456"})
    assert refused.status_code == 400
    assert [error["field"] for error in refused.json()["errors"]] == ["code"]
