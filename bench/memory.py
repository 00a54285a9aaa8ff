"""Keeps DynamoDB tables in memory, for graphs that are too large for the emulator.

It answers the calls of the product's own client below the serializer, after a pause in which
parallel calls overlap as they would over a network. It supports the feed's calls; any other call
goes on to the emulator.
"""

import json
import re
import time
from bisect import bisect_left, bisect_right, insort
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from itertools import islice
from types import SimpleNamespace
from typing import Any

from bench.schema import Item, schema
from functions.aws.connection import connection

CONDITION = re.compile(r"(#\d+) ([=<>]) (:\d+)")
KNOWN = ("Query", "GetItem", "BatchGetItem", "BatchWriteItem")


class Memory:
    """The tables. `pause` is the duration of a call in seconds."""

    def __init__(self, pause: float) -> None:
        self.pause = pause
        self._rows: dict[str, dict[tuple[str, ...], Item]] = defaultdict(dict)
        self._sorted: dict[tuple[str, str | None, str], list[tuple[str, tuple[str, ...]]]] = (
            defaultdict(list)
        )

    def peek(self, table: str, key: Item) -> Item | None:
        """Return an item by its key."""
        return self._rows[table].get(schema()[table][None].key(key))

    def count(self, table: str) -> int:
        """Return the number of items in a table."""
        return len(self._rows[table])

    def put(self, table: str, item: Item) -> None:
        """Write an item."""
        own = schema()[table][None].key(item)
        self.drop(table, item)
        self._rows[table][own] = item
        for place, entry in self._places(table, item):
            insort(self._sorted[place], entry)

    def drop(self, table: str, key: Item) -> None:
        """Delete an item. The inverse of `put`."""
        old = self._rows[table].pop(schema()[table][None].key(key), None)
        for place, entry in self._places(table, old) if old else ():
            del self._sorted[place][bisect_left(self._sorted[place], entry)]

    def _places(self, table: str, item: Item) -> Iterator[tuple[Any, Any]]:
        """Return an item's place in each sorted index: ((table, index, hash), (range, key))."""
        own = schema()[table][None].key(item)
        for name, index in schema()[table].items():
            if index.image(item) is not None and len(index.keys) > 1:
                hash_key, range_key = index.key(item)
                yield (table, name, hash_key), (range_key, own)

    @contextmanager
    def answering(self) -> Iterator[None]:
        """Answer the product's calls during the block."""
        events = connection.client.meta.events

        def answer(model: Any, params: Mapping[str, Any], **_: Any) -> Any:
            time.sleep(self.pause)
            return SimpleNamespace(status_code=200), self._answer(model.name, params["body"])

        for name in KNOWN:
            events.register(f"before-call.dynamodb.{name}", answer)
        try:
            yield
        finally:
            for name in KNOWN:
                events.unregister(f"before-call.dynamodb.{name}", answer)

    def _answer(self, operation: str, body: bytes) -> dict[str, Any]:
        asked = json.loads(body)
        if operation == "Query":
            return self._query(asked)
        if operation == "GetItem":
            found = self.peek(asked["TableName"], asked["Key"])
            return {"Item": found} if found else {}
        if operation == "BatchGetItem":
            wanted = asked["RequestItems"].items()
            return {
                "Responses": {
                    table: [item for key in one["Keys"] if (item := self.peek(table, key))]
                    for table, one in wanted
                },
                "UnprocessedKeys": {},
            }
        for table, writes in asked["RequestItems"].items():
            for write in writes:
                if "PutRequest" in write:
                    self.put(table, write["PutRequest"]["Item"])
                else:
                    self.drop(table, write["DeleteRequest"]["Key"])
        return {"UnprocessedItems": {}}

    def _query(self, asked: Mapping[str, Any]) -> dict[str, Any]:
        if "ExclusiveStartKey" in asked:
            raise NotImplementedError("no query of the feed goes on behind its limit")
        table, index = asked["TableName"], asked.get("IndexName")
        form = schema()[table][index]
        keys = dict(_conditions(asked, "KeyConditionExpression"))
        inside = self._between(self._sorted[table, index, keys[form.keys[0], "="]], form, keys)
        if not asked.get("ScanIndexForward", True):
            inside = reversed(list(inside))
        rows = [self._rows[table][own] for _, own in islice(inside, asked.get("Limit"))]
        images = [image for row in rows if (image := form.image(row)) is not None]
        passed = [one for one in images if _passes(one, asked)]
        return {"Items": passed, "Count": len(passed), "ScannedCount": len(rows)}

    def _between(self, entries: list[Any], form: Any, keys: Mapping[Any, str]) -> Iterable[Any]:
        name = form.keys[1]
        start, end = 0, len(entries)
        if (above := keys.get((name, ">"))) is not None:
            start = bisect_right(entries, above, key=lambda entry: entry[0])
        if (below := keys.get((name, "<"))) is not None:
            end = bisect_left(entries, below, key=lambda entry: entry[0])
        return islice(entries, start, end) if start else entries[:end]


def _conditions(asked: Mapping[str, Any], where: str) -> Iterator[tuple[tuple[str, str], str]]:
    """Parse an expression of ANDs into ((attribute, operator), value) pairs."""
    names, values = asked["ExpressionAttributeNames"], asked["ExpressionAttributeValues"]
    for name, operator, value in CONDITION.findall(asked.get(where, "")):
        [held] = values[value].values()
        yield (names[name], operator), held


def _passes(item: Item, asked: Mapping[str, Any]) -> bool:
    for (name, operator), value in _conditions(asked, "FilterExpression"):
        [(kind, held)] = item[name].items()
        left, right = (float(held), float(value)) if kind == "N" else (held, value)
        if not {"=": left == right, "<": left < right, ">": left > right}[operator]:
            return False
    return True
