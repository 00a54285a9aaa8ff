"""A table's stream feeds its function as Lambda's event source does: in order, with retries."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from infra.local.shards import shard_of
from infra.local.streams import UnsettledError
from tests.integration.local.toys import Toys, numbers, position, report

Event = dict[str, Any]
CAREFUL = {"report_batch_item_failures": True, "bisect_on_error": True, "max_retries": 2}


def test_a_change_arrives_as_lambda_spells_it(toys: Toys) -> None:
    events: list[Event] = []
    table, arn = toys.table()
    toys.on_stream(arn, events.append)
    toys.put(table, "a", 1, raw={"B": b"\x00"}, tags={"SS": ["x"]})
    toys.put(table, "a", 1)
    toys.dynamodb.delete_item(TableName=table, Key={"id": {"S": "a"}, "n": {"N": "1"}})
    toys.pump().settle()
    insert, modify, remove = (record for event in events for record in event["Records"])
    assert [r["eventName"] for r in (insert, modify, remove)] == ["INSERT", "MODIFY", "REMOVE"]
    change = insert["dynamodb"]
    assert change["Keys"] == {"id": {"S": "a"}, "n": {"N": "1"}}
    assert change["NewImage"]["raw"] == {"B": "AA=="}
    assert change["NewImage"]["tags"] == {"SS": ["x"]}
    assert change["StreamViewType"] == "NEW_AND_OLD_IMAGES"
    assert change["SizeBytes"] > 0
    assert isinstance(change["ApproximateCreationDateTime"], float)
    assert "OldImage" not in change
    assert set(modify["dynamodb"]) >= {"OldImage", "NewImage"}
    assert "NewImage" not in remove["dynamodb"]
    assert insert["eventSourceARN"] == arn
    assert insert["eventSource"] == "aws:dynamodb"
    assert insert["eventID"] != modify["eventID"]
    assert "userIdentity" not in remove
    assert position(insert) < position(modify) < position(remove)


def test_batches_come_in_order_and_no_larger_than_their_size(toys: Toys) -> None:
    batches: list[list[int]] = []
    table, arn = toys.table()
    toys.on_stream(arn, lambda event: batches.append(numbers(event)), batch_size=4)
    for n in range(10):
        toys.put(table, "a", n)
    toys.pump().settle()
    assert batches == [[0, 1, 2, 3], [4, 5, 6, 7], [8, 9]]


def test_a_retry_begins_with_the_first_failed_record(toys: Toys) -> None:
    batches: list[list[int]] = []
    table, arn = toys.table()

    def handler(event: Event) -> Any:
        batches.append(numbers(event))
        failed = [r for r in event["Records"] if numbers({"Records": [r]}) == [2]]
        return report([position(r) for r in failed] if len(batches) == 1 else [])

    name = toys.on_stream(arn, handler)
    for n in range(5):
        toys.put(table, "a", n)
    toys.pump({name: CAREFUL}).settle()
    assert batches == [[0, 1, 2, 3, 4], [2, 3, 4]]


def test_a_batch_that_raises_is_halved_until_the_bad_record_is_alone(toys: Toys) -> None:
    batches: list[list[int]] = []
    table, arn = toys.table()
    given_up = toys.queue(prefix="fanlight-local")

    def handler(event: Event) -> None:
        batches.append(numbers(event))
        assert 3 not in numbers(event)

    name = toys.on_stream(arn, handler, batch_size=8)
    for n in range(8):
        toys.put(table, "a", n)
    on_failure = given_up.removeprefix("fanlight-local-")
    toys.pump({name: {**CAREFUL, "on_failure": on_failure}}).settle()
    done = [n for batch in batches if 3 not in batch for n in batch]
    assert done == [0, 1, 2, 4, 5, 6, 7]
    assert batches[:3] == [[0, 1, 2, 3, 4, 5, 6, 7], [0, 1, 2, 3], [0, 1]]
    assert batches.count([3]) == 3  # one attempt and two retries
    (failure,) = toys.receive(given_up)
    assert failure["requestContext"]["condition"] == "RetryAttemptsExhausted"
    assert failure["requestContext"]["approximateInvokeCount"] == 3
    info = failure["DDBStreamBatchInfo"]
    assert info["batchSize"] == 1
    assert info["startSequenceNumber"] == info["endSequenceNumber"]
    assert info["streamArn"] == arn


def test_without_bisecting_the_same_batch_is_tried_again_and_given_up_whole(toys: Toys) -> None:
    batches: list[list[int]] = []
    table, arn = toys.table()

    def handler(event: Event) -> None:
        batches.append(numbers(event))
        toys.put(table, "a", 10 + len(batches))  # newer records do not join a retry
        assert 1 not in numbers(event)

    name = toys.on_stream(arn, handler)
    for n in range(3):
        toys.put(table, "a", n)
    pump = toys.pump({name: {"max_retries": 2}})
    with pytest.raises(AssertionError):
        settle_rounds(pump, batches, 6)
    assert batches[:3] == [[0, 1, 2]] * 3
    assert batches[3] == [11, 12, 13]


def settle_rounds(pump: Any, batches: list[list[int]], rounds: int) -> None:
    """Run a pump that would never settle for a few batches."""
    for _ in range(rounds):
        pump._round()
    raise AssertionError(batches)


def test_a_handler_that_always_raises_is_told_of_and_does_not_hang(toys: Toys) -> None:
    table, arn = toys.table()
    toys.on_stream(arn, lambda _: 1 / 0)
    toys.put(table, "a", 1)
    with pytest.raises(UnsettledError, match="fails for ever"):
        toys.pump().settle()
    assert "ZeroDivisionError" in toys.told[0].error


def test_a_failing_shard_does_not_hold_up_another(toys: Toys) -> None:
    seen: list[str] = []
    table, arn = toys.table()

    def handler(event: Event) -> None:
        keys = [r["dynamodb"]["Keys"]["id"]["S"] for r in event["Records"]]
        assert "k0" not in keys
        seen.extend(keys)

    toys.on_stream(arn, handler)
    for k in range(8):
        toys.put(table, f"k{k}", 1)
    with pytest.raises(UnsettledError):
        toys.pump(shards=4).settle()
    stuck = shard_of({"S": "k0"}, 4)
    assert set(seen) == {f"k{k}" for k in range(8) if shard_of({"S": f"k{k}"}, 4) != stuck}


@given(st.text(min_size=1), st.integers(1, 9))
def test_a_key_always_falls_in_the_same_shard(key: str, shards: int) -> None:
    number = shard_of({"S": key}, shards)
    assert 0 <= number < shards
    assert number == shard_of({"S": key}, shards)


def test_shards_have_stable_ids_and_keep_the_order_of_each_key(toys: Toys) -> None:
    events: list[Event] = []
    table, arn = toys.table()
    name = toys.on_stream(arn, events.append, batch_size=3)
    for n in range(20):
        toys.put(table, f"k{n % 7}", n)
    toys.pump({name: {"tumbling_window_seconds": 900}}, shards=3).settle()
    by_key: dict[str, list[int]] = {}
    shards: dict[str, set[str]] = {}
    for event in events:
        for record in event["Records"]:
            key = record["dynamodb"]["Keys"]["id"]["S"]
            by_key.setdefault(key, []).extend(numbers({"Records": [record]}))
            shards.setdefault(key, set()).add(event["shardId"])
    assert by_key == {f"k{k}": list(range(k, 20, 7)) for k in range(7)}
    assert all(len(some) == 1 for some in shards.values())
    assert len(set.union(*shards.values())) == 3


def test_a_tumbling_window_hands_its_state_on_and_ends_with_a_last_event(toys: Toys) -> None:
    events: list[Event] = []
    table, arn = toys.table()

    def handler(event: Event) -> Any:
        events.append(event)
        return {"state": {"sum": event["state"].get("sum", 0) + len(event["Records"])}}

    name = toys.on_stream(arn, handler, batch_size=2)
    for n in range(4):
        toys.put(table, "a", n)
    pump = toys.pump({name: {"tumbling_window_seconds": 900}})
    pump.settle()
    first, second = events
    assert (first["state"], second["state"]) == ({}, {"sum": 2})
    assert first["window"]["start"] < first["window"]["end"]
    assert first["shardId"].startswith("shardId-")
    assert (first["isFinalInvokeForWindow"], first["isWindowTerminatedEarly"]) == (False, False)
    pump.settle(advance=True)
    last = events[2]
    assert (last["Records"], last["state"]) == ([], {"sum": 4})
    assert last["isFinalInvokeForWindow"]
    toys.put(table, "a", 9)
    pump.settle()
    assert (numbers(events[3]), events[3]["state"]) == ([9], {})
