"""With any fault on the way, everything is delivered at least once, and each key in order."""

from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from infra.local.faults import Faults
from infra.local.provision import Stage
from tests.integration.local.toys import Toys, numbers

EXAMPLES = settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
SEEDS = st.integers(0, 2**32)


@EXAMPLES
@given(seed=SEEDS, messages=st.integers(1, 25), batch_size=st.integers(1, 12))
def test_every_message_is_delivered(
    stage: Stage, seed: int, messages: int, batch_size: int
) -> None:
    toys = Toys(stage.wire)
    seen: list[str] = []
    sizes: list[int] = []

    def handler(records: list[dict[str, Any]]) -> None:
        seen.extend(record["body"] for record in records)
        sizes.append(len(records))

    queue = toys.queue()
    toys.on_queue(queue, handler, batch_size=batch_size)
    toys.send(queue, *map(str, range(messages)))
    toys.pump(faults=Faults.many(seed)).settle()
    toys.close()
    assert set(seen) == set(map(str, range(messages)))
    assert max(sizes) <= batch_size
    assert toys.left(queue) == 0


@EXAMPLES
@given(seed=SEEDS, changes=st.lists(st.sampled_from("abcd"), max_size=25), shards=st.integers(1, 4))
def test_every_change_is_delivered_and_none_before_an_earlier_one_of_its_key(
    stage: Stage, seed: int, changes: list[str], shards: int
) -> None:
    toys = Toys(stage.wire)
    seen: dict[str, list[int]] = {}

    def handler(event: dict[str, Any]) -> None:
        for record in event["Records"]:
            known = seen.setdefault(record["dynamodb"]["Keys"]["id"]["S"], [])
            (number,) = numbers({"Records": [record]})
            expected = [n for n, key in enumerate(changes)
                        if key == record["dynamodb"]["Keys"]["id"]["S"]]  # fmt: skip
            # Either the next one of its key, or an earlier one.
            assert number in known or number == expected[len(known)]
            if number not in known:
                known.append(number)

    table, arn = toys.table()
    toys.on_stream(arn, handler, batch_size=5)
    for n, key in enumerate(changes):
        toys.put(table, key, n)
    toys.pump(faults=Faults.many(seed), shards=shards).settle()
    toys.close()
    assert not [told.error for told in toys.told if told.error]
    assert sum(len(known) for known in seen.values()) == len(changes)


def test_messages_really_come_twice_late_and_out_of_order(toys: Toys) -> None:
    seen: list[str] = []
    queue = toys.queue()
    toys.on_queue(queue, lambda records: seen.extend(r["body"] for r in records), batch_size=4)
    toys.send(queue, *map(str, range(30)))
    toys.pump(faults=Faults.many(seed=7)).settle()
    assert len(seen) > 30
    assert list(dict.fromkeys(seen)) != list(map(str, range(30)))


def test_a_message_that_was_deleted_by_another_receipt_comes_no_second_time(toys: Toys) -> None:
    queue, seen = toys.queue(), list[str]()

    def handler(records: list[dict[str, Any]]) -> None:
        for record in records:
            seen.append(record["body"])
            url = toys.url(queue)
            toys.sqs.delete_message(QueueUrl=url, ReceiptHandle=record["receiptHandle"])

    toys.on_queue(queue, handler)
    toys.send(queue, "one")
    toys.pump(faults=Faults(twice=1.0)).settle()
    assert seen == ["one"]


def test_a_streams_records_really_come_twice_in_batches_cut_anew(toys: Toys) -> None:
    batches: list[tuple[int, ...]] = []
    table, arn = toys.table()
    toys.on_stream(arn, lambda event: batches.append(tuple(numbers(event))), batch_size=6)
    for n in range(24):
        toys.put(table, "a", n)
    toys.pump(faults=Faults.many(seed=7)).settle()
    assert sum(map(len, batches)) > 24
    assert len({len(batch) for batch in batches}) > 2


def test_the_same_seed_does_the_same(stage: Stage) -> None:
    def run() -> list[str]:
        toys = Toys(stage.wire)
        seen: list[str] = []
        queue = toys.queue()
        toys.on_queue(queue, lambda records: seen.extend(r["body"] for r in records))
        toys.send(queue, *map(str, range(20)))
        toys.pump(faults=Faults.many(seed=3)).settle()
        toys.close()
        return seen

    assert run() == run()
