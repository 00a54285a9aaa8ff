"""One request at a time, none to the network, and listeners hear of every change."""

import json
import os
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace
from typing import Any

import pytest

from infra.local.wire import Wire, changes, isolate
from tests.integration.local.toys import Toys

THREADS = 16


@pytest.fixture
def hurried() -> Iterator[None]:
    """Make threads switch as often as they can, so that a race shows soon."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(before)


def in_threads(work: Callable[[int], Any], times: int) -> list[Any]:
    with ThreadPoolExecutor(THREADS) as pool:
        return list(pool.map(work, range(times)))


@pytest.mark.usefixtures("hurried")
def test_a_conditional_put_is_won_by_one_of_many_threads(toys: Toys) -> None:
    table, _ = toys.table()

    def claim(number: int) -> bool:
        try:
            toys.dynamodb.put_item(
                TableName=table,
                Item={"id": {"S": "x"}, "n": {"N": str(number // THREADS)}},
                ConditionExpression="attribute_not_exists(id)",
            )
        except toys.dynamodb.exceptions.ConditionalCheckFailedException:
            return False
        return True

    assert sum(in_threads(claim, THREADS * 20)) == 20


@pytest.mark.usefixtures("hurried")
def test_an_add_of_many_threads_loses_none(toys: Toys) -> None:
    table, _ = toys.table()

    def add(_: int) -> None:
        toys.dynamodb.update_item(
            TableName=table,
            Key={"id": {"S": "x"}, "n": {"N": "0"}},
            UpdateExpression="ADD hits :one",
            ExpressionAttributeValues={":one": {"N": "1"}},
        )

    in_threads(add, 200)
    row = toys.dynamodb.get_item(TableName=table, Key={"id": {"S": "x"}, "n": {"N": "0"}})["Item"]
    assert row["hits"] == {"N": "200"}


def test_what_moto_does_not_answer_never_reaches_the_network() -> None:
    request = SimpleNamespace(url="https://example.com", method="GET", headers={}, body=None)
    with pytest.raises(ConnectionError, match=r"example\.com"):
        Wire(lambda _: None).request(request)


def request(target: str, body: dict[str, Any]) -> Any:
    return SimpleNamespace(
        url="https://sqs.us-east-1.amazonaws.com/",
        method="POST",
        headers={"X-Amz-Target": target.encode()},
        body=json.dumps(body).encode(),
    )


QUEUE = {"QueueUrl": "https://sqs.us-east-1.amazonaws.com/123456789012/q"}
DYNAMO = "DynamoDB_20120810."


@pytest.mark.parametrize(
    ("target", "body", "told"),
    [
        (f"{DYNAMO}PutItem", {"TableName": "t"}, {("t", 0.0)}),
        (f"{DYNAMO}UpdateItem", {"TableName": "arn:aws:dynamodb:x:1:table/t"}, {("t", 0.0)}),
        (f"{DYNAMO}DeleteItem", {"TableName": "t"}, {("t", 0.0)}),
        (f"{DYNAMO}Query", {"TableName": "t"}, set()),
        (
            f"{DYNAMO}BatchWriteItem",
            {"RequestItems": {"t": [], "u": []}},
            {("t", 0.0), ("u", 0.0)},
        ),
        (
            f"{DYNAMO}TransactWriteItems",
            {"TransactItems": [{"Put": {"TableName": "t"}}, {"Update": {"TableName": "u"}}]},
            {("t", 0.0), ("u", 0.0)},
        ),
        ("AmazonSQS.SendMessage", QUEUE, {("q", 0.0)}),
        ("AmazonSQS.SendMessage", {**QUEUE, "DelaySeconds": 30}, {("q", 30.0)}),
        (
            "AmazonSQS.SendMessageBatch",
            {**QUEUE, "Entries": [{"DelaySeconds": 5}, {}]},
            {("q", 5.0), ("q", 0.0)},
        ),
        ("AmazonSQS.ChangeMessageVisibility", {**QUEUE, "VisibilityTimeout": 7}, {("q", 7.0)}),
        ("AmazonSQS.ReceiveMessage", QUEUE, set()),
    ],
)
def test_a_change_is_told_by_name_and_delay(
    target: str, body: dict[str, Any], told: set[tuple[str, float]]
) -> None:
    assert set(changes(request(target, body))) == told


def test_a_put_of_an_object_is_told_by_its_bucket() -> None:
    put = SimpleNamespace(url="http://127.0.0.1:8000/b/key", method="PUT", headers={}, body=b"")
    assert list(changes(put)) == [("b", 0.0)]


def test_the_callers_own_account_is_out_of_reach(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("AWS_EXECUTION_ENV", raising=False)  # Chalice adds its own name there
    before = {k: v for k, v in os.environ.items() if k.startswith(("AWS_", "MOTO_"))}
    for name in ("AWS_PROFILE", "AWS_SESSION_TOKEN", "AWS_ENDPOINT_URL_DYNAMODB"):
        monkeypatch.setenv(name, "mine")
    isolate(before["AWS_ENDPOINT_URL_S3"])
    after = {k: v for k, v in os.environ.items() if k.startswith(("AWS_", "MOTO_"))}
    assert after == before
