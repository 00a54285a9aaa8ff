"""Counts AWS calls, and the DynamoDB units they cost, by the sizes of the items.

The emulator's ConsumedCapacity is fiction (a 9 KB put counts 1), so units are computed by
DynamoDB's own rules (developer guide, "Read and write operations"). A strongly read item costs a
unit for each 4 KB begun, an eventually read one half of that; a query rounds the sum of what it
examined; a written item costs a unit for each 1 KB begun, and twice that in a transaction. Writes
to indexes are not counted.
"""

import math
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import boto3

from functions.tables import connection

READ_UNIT_BYTES = 4096
WRITE_UNIT_BYTES = 1024


def value_size(value: Mapping[str, Any]) -> int:
    """Bytes of one attribute value, as DynamoDB counts them."""
    [(kind, held)] = value.items()
    if kind in {"S", "N", "B"}:
        return len(held) if isinstance(held, bytes) else len(held.encode())
    if kind == "L":
        return 3 + sum(1 + value_size(one) for one in held)
    if kind == "M":
        return 3 + sum(1 + len(name.encode()) + value_size(one) for name, one in held.items())
    if kind in {"SS", "NS", "BS"}:
        return sum(len(one) for one in held)
    return 1  # BOOL, NULL


def item_size(item: Mapping[str, Any]) -> int:
    """Bytes of an item: its attributes' names and values."""
    return sum(len(name.encode()) + value_size(value) for name, value in item.items())


class Meter:
    """What was called while it was switched on."""

    def __init__(self) -> None:
        self.calls: Counter[str] = Counter()
        self.read_units = 0.0
        self.write_units = 0.0
        self._reader = boto3.client("dynamodb")

    def count(self, operation: str, asked: Mapping[str, Any], answer: Mapping[str, Any]) -> None:
        """Add one call."""
        self.calls[operation] += 1
        if operation == "Query":
            self._query(asked, answer)
        elif operation == "GetItem":
            self.read_units += _read(answer.get("Item", {}), asked.get("ConsistentRead", False))
        elif operation == "BatchGetItem":
            self._batch_get(asked, answer)
        elif operation == "BatchWriteItem":
            self._batch_write(asked)
        elif operation in {"PutItem", "UpdateItem", "DeleteItem"}:
            self.write_units += self._write(asked)
        elif operation == "TransactWriteItems":
            for step in asked["TransactItems"]:
                [one] = step.values()
                self.write_units += 2 * self._write(one)

    def _write(self, asked: Mapping[str, Any]) -> int:
        """A write's units. What an update left is read, since the request does not tell its size;
        a delete costs what was there, which is then gone: it is counted as one unit."""
        item = asked.get("Item")
        if item is None:
            key = {"TableName": asked["TableName"], "Key": asked["Key"]}
            item = self._reader.get_item(**key).get("Item", {})
        return max(1, math.ceil(item_size(item) / WRITE_UNIT_BYTES))

    def _query(self, asked: Mapping[str, Any], answer: Mapping[str, Any]) -> None:
        examined = sum(item_size(item) for item in answer["Items"])
        units = max(1, math.ceil(examined / READ_UNIT_BYTES))
        self.read_units += units if asked.get("ConsistentRead") else units / 2

    def _batch_get(self, asked: Mapping[str, Any], answer: Mapping[str, Any]) -> None:
        for table, request in asked["RequestItems"].items():
            found = answer["Responses"].get(table, [])
            missing = len(request["Keys"]) - len(found)
            strongly = request.get("ConsistentRead", False)
            self.read_units += sum(_read(item, strongly) for item in found)
            self.read_units += missing * (1 if strongly else 0.5)

    def _batch_write(self, asked: Mapping[str, Any]) -> None:
        for writes in asked["RequestItems"].values():
            for write in writes:
                [one] = write.values()
                size = item_size(one.get("Item", one.get("Key", {})))
                self.write_units += max(1, math.ceil(size / WRITE_UNIT_BYTES))


def _read(item: Mapping[str, Any], strongly: bool) -> float:
    units = max(1, math.ceil(item_size(item) / READ_UNIT_BYTES))
    return units if strongly else units / 2


@contextmanager
def metered() -> Iterator[Meter]:
    """Count the DynamoDB calls of the block."""
    meter, events = Meter(), connection.client.meta.events

    def before(params: Any, context: dict[str, Any], **_: Any) -> None:
        context["asked"] = dict(params)

    def after(parsed: Any, model: Any, context: dict[str, Any], **_: Any) -> None:
        meter.count(model.name, context["asked"], parsed)

    events.register("before-parameter-build.dynamodb.*", before)
    events.register("after-call.dynamodb.*", after)
    try:
        yield meter
    finally:
        events.unregister("before-parameter-build.dynamodb.*", before)
        events.unregister("after-call.dynamodb.*", after)


def table_of(rows: list[tuple[str, ...]]) -> str:
    """Rows, the first the head, as a table in columns."""
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
    lines = ["  ".join(cell.ljust(w) for cell, w in zip(row, widths, strict=True)) for row in rows]
    return "\n".join([lines[0], "  ".join("-" * width for width in widths), *lines[1:]])
