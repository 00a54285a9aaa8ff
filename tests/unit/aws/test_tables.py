"""Reads and writes in batches, where DynamoDB leaves something undone."""

from uuid import uuid4

import pytest
from pynamodb.exceptions import VerboseClientError

from functions.aws import tables
from functions.aws.errors import Contended
from functions.aws.tables import (
    ATTEMPTS,
    Lookup,
    batched,
    connection,
    delete_all,
    put_all,
    read_together,
)
from functions.reactions.storage import LikeRow


def lookup(keys):
    return Lookup(LikeRow, keys, lambda row: row.user_id, consistent=True)


def found_all(keys):
    return {key: key[1] for key in keys}


@pytest.fixture
def some():
    """Makes keys of this test's own."""
    post_id = uuid4().hex

    def some(count):
        return [(post_id, f"{number:04}") for number in range(count)]

    return some


class Wire:
    """DynamoDB behind a wire that leaves things undone. `calls` are (operation, request)."""

    def __init__(self, dispatch):
        self.calls = []
        self.undone = 0
        self._dispatch = dispatch

    def __call__(self, operation, request):
        self.calls.append((operation, request))
        if self.undone and operation in ("BatchGetItem", "BatchWriteItem"):
            self.undone -= 1
            return self._half(operation, request["RequestItems"])
        return self._dispatch(operation, request)

    def _half(self, operation, asked):
        """Do the first half, or nothing of a single one."""
        read = operation == "BatchGetItem"
        [(table, wanted)] = asked.items()
        things = wanted["Keys"] if read else wanted
        middle = len(things) // 2
        done, rest = (
            {table: {**wanted, "Keys": part} if read else part}
            for part in (things[:middle], things[middle:])
        )
        answer = self._dispatch(operation, {"RequestItems": done}) if middle else {"Responses": {}}
        return {**answer, "UnprocessedKeys" if read else "UnprocessedItems": rest}

    def one(self, operation, asked):
        """Write the first item."""
        [(table, (first, *rest))] = asked.items()
        answer = self._dispatch(operation, {"RequestItems": {table: [first]}})
        return {**answer, "UnprocessedItems": {table: rest} if rest else {}}

    def sizes(self, operation):
        """How many keys or items each call of an operation had."""
        requests = [request["RequestItems"] for name, request in self.calls if name == operation]
        return [
            sum(len(part["Keys"] if isinstance(part, dict) else part) for part in request.values())
            for request in requests
        ]


@pytest.fixture
def wire(monkeypatch, stage):
    LikeRow.key_of("a", "b")  # lets the connection know the table
    wire = Wire(connection.dispatch)
    monkeypatch.setattr(connection, "dispatch", wire)
    monkeypatch.setattr(tables, "attempts", range)
    return wire


def test_unprocessed_items_are_written_in_the_end(wire, some):
    wire.undone = 3
    put_all(LikeRow(*key) for key in some(25))
    assert wire.sizes("BatchWriteItem") == [25, 13, 7, 4]
    [found] = read_together(lookup(some(25)))
    assert found == found_all(some(25))


def test_a_busy_table_is_written_to_for_as_long_as_it_takes_some(wire, some, monkeypatch):
    """To give up would mean to write all of them again later."""
    monkeypatch.setattr(wire, "_half", wire.one)
    wire.undone = 1000
    put_all(LikeRow(*key) for key in some(25))
    assert len(wire.calls) == 25 > ATTEMPTS
    wire.undone = 0
    assert read_together(lookup(some(25))) == [found_all(some(25))]


@pytest.mark.parametrize("undone", [ATTEMPTS - 1, ATTEMPTS])
def test_a_table_that_writes_nothing_at_all_is_tried_as_often(wire, some, monkeypatch, undone):
    """DynamoDB then raises, instead of naming all items as unprocessed."""
    error = {"Error": {"Code": "ProvisionedThroughputExceededException", "Message": "busy"}}

    def throttled(operation, asked):
        raise VerboseClientError(error, operation, {})

    monkeypatch.setattr(wire, "_half", throttled)
    wire.undone = undone
    if undone < ATTEMPTS:
        put_all(LikeRow(*key) for key in some(3))
        assert read_together(lookup(some(3))) == [found_all(some(3))]
    else:
        with pytest.raises(Contended):
            put_all(LikeRow(*key) for key in some(3))


def test_unprocessed_keys_are_read_in_the_end(wire, some):
    put_all(LikeRow(*key) for key in some(20))
    wire.undone = 3
    assert read_together(lookup(some(20))) == [found_all(some(20))]
    assert wire.sizes("BatchGetItem") == [20, 10, 5, 3]
    asked = [next(iter(r["RequestItems"].values())) for n, r in wire.calls if n == "BatchGetItem"]
    assert all(one["ConsistentRead"] for one in asked)


@pytest.mark.parametrize(
    "work",
    [
        lambda keys: put_all(LikeRow(*key) for key in keys),
        lambda keys: delete_all(LikeRow, keys),
        lambda keys: read_together(lookup(keys)),
    ],
    ids=["put", "delete", "read"],
)
def test_tables_that_stay_busy_are_told_after_so_many_attempts(wire, some, work):
    wire.undone = 1000
    with pytest.raises(Contended):
        work(some(1))
    assert len(wire.calls) == ATTEMPTS


def test_deleting_is_the_inverse_of_putting(wire, some):
    put_all(LikeRow(*key) for key in some(30))
    delete_all(LikeRow, some(30))
    assert read_together(lookup(some(30))) == [{}]
    assert wire.sizes("BatchWriteItem") == [25, 5, 25, 5]


def test_more_than_a_hundred_keys_are_several_batches_and_one_answer(wire, some):
    put_all(LikeRow(*key) for key in some(230))
    [found] = read_together(lookup(some(230)))
    assert len(found) == 230
    assert sorted(wire.sizes("BatchGetItem")) == [30, 100, 100]


def test_a_key_named_twice_is_asked_for_once(wire, some):
    put_all(LikeRow(*key) for key in some(2))
    [found] = read_together(lookup([*some(2), *some(2)]))
    assert set(found) == set(some(2))
    assert wire.sizes("BatchGetItem") == [2]


def test_nothing_is_asked_for_where_nothing_is_wanted(wire):
    assert read_together(lookup([]), lookup([])) == [{}, {}]
    assert read_together() == []
    put_all([])
    delete_all(LikeRow, [])
    assert wire.calls == []


@pytest.mark.parametrize(
    ("count", "size", "cut"), [(0, 3, []), (3, 3, [3]), (7, 3, [3, 3, 1]), (2, 5, [2])]
)
def test_an_iterable_is_cut_into_batches(count, size, cut):
    batches = list(batched(iter(range(count)), size))
    assert [len(batch) for batch in batches] == cut
    assert [thing for batch in batches for thing in batch] == list(range(count))
