"""Limits: never more than they say, nearly as much as they say, and cheap."""

from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from functions import limits
from functions.config import settings
from functions.errors import TooManyRequests
from functions.limits import Limit, Limiter, UseTable, network_of
from tests.fakes.clock import SetClock
from tests.fakes.limits import FakeUses
from tests.unit.proxy import call
from tests.unit.toy import toy_app


def processes(count, uses, clock=None):
    """Warm processes that share a table."""
    clock = clock or SetClock()
    return [Limiter(uses, clock) for _ in range(count)]


def takes(limiter, limit, subject="ada", name="follow"):
    """Whether one more use is let through."""
    try:
        limiter.take(name, subject, limit)
    except TooManyRequests:
        return False
    return True


@pytest.mark.parametrize("times", [1, 2, 3, 10, 19, 20, 200, 1000])
def test_one_process_lets_through_what_the_limit_says_and_no_more(times):
    [limiter] = processes(1, FakeUses())
    let = [takes(limiter, Limit(times, 60)) for _ in range(times + 50)]
    assert let == [True] * times + [False] * 50


@example(times=1, count=1, asks=[0, 0])
@given(
    times=st.integers(1, 300),
    count=st.integers(1, 6),
    asks=st.lists(st.integers(0, 5), min_size=0, max_size=600),
)
def test_many_processes_let_through_hardly_more_and_hardly_less(times, count, asks):
    uses = FakeUses()
    each = processes(count, uses)
    let = sum(takes(each[ask % count], Limit(times, 60)) for ask in asks)
    uncounted = count * (times // limits.UNCOUNTED_SHARE)
    assert let <= times + uncounted
    if len(asks) <= times * 2 // 3:  # nobody is refused long before the limit
        assert let >= min(len(asks), times - count * max(2, times // limits.LEASED_SHARE))
    assert uses.writes <= max(2 * count, len(asks))
    assert all(used <= times for used in uses.used.values())


def test_a_new_window_begins_at_nothing_and_the_refusal_says_when():
    clock = SetClock()
    [limiter] = processes(1, FakeUses(), clock)
    limit = Limit(2, 60)
    assert [takes(limiter, limit) for _ in range(3)] == [True, True, False]
    clock.move(seconds=50)
    with pytest.raises(TooManyRequests) as refused:
        limiter.take("follow", "ada", limit)
    assert refused.value.headers == {"Retry-After": "10"}
    clock.move(seconds=10)
    assert takes(limiter, limit)


def test_each_has_a_count_of_their_own_and_each_limit_another():
    [limiter] = processes(1, FakeUses())
    for subject, name in (("ada", "follow"), ("bob", "follow"), ("ada", "like")):
        assert [takes(limiter, Limit(1, 60), subject, name) for _ in range(2)] == [True, False]


class TestCost:
    """In write units a request, those of refusals included."""

    def test_those_who_do_little_cost_nothing(self):
        uses = FakeUses()
        each = processes(4, uses)
        for number in range(1000):
            for use in range(10):
                assert takes(each[use % 4], Limit(200, 3600), f"user{number}")
        assert uses.writes == 0

    def test_who_goes_to_the_limit_costs_a_fraction(self):
        uses = FakeUses()
        each = processes(4, uses)
        let = sum(takes(each[use % 4], Limit(1000, 3600)) for use in range(1000))
        assert let >= 900
        assert uses.writes / 1000 < 0.15

    def test_a_flood_costs_nothing_once_it_is_refused(self):
        uses = FakeUses()
        each = processes(4, uses)
        let = [takes(each[use % 4], Limit(10, 300)) for use in range(10_000)]
        assert sum(let) <= 10
        assert uses.writes <= 20

    @pytest.mark.parametrize("times", [1, 2, 3, 10, 19, 20])
    def test_the_last_use_there_is_tells_that_there_are_no_more(self, times):
        uses = FakeUses()
        [limiter] = processes(1, uses)
        for _ in range(times):
            assert takes(limiter, Limit(times, 60))
        spent = uses.writes
        assert spent <= times
        assert not takes(limiter, Limit(times, 60))
        assert uses.writes == spent

    def test_memory_has_an_end(self, monkeypatch):
        monkeypatch.setattr(limits, "REMEMBERED", 10)
        [limiter] = processes(1, FakeUses())
        for number in range(100):
            takes(limiter, Limit(10, 60), f"user{number}")
        assert len(limiter._leases) <= 10


def test_threads_of_one_process_share_its_count():
    [limiter] = processes(1, FakeUses())
    with ThreadPoolExecutor(16) as pool:
        let = list(pool.map(lambda _: takes(limiter, Limit(100, 60)), range(400)))
    assert sum(let) == 100


@pytest.fixture(params=["fake", "dynamodb"])
def uses(request, stage):
    """The limits table's contract."""
    return FakeUses() if request.param == "fake" else UseTable()


def test_uses_are_leased_while_there_is_room_for_all_of_them(uses):
    bucket = uuid4().hex
    assert uses.lease(bucket, 3, 10, 99) == 3
    assert uses.lease(bucket, 8, 10, 99) is None
    assert uses.lease(bucket, 7, 10, 99) == 10
    assert uses.lease(bucket, 1, 10, 99) is None
    assert uses.lease(uuid4().hex, 10, 10, 99) == 10


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::9", "2001:db8:1:2::/64"),
        ("", ""),
    ],
)
def test_an_address_is_whose_network_it_is_in(address, network):
    assert network_of(address) == network


@pytest.fixture
def limited(monkeypatch, stage):
    """A stage where one may do everything twice a minute."""
    settings.cache_clear()
    limits.limiter.cache_clear()
    for name in ("SIGN_UP", "LOGIN", "COMMENT"):
        monkeypatch.setenv(f"LIMIT_{name}", "2/60")
    monkeypatch.setattr(limits, "limiter", lambda: limiter)
    limiter = Limiter(FakeUses(), SetClock())
    yield limiter
    settings.cache_clear()


def test_a_route_that_is_limited_refuses_with_the_seconds_to_wait(limited):
    app, ada = toy_app(), f"ada-{uuid4().hex}"
    answers = [call(app, "POST", "/often", viewer=ada) for _ in range(3)]
    assert [one.status for one in answers] == [204, 204, 429]
    assert int(answers[2].headers["retry-after"]) <= 60
    assert answers[2].json["title"] == "Too many requests"
    assert call(app, "POST", "/often", viewer="bob").status == 204


def test_an_open_route_is_limited_by_where_a_request_comes_from(limited):
    app = toy_app()
    answers = [call(app, "POST", "/enter", viewer=None, body={"name": str(i)}) for i in range(3)]
    assert [one.status for one in answers] == [204, 204, 429]


def test_a_login_is_limited_by_name_and_address_and_ten_times_as_often_by_address(limited):
    def tries(name, address):
        try:
            limits.check("login", "", name, address)
        except TooManyRequests:
            return False
        return True

    assert [tries(name, "192.0.2.1") for name in ("ada", "ADA", "ada")] == [True, True, False]
    assert tries("ada", "192.0.2.2")
    let = [tries(f"user{number}", "192.0.2.1") for number in range(30)]
    assert sum(let) == 18


def test_the_description_says_how_often():
    from functions.http import Operation
    from functions.openapi import describe

    def follow():
        """Follow."""

    described = describe([Operation("PUT", "/x", "X", follow, limit="follow")])
    told = described["paths"]["/x"]["put"]["description"]
    assert told == "At most 200 times in 3,600 seconds."
