"""Reads that trail: what DynamoDB may answer, and moto never does.

An index is always behind its table, by a moment or by seconds, and so may an eventual read of the
table itself be. Here a test says which, and from when on.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from copy import copy
from typing import Any

from infra.local.wire import ACCOUNT, REGION, Wire, action_of, body_of

Answer = Callable[[Any], Any]
Items = dict[Any, Any]

_READS = ("GetItem", "Query", "Scan", "BatchGetItem")


class Trailing:
    """The tables and indexes that are held back."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire
        self._held: dict[tuple[str, str | None], Items] = {}

    def hold(self, table: str, index: str | None = None) -> None:
        """From now on an index, or with None the table's own eventual reads, show this moment."""
        with self._wire.lock:
            self._held[table, index] = _copied(_moto_table(table).items)

    def release(self, table: str, index: str | None = None) -> None:
        """The inverse of `hold`: it has caught up."""
        self._held.pop((table, index), None)

    def answer(self, request: Any, answer: Answer) -> Any:
        """Answer one AWS request as of then, where it is a read that may trail."""
        trailing = [key for key in reads_eventually(request) if key in self._held]
        with self._wire.lock, self._shown(trailing):
            return answer(request)

    @contextmanager
    def _shown(self, trailing: list[tuple[str, str | None]]) -> Iterator[None]:
        present = {name: _moto_table(name).items for name, _ in trailing}
        try:
            for name, index in trailing:
                _moto_table(name).items = self._held[name, index]
            yield
        finally:
            for name, items in present.items():
                _moto_table(name).items = items


def reads_eventually(request: Any) -> list[tuple[str, str | None]]:
    """The (table, index) pairs that a request reads without asking for the newest."""
    if action_of(request) not in _READS:
        return []
    body = body_of(request)
    asked: Mapping[str, Any] = body.get("RequestItems") or {body["TableName"]: body}
    return [
        (name, one.get("IndexName"))
        for name, one in asked.items()
        if not one.get("ConsistentRead", False)
    ]


def _moto_table(name: str) -> Any:
    from moto.dynamodb.models import dynamodb_backends

    return dynamodb_backends[ACCOUNT][REGION].tables[name]


def _copied(items: Items) -> Items:
    """The items as they are: moto updates an item in place, attribute by attribute."""
    copies: Items = defaultdict(dict)
    for key, one in items.items():
        copies[key] = _copied(one) if isinstance(one, dict) else _item(one)
    return copies


def _item(item: Any) -> Any:
    made = copy(item)
    made.attrs = type(item.attrs)({name: copy(value) for name, value in item.attrs.items()})
    return made
