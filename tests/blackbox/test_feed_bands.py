"""A server with thresholds between the bands so low that five people see all three bands."""

import re
from collections.abc import Iterator

import pytest

from tests.blackbox.client import Service
from tests.blackbox.people import Person
from tests.blackbox.server import Server, running

pytestmark = pytest.mark.local

LINES = {"PUSH_ALL_BELOW": "2", "PULL_FROM": "4", "ACTIVE_DAYS": "1"}
PROMOTED = re.compile(r'"promoted"')
HURRIED = {"LONGEST_DELAY": "1"}
"""A change of band waits half a minute for the index to catch up, which is never behind here."""
PROMOTION_SECONDS = 20


@pytest.fixture(scope="module")
def small() -> Iterator[tuple[Server, Service]]:
    """Run the server, with its log lines unchanged."""
    with running(VERBOSE="1", **HURRIED, **LINES) as (server, base_url):
        service = Service(base_url)
        try:
            yield server, service
        finally:
            service.close()


def deliveries(server: Server, post_id: str, viewers: int) -> re.Match[str]:
    """Wait until a post has been delivered to this many readers."""
    line = rf'^(?=.*"deliver done")(?=.*"item_id":\s*"{post_id}").*"viewers":\s*{viewers}\b'
    return server.wait_for(re.compile(line, re.MULTILINE), 10)


def test_an_author_grows_from_pushed_to_all_to_the_active_to_pulled(
    small: tuple[Server, Service],
) -> None:
    server, service = small
    ada, *fans = (Person(service) for _ in range(6))
    fans[0].follow(ada)
    one = ada.publish("to all of one")["post_id"]
    deliveries(server, one, viewers=2)
    fans[0].sees(one)

    for fan in fans[1:3]:
        fan.follow(ada)
    two = ada.publish("to the active of three")["post_id"]
    deliveries(server, two, viewers=4)
    fans[1].sees(two, one)

    fans[3].follow(ada)
    three = ada.publish("the last that is pushed")["post_id"]
    deliveries(server, three, viewers=5)
    server.wait_for(PROMOTED, PROMOTION_SECONDS)
    four = ada.publish("pulled by who looks")["post_id"]
    deliveries(server, four, viewers=1)
    ada.sees(four, three, two, one)
    fans[4].follow(ada)
    for fan in fans:
        fan.sees(four, three, two, one)
        ranked = fan.whole(f"/feed/{fan.user_id}?order=ranked", 2)
        assert {post["post_id"] for post in ranked} == {four, three, two, one}
    fans[2].unfollow(ada)
    assert fans[2].feed() == []
    assert ada.delete(f"/posts/{four}").status_code == 204
    assert fans[0].feed() == [three, two, one]


def test_lines_that_cross_keep_the_server_from_starting() -> None:
    server = Server({"PUSH_ALL_BELOW": "5", "PULL_FROM": "4"})
    try:
        server.wait_for(re.compile("PUSH_ALL_BELOW must not be above PULL_FROM"), 30)
    finally:
        server.kill()
    assert "Traceback" not in server.output
