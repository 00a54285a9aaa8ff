"""Limits: never more than they say, nearly as much as they say, and cheap."""

import hashlib
import hmac
import re
from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from functions.aws.digests import keyed_digest
from functions.aws.signing_keys import signing_keys
from functions.config import settings
from functions.errors import TooManyRequests
from functions.http import limits
from functions.http.limits import Limit, Limiter, UseTable
from tests.fakes.clock import SetClock
from tests.fakes.limits import FakeUses, plain_digest
from tests.fakes.world import World
from tests.unit.http.proxy import call
from tests.unit.http.toy import toy_app


def processes(count, uses, clock=None):
    """Warm processes that share a table."""
    clock = clock or SetClock()
    return [Limiter(uses, clock, plain_digest) for _ in range(count)]


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


@given(times=st.integers(1, 300), uses=st.lists(st.integers(1, 10), max_size=200))
def test_uses_that_come_together_are_all_let_through_or_none(times, uses):
    store = FakeUses()
    [limiter] = processes(1, store)
    let = 0
    for together in uses:
        try:
            limiter.take("upload", "ada", Limit(times, 60), together)
        except TooManyRequests:
            assert let + together > times
        else:
            let += together
    assert let <= times


def test_what_is_too_much_at_once_leaves_room_for_less_and_is_refused_without_a_write():
    uses = FakeUses()
    [limiter] = processes(1, uses)
    limiter.take("upload", "ada", Limit(10, 60), 7)
    for _ in range(5):
        with pytest.raises(TooManyRequests):
            limiter.take("upload", "ada", Limit(10, 60), 4)
    spent = uses.writes
    assert spent <= 2
    limiter.take("upload", "ada", Limit(10, 60), 3)
    assert not takes(limiter, Limit(10, 60), name="upload")


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


@pytest.fixture
def limited(monkeypatch, stage):
    """A stage where one may do everything twice a minute."""
    settings.cache_clear()
    limits.limiter.cache_clear()
    for name in ("SIGN_UP", "LOGIN", "COMMENT", "MAIL"):
        monkeypatch.setenv(f"LIMIT_{name}", "2/60")
    monkeypatch.setenv("LIMIT_REQUEST", "5/60")
    monkeypatch.setattr(limits, "limiter", lambda: limiter)
    limiter = Limiter(FakeUses(), SetClock(), plain_digest)
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

    assert [tries(name, "192.0.2.1") for name in ("ada", "ada", "ada")] == [True, True, False]
    assert tries("ada", "192.0.2.2")
    let = [tries(f"user{number}", "192.0.2.1") for number in range(30)]
    assert sum(let) == 18


def test_the_description_says_how_often():
    from functions.http.openapi import describe
    from functions.http.openapi.texts import Texts
    from functions.http.routes import Operation

    def follow():
        """Follow."""

    texts = Texts("", "", {}, {}, {}, {}, {})
    described = describe([Operation("PUT", "/x", "X", follow, limit="follow")], texts)
    told = described["paths"]["/x"]["put"]
    assert told["description"] == "At most 200 times in 3,600 seconds."
    assert told["x-rate-limit"] == {"name": "follow", "times": 200, "seconds": 3600}
    assert "429" in told["responses"]


class TestRequests:
    """Every route, also one without a limit of its own."""

    def test_a_user_makes_so_many_requests(self, limited):
        app = toy_app()
        answers = [call(app, "GET", "/things/1", route="/things/{thing_id}", thing_id="1")
                   for _ in range(7)]  # fmt: skip
        assert [one.status for one in answers] == [200] * 5 + [429] * 2
        assert int(answers[6].headers["retry-after"]) <= 60
        assert call(app, "GET", "/things", viewer="bob").status == 200

    def test_requests_without_a_token_count_by_their_address_ten_times_as_high(self, limited):
        app = toy_app()
        let = [call(app, "GET", "/open", viewer=None).status == 200 for _ in range(60)]
        assert sum(let) == 50

    def test_a_reader_below_a_twentieth_of_the_limit_costs_nothing_and_one_at_it_little(self):
        """In write units a request, by four processes."""
        uses, limit = FakeUses(), Limit.of(settings().limit_request)
        each = processes(4, uses)
        for number in range(100):
            for use in range(limit.times // 20):
                assert takes(each[use % 4], limit, f"user{number}", "request")
        assert uses.writes == 0
        let = sum(takes(each[use % 4], limit, name="request") for use in range(2 * limit.times))
        assert limit.times * 0.95 <= let <= limit.times * (1 + 4 / 20)
        assert uses.writes / let < 0.05


def test_the_networks_of_a_site_share_ten_times_what_each_may_do(limited):
    def signs_up(address):
        try:
            limits.check("sign_up", "", "", address)
        except TooManyRequests:
            return False
        return True

    assert [signs_up("2001:db8:1:1::1") for _ in range(3)] == [True, True, False]
    let = [signs_up(f"2001:db8:1:{subnet:x}::1") for subnet in range(2, 40)]
    assert sum(let) == 18
    assert signs_up("2001:db8:2::1")


def test_an_account_is_tried_by_a_site_as_by_one_client(limited):
    tries = []
    for subnet in range(4):
        try:
            limits.check("login", "", "ada", f"2001:db8:1:{subnet}::1")
        except TooManyRequests:
            tries.append(False)
        else:
            tries.append(True)
    assert tries == [True, True, False, False]


def test_mails_to_a_mailbox_are_limited_by_their_kind_regardless_of_spelling(limited):
    world = World()
    sent = ["ada@example.com", "A.d.a+x@Example.com", " ada+y@example.com"]
    assert [world.may_mail("forgot", address) for address in sent] == [True, True, False]
    assert world.may_mail("sign_up", sent[0])
    assert world.may_mail("forgot", "bob@example.com")


def test_the_table_holds_no_address_that_could_be_found_by_trying(stage):
    digest = keyed_digest("limit", b"forgot ada@example.com 1")
    assert re.fullmatch("[0-9a-f]{64}", digest)
    assert digest != hashlib.sha256(b"limit\0forgot ada@example.com 1").hexdigest()
    assert digest != keyed_digest("other", b"forgot ada@example.com 1")
    key = signing_keys().digest_key.encode()
    message = b"limit\0forgot ada@example.com 1"
    assert digest == hmac.new(key, message, "sha256").hexdigest()
