"""Shared code of all tables: conditional writes, transactions, and reads and writes in batches."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import islice
from threading import Lock
from typing import Any, ClassVar, Generic, Self, TypeVar

import msgspec
from pynamodb.connection import TableConnection
from pynamodb.exceptions import (
    DeleteError,
    PutError,
    PynamoDBException,
    TransactWriteError,
    UpdateError,
    VerboseClientError,
)
from pynamodb.models import Model
from pynamodb.transactions import TransactWrite

from functions.aws.backoff import attempts
from functions.aws.connection import CONDITION_FAILED, connection, repeated
from functions.aws.errors import Contended
from functions.aws.threads import Threads

T = TypeVar("T")
Decoded = TypeVar("Decoded", bound=msgspec.Struct)
Image = Mapping[str, Any]
"""A row as DynamoDB writes it: `{"post_id": {"S": "01…"}}`."""
Key = tuple[str, ...]

BATCH_GET_LIMIT = 100  # keys; DynamoDB BatchGetItem
BATCH_WRITE_LIMIT = 25  # items; DynamoDB BatchWriteItem
THROTTLED = frozenset({"ProvisionedThroughputExceededException", "ThrottlingException"})
"""DynamoDB's error codes for a partition that has had its 1,000 writes of this second."""
ATTEMPTS = 8
"""Tries at items that DynamoDB leaves unprocessed, or at a contended transaction: about 3 s in
all."""


_connected: set[type[Model]] = set()
_connecting = Lock()
"""Held while a model is put on the connection, so that several threads do it only once."""


class Table(Model):
    """A PynamoDB model on the shared connection.

    `user_ids` are the attributes that name the users who own a row: when one of them deletes the
    account, the row goes.
    """

    user_ids: ClassVar[tuple[str, ...]] = ()
    names: ClassVar[tuple[str, ...]] = ()
    """Attributes that begin with a username."""
    words: ClassVar[tuple[str, ...]] = ()
    """Attributes that hold text that people write. A name or id in them does not count as a trace
    of its user."""

    @classmethod
    def owners(cls, row: Image) -> Sequence[str]:
        """Return the ids of the users who own a row. A table with `names` may return a username."""
        return [row[name]["S"] for name in cls.user_ids if "S" in row.get(name, ())]

    @classmethod
    def kept_for(cls, row: Image) -> str | None:  # noqa: ARG003
        """Return the leaving user for whom an erasure keeps this row as its own state."""
        return None

    def decode(self, kind: type[Decoded]) -> Decoded:
        """Return the row as a struct, whose fields have the names of attributes."""
        held = self.attribute_values
        return kind(**{name: held.get(name) for name in kind.__struct_fields__})

    @classmethod
    def encode(cls, value: msgspec.Struct, **more: Any) -> Self:
        """Make a row of a struct and of attributes that no field has. The inverse of `decode`."""
        return cls(**{name: getattr(value, name) for name in value.__struct_fields__}, **more)

    @classmethod
    def from_image(cls, image: Image) -> Self:
        """Return the row in a stream's record."""
        return cls.from_raw_data(dict(image))

    @classmethod
    def _get_connection(cls) -> TableConnection:
        if cls not in _connected:
            with _connecting:
                if cls not in _connected:
                    made = super()._get_connection()
                    connection.add_meta_table(made.get_meta_table())
                    made.connection = connection
                    _connected.add(cls)
        return super()._get_connection()

    @classmethod
    def key_of(cls, *values: str) -> dict[str, Any]:
        """Return the item's key in DynamoDB's form."""
        found = cls._get_connection().connection.get_identifier_map(cls.Meta.table_name, *values)
        return dict(found["Key"])


class ConditionFailed(Exception):
    """A transaction's condition did not hold. `failed` are the indexes of the steps at fault, in
    DynamoDB's order: checks, deletes, puts, updates; each kind in the order it was given."""

    def __init__(self, failed: Sequence[int]) -> None:
        super().__init__(f"conditions failed at steps {list(failed)}")
        self.failed = tuple(failed)


def try_write(write: Callable[[], object]) -> bool:
    """Do one conditional write. Return False if its condition did not hold.

    A write that succeeded returns True, even if its response was lost and the SDK repeated it.

    Raises:
        Contended: transactions held the item at every attempt, or its partition is as busy as it
            can be. Nothing was written.
    """
    token = repeated.set(set())
    try:
        return _try_write(write)
    finally:
        repeated.reset(token)


def _try_write(write: Callable[[], object]) -> bool:
    for _ in attempts(ATTEMPTS):
        try:
            write()
        except (PutError, UpdateError, DeleteError) as error:
            code = _code_of(error)
            if code == CONDITION_FAILED:
                return False
            if code in THROTTLED:  # the client has tried again already
                raise Contended(code) from error
            if code != "TransactionConflictException":
                raise
        else:
            return True
    raise Contended("transactions held the item at every attempt")


def _code_of(error: PynamoDBException) -> str:
    """Return DynamoDB's error code; empty if no answer came, for example after a time-out.

    PynamoDB's own `cause_response_code` raises AttributeError there.
    """
    response: dict[str, Any] = getattr(error.cause, "response", None) or {}
    return str(response.get("Error", {}).get("Code", ""))


Step = Callable[[TransactWrite], None]
"""Adds one write to a transaction. It may be called for several attempts."""


def commit(*steps: Step) -> None:
    """Commit one transaction.

    botocore gives each call a ClientRequestToken. DynamoDB recognises by it a call that the SDK
    repeats after a lost response, and answers with success.

    Raises:
        ConditionFailed: a condition did not hold; nothing was written.
        Contended: other transactions held an item at every attempt. Nothing was written.
    """
    for _ in attempts(ATTEMPTS):
        try:
            with TransactWrite(connection=connection) as transaction:
                for step in steps:
                    step(transaction)
        except TransactWriteError as error:
            codes = [reason.code if reason else None for reason in error.cancellation_reasons]
            failed = [i for i, code in enumerate(codes) if code == "ConditionalCheckFailed"]
            if failed:
                raise ConditionFailed(failed) from error
            if not {"TransactionConflict", "ThrottlingError"} & set(codes):
                raise
        else:
            return
    raise Contended("other transactions held an item at every attempt")


class Lookup(msgspec.Struct, Generic[T], frozen=True):
    """Items of one table to be read together with other tables' in one round trip."""

    table: type[Table]
    keys: Sequence[Key]
    decode: Callable[[Any], T | None]
    """Makes the domain object of a row; rows are instances of `table`. If it returns None, the item
    counts as missing."""
    consistent: bool = False


def read_together(*lookups: Lookup[Any]) -> list[dict[Key, Any]]:
    """Read items of several tables. Return the answers in the order of `lookups`, by key.

    One BatchGetItem takes 100 keys of any tables. So a page of posts with their authors, edges and
    counts is one round trip. More keys go in parallel batches. Missing items are left out;
    `UnprocessedKeys` are asked for again.
    """
    wanted = [(lookup, key) for lookup in lookups for key in dict.fromkeys(lookup.keys)]
    batches = list(batched(wanted, BATCH_GET_LIMIT))
    if len(batches) > 1:
        with Threads(len(batches)) as pool:
            parts = list(pool.map(_get_batch, batches))
    else:
        parts = [_get_batch(batch) for batch in batches]
    rows: dict[str, list[Any]] = {}
    for part in parts:
        for name, items in part.items():
            rows.setdefault(name, []).extend(items)
    return [_by_key(lookup, rows.get(lookup.table.Meta.table_name, [])) for lookup in lookups]


Reader = Callable[..., list[dict[Key, Any]]]
"""The type of `read_together` and of its fake."""


def _by_key(lookup: Lookup[T], items: Iterable[Mapping[str, Any]]) -> dict[Key, T]:
    wanted = set(lookup.keys)
    names = list(lookup.table.key_of(*lookup.keys[0])) if lookup.keys else []
    found = {}
    for item in items:
        key = tuple(item[name]["S"] for name in names)
        if key in wanted:
            decoded = lookup.decode(lookup.table.from_raw_data(dict(item)))
            if decoded is not None:
                found[key] = decoded
    return found


def _get_batch(batch: Sequence[tuple[Lookup[Any], Key]]) -> dict[str, list[Any]]:
    request: dict[str, Any] = {}
    for lookup, key in batch:
        asked = request.setdefault(
            lookup.table.Meta.table_name, {"Keys": [], "ConsistentRead": lookup.consistent}
        )
        asked["Keys"].append(lookup.table.key_of(*key))
    rows: dict[str, list[Any]] = {}
    for _ in attempts(ATTEMPTS):
        answer = connection.dispatch("BatchGetItem", {"RequestItems": request})
        for name, items in answer["Responses"].items():
            rows.setdefault(name, []).extend(items)
        request = answer.get("UnprocessedKeys") or {}
        if not request:
            return rows
    raise Contended("the tables left something unprocessed at every attempt")


def put_all(rows: Iterable[Table]) -> None:
    """Write rows of one or several tables, 25 a call. Rows that stay unprocessed are sent again."""
    _write_all(
        (row.Meta.table_name, {"PutRequest": {"Item": row.to_dynamodb_dict()}}) for row in rows
    )


def delete_all(table: type[Table], keys: Iterable[Key]) -> None:
    """Delete items by key, 25 a call; the inverse of `put_all`."""
    _write_all(
        (table.Meta.table_name, {"DeleteRequest": {"Key": table.key_of(*key)}}) for key in keys
    )


def _write_all(writes: Iterable[tuple[str, dict[str, Any]]]) -> None:
    for batch in batched(writes, BATCH_WRITE_LIMIT):
        request: dict[str, list[dict[str, Any]]] = {}
        for name, write in batch:
            request.setdefault(name, []).append(write)
        _write_batch(request)


def _write_batch(request: Mapping[str, Any]) -> None:
    """Write up to 25 items. Give up after `ATTEMPTS` in a row that wrote none of them: while a busy
    table accepts some, a caller that gave up would write all of them again later."""
    idle = 0
    for _ in attempts(ATTEMPTS * BATCH_WRITE_LIMIT):
        left = _unprocessed(request)
        if not left:
            return
        idle = 0 if _size(left) < _size(request) else idle + 1
        if idle == ATTEMPTS:
            break
        request = left
    raise Contended("the tables left something unprocessed at every attempt")


def _unprocessed(request: Mapping[str, Any]) -> Mapping[str, Any]:
    """Write items. Return those that DynamoDB left. If it writes none at all, it raises."""
    try:
        answer = connection.dispatch("BatchWriteItem", {"RequestItems": request})
    except VerboseClientError as error:
        if error.response["Error"]["Code"] not in THROTTLED:
            raise
        return request
    return answer.get("UnprocessedItems") or {}


def _size(request: Mapping[str, Any]) -> int:
    return sum(map(len, request.values()))


def batched(things: Iterable[T], size: int) -> Iterator[list[T]]:
    """Cut an iterable into lists of `size`, the last one shorter. (itertools has it from 3.12.)"""
    rest = iter(things)
    while batch := list(islice(rest, size)):
        yield batch
