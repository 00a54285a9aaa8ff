"""Transactions on moto's tables that are undone item by item.

moto copies every table of a transaction before it begins, with all the records of its stream, and
puts the copies in the tables' place when it is cancelled. That costs more with every row; and who
reads the stream then holds an iterator of a table that is no more, and is told of nothing again.
"""

from collections.abc import Callable
from copy import deepcopy
from typing import Any

from moto.dynamodb.models import DynamoDBBackend
from moto.dynamodb.models.table import Table

_moto_transact = DynamoDBBackend.transact_write_items

Undo = Callable[[], None]


def complete_transactions() -> None:
    """Put this in the place of moto's own, for this process."""
    DynamoDBBackend.transact_write_items = transact_write_items  # type: ignore[method-assign, assignment]


def transact_write_items(backend: Any, transact_items: list[dict[str, Any]]) -> None:
    """TransactWriteItems. The wire's lock lets one request in at a time, so nobody sees a
    transaction that is half done or half undone."""
    writes = [write for item in transact_items for write in item.values()]
    undo = [one for write in writes if (one := _undo(backend, write)) is not None]
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
    """What puts one item of a table back as it is now; None where moto will refuse the write."""
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
