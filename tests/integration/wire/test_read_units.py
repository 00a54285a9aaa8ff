"""The figures of a page's read units, through the real handlers, from DynamoDB's answers.

moto's capacity figures are fiction. So each read is answered here with a cost of its own, a power
of two: the sum shows which reads were counted, and that none was counted twice.
"""

import json
from threading import Lock

import pytest

from infra.local.wire import action_of, body_of
from tests.integration.feed.stage import forget_pages, low_lines
from tests.integration.people import follow, publish, upload
from tests.integration.people import tell as tell_story

READS = ("BatchGetItem", "GetItem", "Query")


class Costs:
    """Gives each read twice the cost of the one before. `tables` are the tables read."""

    def __init__(self):
        self.total = 0.0
        self.session = 0.0
        """The cost of the request's first read. It checks the session, so it is not the page's."""
        self.next = 0.5
        self.tables = set()
        self._telling = Lock()

    def answer(self, request, answer):
        status, headers, body = answer(request)
        asked = body_of(request) if action_of(request) in READS else {}
        if asked.get("ReturnConsumedCapacity") != "TOTAL":
            assert not asked, "a read that does not ask what it costs"
            return status, headers, body
        names = asked.get("RequestItems") or [asked["TableName"]]
        cost = {"TableName": "t", "CapacityUnits": self._take(names)}
        told = {"ConsumedCapacity": [cost] if "RequestItems" in asked else cost}
        return status, {}, json.dumps({**json.loads(body), **told})

    def _take(self, names):
        with self._telling:  # the reads of a page come from several threads
            self.tables |= {name.rpartition("-")[2] for name in names}
            if self.session:
                self.total += self.next
            else:
                self.session = self.next
            self.next *= 2
            return self.next / 2


@pytest.fixture
def costs(stack, caplog):
    caplog.set_level("INFO", logger="fanlight")
    made = Costs()
    stack.stage.wire.surround(made.answer)
    yield made
    stack.stage.wire.bare(made.answer)


@pytest.fixture
def figures(caplog):
    def figures(name):
        return [getattr(line, name) for line in caplog.records if hasattr(line, name)]

    return figures


@pytest.fixture
def viewer(stack):
    """Make a viewer of a pushed and a pulled author, each with a published post and a story."""
    stack.settle(advance=True)
    with low_lines(PUSH_ALL_BELOW=1, PULL_FROM=2):
        viewer, *rest = (stack.person(w) for w in ("v", "fan", "a", "b"))
        fan, pushed, pulled = rest
        for follower, followee in ((viewer, pushed), (viewer, pulled), (fan, pulled)):
            follow(stack, follower, followee)
        for _ in range(2):  # the first one begins the change of band
            for author in (pushed, pulled):
                media_id = upload(stack, author)
                stack.settle()
                publish(stack, author, media_id)
            stack.settle(advance=True)
        for author in (pushed, pulled):
            tell_story(stack, author)
            stack.settle()
        forget_pages()
        yield viewer


def get(stack, viewer, costs, path):
    costs.session = 0.0
    answer = stack.call("GET", path, token=viewer.token)
    assert answer.status == 200, answer
    return answer.json


@pytest.mark.parametrize("order", ["recent", "ranked"])
def test_a_page_of_the_feed_tells_all_that_it_read(stack, viewer, costs, figures, order):
    path = f"/feed/{viewer.user_id}?limit=2&order={order}"
    first = get(stack, viewer, costs, path)
    assert len(first["items"]) == 2
    assert {"feed_items", "follows", "mutes", "posts", "users"} <= costs.tables
    assert figures("FeedReadUnits") == [costs.total]
    whole = costs.total
    get(stack, viewer, costs, f"{path}&cursor={first['next_cursor']}")
    assert figures("FeedReadUnits") == [whole, costs.total - whole]


def test_a_page_of_the_tray_tells_all_that_it_read(stack, viewer, costs, figures):
    assert len(get(stack, viewer, costs, "/stories")["items"]) == 2
    assert {"story_tray", "follows", "mutes", "affinity", "stories", "users"} <= costs.tables
    assert figures("TrayReadUnits") == [costs.total]


def test_what_is_refused_and_what_is_no_page_has_no_figure(stack, viewer, costs, figures):
    assert stack.call("GET", "/feed/another", token=viewer.token).status == 403
    get(stack, viewer, costs, "/me")
    assert figures("FeedReadUnits") + figures("TrayReadUnits") == []


def test_the_line_of_a_page_is_found_by_its_request(stack, viewer, costs, caplog):
    get(stack, viewer, costs, f"/feed/{viewer.user_id}")
    found = {one.correlation_id for one in caplog.records if one.message in ("read", "request")}
    assert len(found) == 1
