"""Limits over HTTP, with many requests at once."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.blackbox.client import Client, Service
from tests.blackbox.people import Person, new_name, sign_up_form
from tests.blackbox.server import running

pytestmark = pytest.mark.local

LIMITS = {
    "LIMIT_SIGN_UP": "12/3600",
    "LIMIT_LOGIN": "5/3600",
    "LIMIT_FOLLOW": "6/3600",
    "LIMIT_REBUILD": "2/3600",
    "LIMIT_REQUEST": "60/3600",
    "LIMIT_MAIL": "3/3600",
    "LIMIT_EXPORT": "3/86400",
    "LIMIT_STORY": "2/86400",
}


@pytest.fixture(scope="module")
def strict() -> Iterator[Service]:
    """Run a server with low limits."""
    with running(**LIMITS) as (_, base_url):
        service = Service(base_url)
        yield service
        service.close()


def test_limits_hold_for_each_caller_and_say_when_to_come_again(strict: Service) -> None:
    people = [Person(strict) for _ in range(8)]
    ada, ben, *others = people
    paths = [f"/users/{other.user_id}/follow" for other in others for _ in range(5)]
    with ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(ada.put, paths))
    assert sorted(answer.status_code for answer in answers) == [200] * 6 + [429] * 24
    refused = next(answer for answer in answers if answer.status_code == 429)
    assert 0 < int(refused.headers["Retry-After"]) <= 3600
    assert ben.put(paths[0]).status_code == 200
    # The inverse is not limited.
    assert ada.delete(paths[0]).status_code == 204

    asked = [ada.post("/feed", {}) for _ in range(3)]
    assert [answer.status_code for answer in asked] == [202, 202, 429]
    assert 0 < int(asked[2].headers["Retry-After"]) <= 3600

    told = [ada.post("/stories", {"media_id": "none"}).status_code for _ in range(3)]
    assert told == [404] * 2 + [429]
    assert ben.post("/stories", {"media_id": "none"}).status_code == 404

    exported = [ada.post("/me/export").status_code for _ in range(4)]
    assert exported == [202] * 3 + [429]
    assert ada.get("/me/export").status_code == 200

    reader = others[0]
    reads = [reader.get("/me") for _ in range(62)]
    assert [answer.status_code for answer in reads] == [200] * 60 + [429] * 2
    assert 0 < int(reads[60].headers["Retry-After"]) <= 3600

    nobody = Client(strict)
    wrong = {"username": ada.username, "password": "a wrong one"}
    tries = [nobody.post("/login", wrong).status_code for _ in range(7)]
    assert tries == [401] * 4 + [429] * 3
    assert Client(strict).post("/login", {**wrong, "username": ben.username}).status_code == 401

    signed_up = [nobody.post("/signup", sign_up_form(new_name())).status_code for _ in range(6)]
    assert signed_up == [201] * 4 + [429] * 2
