"""Makes eventually consistent reads stale, which DynamoDB's can be and moto's never are.

An index lags behind its table, usually by a moment and sometimes by seconds. An eventually
consistent read of the table can lag, too. A test chooses what lags and from when on.
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
    """The tables and indexes whose reads are stale."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire
        self._held: dict[tuple[str, str | None], Items] = {}

    def hold(self, table: str, index: str | None = None) -> None:
        """Freeze an index, or with None the table's own eventual reads, at this moment."""
        with self._wire.lock:
            self._held[table, index] = _copied(_moto_table(table).items)

    def release(self, table: str, index: str | None = None) -> None:
        """End the lag. The inverse of `hold`."""
        self._held.pop((table, index), None)

    def answer(self, request: Any, answer: Answer) -> Any:
        """Answer an AWS request, from the frozen items if it is a read that may be stale."""
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
    """Return the (table, index) pairs that a request reads with eventual consistency."""
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
    """Copy the items and their attributes, because moto updates them in place."""
    copies: Items = defaultdict(dict)
    for key, one in items.items():
        copies[key] = _copied(one) if isinstance(one, dict) else _item(one)
    return copies


def _item(item: Any) -> Any:
    made = copy(item)
    made.attrs = type(item.attrs)({name: copy(value) for name, value in item.attrs.items()})
    return made
