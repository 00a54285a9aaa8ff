"""Counts AWS calls and computes their DynamoDB units from the sizes of the items.

The emulator's ConsumedCapacity is fiction (a 9 KB put counts 1), so units follow DynamoDB's own
rules (developer guide, "Read and write operations"):

- A strongly consistent read costs one unit per started 4 KB, an eventually consistent one half.
- A query or a scan rounds the sum of the items that it examined.
- A write costs one unit per started 1 KB of the item before or after it, whichever is larger, and
  twice that in a transaction.
- An index costs a write of its own if the attributes that it holds change, and two if its key does.
"""

import math
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from threading import Lock
from typing import Any

import boto3

from bench.schema import Item, schema
from functions.aws.connection import connection

READ_UNIT_BYTES = 4096
WRITE_UNIT_BYTES = 1024

Peek = Callable[[str, Item], Item | None]
"""Return the item of a table with a key. Not counted."""


def value_size(value: Mapping[str, Any]) -> int:
    """Return the bytes of an attribute's value, as DynamoDB counts them."""
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
    """Return the bytes of an item: its attributes' names and values."""
    return sum(len(name.encode()) + value_size(value) for name, value in item.items())


class Meter:
    """The calls that were made while it was on."""

    def __init__(self, peek: Peek) -> None:
        self.calls: Counter[str] = Counter()
        self.read_units = 0.0
        self.write_units = 0
        self.index_units = 0
        self._spans: list[tuple[float, float]] = []
        self._peek = peek
        self._counting = Lock()

    @property
    def round_trips(self) -> int:
        """The length of the longest chain of calls, each begun after the one before had ended."""
        chain, free = 0, -math.inf
        for begun, ended in sorted(self._spans, key=lambda span: span[1]):
            if begun >= free:
                chain, free = chain + 1, ended
        return chain

    def before(self, operation: str, asked: Mapping[str, Any]) -> list["Write"]:
        """Return the items that a call will write. Reads the old item only if the cost needs it."""
        return [
            replace(one, old=self._peek(one.table, one.key))
            if one.kind == "delete" or len(schema()[one.table]) > 1
            else one
            for one in _written(operation, asked)
        ]

    def count(
        self, operation: str, asked: Mapping[str, Any], answer: Mapping[str, Any],
        writes: list["Write"], span: tuple[float, float],
    ) -> None:  # fmt: skip
        """Add one call. `span` is its begin and end. Calls come from several threads."""
        with self._counting:
            self._spans.append(span)
            self.calls[operation] += 1
            self._reads(operation, asked, answer)
            self._writes(operation, writes)

    def _reads(self, operation: str, asked: Mapping[str, Any], answer: Mapping[str, Any]) -> None:
        if operation in {"Query", "Scan"}:
            self._query(asked, answer)
        elif operation == "GetItem":
            self.read_units += _read(answer.get("Item", {}), asked.get("ConsistentRead", False))
        elif operation == "BatchGetItem":
            self._batch_get(asked, answer)

    def _writes(self, operation: str, writes: list["Write"]) -> None:
        for one in writes:
            old = one.old
            new = self._peek(one.table, one.key) if one.kind == "update" else one.new
            written = _units(old or {}, new or {})
            self.write_units += written * (2 if operation == "TransactWriteItems" else 1)
            self.index_units += sum(
                _index_units(index.keys, index.image(old), index.image(new))
                for name, index in schema()[one.table].items() if name is not None
            )  # fmt: skip

    def _query(self, asked: Mapping[str, Any], answer: Mapping[str, Any]) -> None:
        if answer["ScannedCount"] != answer["Count"]:
            raise NotImplementedError("what a filter drops is paid for, too, and not seen here")
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


@dataclass(frozen=True)
class Write:
    """One item that a call will write, as it was before."""

    table: str
    key: Item
    kind: str
    new: Item | None = None
    old: Item | None = None


def _written(operation: str, asked: Mapping[str, Any]) -> Iterator[Write]:
    """Yield the items that a call writes."""
    if operation in {"PutItem", "UpdateItem", "DeleteItem"}:
        yield _write(asked["TableName"], operation, asked)
    elif operation == "TransactWriteItems":
        for step in asked["TransactItems"]:
            [(kind, one)] = step.items()
            yield _write(one["TableName"], kind, one)
    elif operation == "BatchWriteItem":
        for table, writes in asked["RequestItems"].items():
            for write in writes:
                [(kind, one)] = write.items()
                yield _write(table, kind, one)


def _write(table: str, kind: str, asked: Mapping[str, Any]) -> Write:
    if "Item" in asked:
        key = {name: asked["Item"][name] for name in schema()[table][None].keys}
        return Write(table, key, "put", asked["Item"])
    return Write(table, asked["Key"], "delete" if kind.startswith("Delete") else "update")


def _read(item: Item, strongly: bool) -> float:
    units = max(1, math.ceil(item_size(item) / READ_UNIT_BYTES))
    return units if strongly else units / 2


def _units(*images: Item) -> int:
    """Return the units of writing the largest of an item's images, at least one."""
    return max(1, *(math.ceil(item_size(image) / WRITE_UNIT_BYTES) for image in images), 1)


def _index_units(keys: tuple[str, ...], old: Item | None, new: Item | None) -> int:
    if old == new:
        return 0
    if old is None or new is None or all(old[name] == new[name] for name in keys):
        return _units(old or {}, new or {})
    return _units(old) + _units(new)


@contextmanager
def metered(peek: Peek | None = None) -> Iterator[Meter]:
    """Count the DynamoDB calls in the block."""
    meter, events = Meter(peek or _peek_by_client()), connection.client.meta.events

    def before(params: Any, model: Any, context: dict[str, Any], **_: Any) -> None:
        context["asked"] = dict(params)
        context["writes"] = meter.before(model.name, params)
        context["begun"] = time.perf_counter()

    def after(parsed: Any, model: Any, context: dict[str, Any], **_: Any) -> None:
        call = (model.name, context["asked"], parsed, context["writes"])
        meter.count(*call, (context["begun"], time.perf_counter()))

    events.register("before-parameter-build.dynamodb.*", before)
    events.register("after-call.dynamodb.*", after)
    try:
        yield meter
    finally:
        events.unregister("before-parameter-build.dynamodb.*", before)
        events.unregister("after-call.dynamodb.*", after)


def _peek_by_client() -> Peek:
    client = boto3.client("dynamodb")

    def peek(table: str, key: Item) -> Item | None:
        found = client.get_item(TableName=table, Key=dict(key), ConsistentRead=True)
        item: Item | None = found.get("Item")
        return item

    return peek


def table_of(rows: list[tuple[str, ...]]) -> str:
    """Format rows, of which the first is the head, as a table with columns."""
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
    lines = ["  ".join(cell.ljust(w) for cell, w in zip(row, widths, strict=True)) for row in rows]
    return "\n".join([lines[0], "  ".join("-" * width for width in widths), *lines[1:]])
