"""Completes moto's transactions: they are undone item by item, and known by their token.

moto copies every table of a transaction, with all its stream records, and replaces the tables by
the copies when the transaction is cancelled. That gets slower with every row. It also breaks
readers of the stream: their iterators belong to the replaced table and see no more records.

moto also ignores ClientRequestToken. DynamoDB knows by it a call that the SDK repeats because the
answer was lost, and answers with success without writing again.
"""

from collections.abc import Callable
from copy import deepcopy
from http import HTTPStatus
from typing import Any

from moto.dynamodb.models import DynamoDBBackend
from moto.dynamodb.models.table import Table

from infra.local.wire import action_of, body_of

_moto_transact = DynamoDBBackend.transact_write_items

Undo = Callable[[], None]
REMEMBERED_TOKENS = 1000
"""DynamoDB remembers a token for ten minutes; a repeated call comes within seconds."""


class KnownTokens:
    """Answers a repeated transaction as the first time. Surrounds the wire."""

    def __init__(self) -> None:
        self._answers: dict[str, Any] = {}

    def __call__(self, request: Any, answer: Callable[[Any], Any]) -> Any:
        if action_of(request) != "TransactWriteItems":
            return answer(request)
        token = str(body_of(request).get("ClientRequestToken"))
        if token in self._answers:
            return self._answers[token]
        given = answer(request)
        if given[0] == HTTPStatus.OK:
            if len(self._answers) >= REMEMBERED_TOKENS:
                self._answers.clear()
            self._answers[token] = given
        return given


def complete_transactions() -> None:
    """Replace moto's implementation in this process."""
    DynamoDBBackend.transact_write_items = transact_write_items  # type: ignore[method-assign, assignment]


def transact_write_items(backend: Any, transact_items: list[dict[str, Any]]) -> None:
    """Answer TransactWriteItems.

    The wire's lock serves one request at a time, so nobody sees a partial transaction.
    """
    writes = [write for item in transact_items for write in item.values()]
    undo = [one for write in writes if (one := _undo(backend, write)) is not None]
    # Keeps moto from copying the tables; `undo` replaces the copies.
    Table.__deepcopy__ = lambda table, _: table  # type: ignore[attr-defined]
    try:
        _moto_transact(backend, transact_items)
    except Exception:
        for one in undo:
            one()
        raise
    finally:
        del Table.__deepcopy__  # type: ignore[attr-defined]


def _undo(backend: Any, write: dict[str, Any]) -> Undo | None:
    """Return a function that restores a write's item, or None if moto will refuse the write."""
    table = backend.tables.get(write.get("TableName"))
    if table is None:
        return None
    given = write.get("Key") or write.get("Item") or {}
    names = [name for name in (table.hash_key_attr, table.range_key_attr) if name]
    if not given.keys() >= set(names):
        return None
    key = {name: given[name] for name in names}
    before = deepcopy(backend.get_item(table.name, key))
    stream = table.stream_shard
    records = len(stream.items) if stream else 0

    def undo() -> None:
        hash_value, range_value = backend.get_keys_value(table, key)
        _put_back(table.items, hash_value, range_value, before)
        if stream:
            del stream.items[records:]

    return undo


def _put_back(items: Any, hash_value: Any, range_value: Any, before: Any) -> None:
    place, at = (items[hash_value], range_value) if range_value else (items, hash_value)
    if before is None:
        place.pop(at, None)
    else:
        place[at] = before
