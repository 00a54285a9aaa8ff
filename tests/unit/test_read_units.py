"""A request's read units are DynamoDB's own, and its own, whatever other threads read meanwhile.

The answers are canned: the emulator answers a unit an item whatever its size, and a query one.
"""

from threading import Barrier
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pynamodb.exceptions import QueryError

from functions import observability
from functions.aws.connection import connection
from functions.aws.tables import Lookup, put_all, read_together
from functions.aws.threads import Threads
from functions.observability import FEED_READ_UNITS, read_units
from functions.reactions.storage import LikeRow

THROTTLED = {"Error": {"Code": "ProvisionedThroughputExceededException", "Message": "later"}}


READS = ("BatchGetItem", "GetItem", "Query")


class DynamoDB:
    """Answers reads without an item, saying that they consumed what was set, if they ask."""

    def __init__(self):
        self.units = dict.fromkeys(READS, 0.0)
        self.refuses = False

    def answer(self, model, params, **_):
        if self.refuses:
            return SimpleNamespace(status_code=400), THROTTLED
        told = {}
        if b'"ReturnConsumedCapacity": "TOTAL"' in params["body"]:
            told["ConsumedCapacity"] = self._consumed(model.name)
        empty = {"Query": {"Items": [], "Count": 0, "ScannedCount": 0}, "GetItem": {}}
        batch = {"Responses": {}, "UnprocessedKeys": {}}
        return SimpleNamespace(status_code=200), {**empty.get(model.name, batch), **told}

    def _consumed(self, operation):
        one = {"TableName": "t", "CapacityUnits": self.units[operation]}
        return [one, {**one, "TableName": "u"}] if operation == "BatchGetItem" else one


@pytest.fixture(scope="module")
def dynamodb(stage):
    LikeRow.key_of("a", "b")  # lets the connection know the table
    made, events = DynamoDB(), connection.client.meta.events
    for name in READS:
        events.register(f"before-call.dynamodb.{name}", made.answer)
    yield made
    for name in READS:
        events.unregister(f"before-call.dynamodb.{name}", made.answer)


@pytest.fixture(autouse=True)
def fresh(dynamodb):
    dynamodb.__init__()


@pytest.fixture
def figures(caplog):
    """The figures that were logged, in order, with the reads that they are of."""
    caplog.set_level("INFO", logger="fanlight")
    return lambda: [(one.reads, one.FeedReadUnits) for one in caplog.records]


def query():
    list(LikeRow.query("p"))


def get():
    connection.get_item(LikeRow.Meta.table_name, "p", "u")


def batch(keys=1):
    read_together(Lookup(LikeRow, [("p", str(i)) for i in range(keys)], lambda row: row))


def measured(*reads, of="request"):
    with read_units(FEED_READ_UNITS, of):
        for read in reads:
            read()


def test_a_figure_is_the_sum_of_what_the_reads_say(dynamodb, figures):
    dynamodb.units |= {"Query": 2.5, "GetItem": 1.0, "BatchGetItem": 20.0}
    measured(query, get, batch, query)
    assert figures() == [(4, 2.5 + 1 + 20 * 2 + 2.5)]


def test_a_block_that_reads_nothing_has_a_figure_of_nothing(figures):
    measured()
    assert figures() == [(0, 0)]


def test_what_is_read_in_parallel_counts(dynamodb, figures):
    dynamodb.units["BatchGetItem"] = 0.5
    measured(lambda: batch(keys=1000))
    assert figures() == [(10, 10.0)]


def test_what_is_written_is_not_read(figures):
    measured(lambda: put_all([LikeRow("p", "u")]))
    assert figures() == [(0, 0)]


def test_what_is_read_before_and_after_is_not_the_blocks(dynamodb, figures):
    dynamodb.units["Query"] = 7.0
    query()
    measured(query)
    query()
    measured(query, query)
    assert figures() == [(1, 7.0), (2, 14.0)]


def test_a_block_that_raises_has_no_figure_and_ends_the_counting(dynamodb, figures):
    dynamodb.refuses = True
    with pytest.raises(QueryError):
        measured(query)
    assert figures() == []
    assert observability._units.get() is None


def test_a_read_that_failed_consumed_nothing(dynamodb, figures):
    def refused():
        dynamodb.refuses = True
        with pytest.raises(QueryError):
            query()
        dynamodb.refuses = False

    dynamodb.units["Query"] = 3.0
    measured(refused, query)
    assert figures() == [(1, 3.0)]


def test_requests_on_several_threads_have_figures_of_their_own(dynamodb, caplog):
    caplog.set_level("INFO", logger="fanlight")
    dynamodb.units["BatchGetItem"] = 0.5
    together = Barrier(8)

    def request(number):
        def meet():
            together.wait(10)

        measured(meet, *[lambda: batch(keys=101)] * number, meet, of=f"request {number}")

    with Threads(8) as requests:
        list(requests.map(request, range(8)))
    found = {one.correlation_id: (one.reads, one.FeedReadUnits) for one in caplog.records}
    assert found == {f"request {n}": (2 * n, 2.0 * n) for n in range(8)}


@given(st.lists(st.tuples(st.sampled_from(READS), st.floats(0.5, 400, width=16))))
def test_whatever_is_read_and_whatever_it_costs(dynamodb, reads):
    def costing(name, units):
        def read():
            dynamodb.units[name] = units
            {"Query": query, "GetItem": get, "BatchGetItem": batch}[name]()

        return read

    seen = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(
            observability, "log", SimpleNamespace(info=lambda _, **line: seen.append(line))
        )
        measured(*[costing(*one) for one in reads])
    expected = sum(units * (2 if name == "BatchGetItem" else 1) for name, units in reads)
    assert [line["FeedReadUnits"] for line in seen] == [pytest.approx(expected)]
