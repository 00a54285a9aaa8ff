"""A request of the demo happens at the time that it names; others happen now."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from functions.aws.threads import Threads
from functions.clock import new_ulid, ulid_time, utc_now
from infra.local.demo import clock
from tests.integration.conftest import Stack

PAST = datetime(2020, 2, 29, 12, 30, tzinfo=UTC)


@pytest.fixture
def installed() -> Iterator[None]:
    clock.install()
    yield
    clock.uninstall()


def is_present(moment: datetime) -> bool:
    return abs(datetime.now(UTC) - moment) < timedelta(minutes=1)


@pytest.mark.usefixtures("installed")
def test_the_products_clock_and_ids_are_of_the_time_in_the_header() -> None:
    with clock.happening({"x-demo-time": "2020-02-29T13:30:00+01:00"}):
        assert utc_now() == PAST
        assert type(utc_now()) is datetime
        assert ulid_time(new_ulid()) == PAST
        with Threads(1) as pool:
            assert pool.submit(utc_now).result() == PAST
    assert is_present(utc_now())


@pytest.mark.usefixtures("installed")
@pytest.mark.parametrize("text", ["", "yesterday", "9999-12-31T23:59:59+00:00", "0001-01-01T00:00"])
def test_a_time_that_is_none_or_to_come_is_now(text: str) -> None:
    with clock.happening({"x-demo-time": text}):
        assert is_present(utc_now())


@pytest.mark.usefixtures("installed")
def test_a_stack_without_the_demo_ignores_the_header(stack: Stack) -> None:
    name = "no.demo"
    form = {"username": name, "email": "no.demo@example.com", "password": "long enough"}
    headers = {"x-demo-time": PAST.isoformat()}
    assert stack.call("POST", "/signup", json=form, headers=headers).status == 201
    login = stack.call("POST", "/login", json={"username": name, "password": form["password"]})
    me = stack.call("GET", "/me", token=login.json["id_token"]).json
    assert is_present(datetime.fromisoformat(me["created_at"]))
