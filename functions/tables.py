"""What all tables share: one DynamoDB connection, transactions, and reads and writes in batches."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import islice
from threading import Lock
from typing import Any, ClassVar, Generic, TypeVar

import msgspec
from botocore.session import Session
from pynamodb.connection import Connection, TableConnection
from pynamodb.exceptions import DeleteError, PutError, TransactWriteError, UpdateError
from pynamodb.expressions.condition import Condition
from pynamodb.models import Model
from pynamodb.transactions import TransactWrite

from functions.aws import making, session
from functions.backoff import attempts
from functions.consumption import note
from functions.errors import TooManyRequests
from functions.threads import Threads

T = TypeVar("T")
Key = tuple[str, ...]

BATCH_GET_LIMIT = 100  # keys; DynamoDB BatchGetItem
BATCH_WRITE_LIMIT = 25  # items; DynamoDB BatchWriteItem
CONTENDED = "Too many changes of one thing at once; try again."
THROTTLED = frozenset({"ProvisionedThroughputExceededException", "ThrottlingException"})
"""What DynamoDB answers when a partition has had its 1,000 writes of this second."""
ATTEMPTS = 8
"""Tries at what DynamoDB leaves unprocessed, or at a contended transaction: about 3 s in all."""


class SharedConnection(Connection):
    """PynamoDB's connection, with a client of the session that all clients are made of. Every call
    goes over it: what each consumed is noted here."""

    @property
    def session(self) -> Session:
        return session()

    @property
    def client(self) -> Any:
        with making:
            return super().client

    def dispatch(self, operation_name: str, operation_kwargs: dict[str, Any]) -> dict[str, Any]:
        answer: dict[str, Any] = super().dispatch(operation_name, operation_kwargs)
        note(operation_name, answer)
        return answer


connection = SharedConnection(max_pool_connections=25)
"""One botocore client for every table: PynamoDB's own way is one a model, and a cold start would
pay for each of them."""
_connected: set[type[Model]] = set()
_connecting = Lock()
"""A process may serve several threads: a model is put on the connection once."""


class Table(Model):
    """A PynamoDB model on the shared connection.

    `user_ids` are the attributes that name a user whose row it is: when one of them deletes the
    account, the row goes.
    """

    user_ids: ClassVar[tuple[str, ...]] = ()
    names: ClassVar[tuple[str, ...]] = ()
    """Attributes that begin with a username."""
    words: ClassVar[tuple[str, ...]] = ()
    """Attributes that hold what people write: whoever is named there leaves no trace of theirs."""

    @classmethod
    def of_user(cls, user_id: str, username: str) -> Condition | None:  # noqa: ARG003
        """That a row is this user's; None where the table holds nobody's. Few know the name."""
        found: Condition | None = None
        for name in cls.user_ids:
            same: Condition = getattr(cls, name) == user_id
            found = same if found is None else found | same
        return found

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
        """The item's key as DynamoDB takes it."""
        found = cls._get_connection().connection.get_identifier_map(cls.Meta.table_name, *values)
        return dict(found["Key"])


class ConditionFailed(Exception):
    """A transaction's condition did not hold. `failed` are the indexes of the steps at fault, in
    DynamoDB's order: checks, deletes, puts, updates; each kind in the order it was given."""

    def __init__(self, failed: Sequence[int]) -> None:
        super().__init__(f"conditions failed at steps {list(failed)}")
        self.failed = tuple(failed)


def took(write: Callable[[], object]) -> bool:
    """Do one conditional write; False where its condition did not hold.

    Raises:
        TooManyRequests: transactions held the item at every attempt, or its partition is as busy
            as it can be; nothing was written.
    """
    for _ in attempts(ATTEMPTS):
        try:
            write()
        except (PutError, UpdateError, DeleteError) as error:
            if error.cause_response_code == "ConditionalCheckFailedException":
                return False
            if error.cause_response_code in THROTTLED:  # the client has tried again already
                raise TooManyRequests(CONTENDED, retry_after=1) from error
            if error.cause_response_code != "TransactionConflictException":
                raise
        else:
            return True
    raise TooManyRequests(CONTENDED, retry_after=1)


Step = Callable[[TransactWrite], None]
"""Adds one write to a transaction. It may be called for several attempts."""


def commit(*steps: Step) -> None:
    """Commit one transaction.

    Raises:
        ConditionFailed: a condition did not hold; nothing was written.
        TooManyRequests: rivals held an item at every attempt; nothing was written.
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
    raise TooManyRequests(CONTENDED, retry_after=1)


class Lookup(msgspec.Struct, Generic[T], frozen=True):
    """Items of one table to be read together with other tables' in one round trip."""

    table: type[Table]
    keys: Sequence[Key]
    decode: Callable[[Any], T | None]
    """Makes the domain object of a row; rows are instances of `table`. None: as if it were gone."""
    consistent: bool = False


def read_together(*lookups: Lookup[Any]) -> list[dict[Key, Any]]:
    """Read items of several tables; the answers stand in the order of `lookups`, by key.

    One BatchGetItem takes 100 keys whatever their tables, so a page of posts with their authors,
    edges and counts is one round trip. More keys go in parallel batches. Missing items are left
    out; `UnprocessedKeys` are asked for again.
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
    raise TooManyRequests("The tables are busy; try again.", retry_after=1)


def put_all(rows: Iterable[Table]) -> None:
    """Write rows of one or several tables, 25 a call; each row once whatever happens between."""
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
    for _ in attempts(ATTEMPTS):
        answer = connection.dispatch("BatchWriteItem", {"RequestItems": request})
        request = answer.get("UnprocessedItems") or {}
        if not request:
            return
    raise TooManyRequests("The tables are busy; try again.", retry_after=1)


def batched(things: Iterable[T], size: int) -> Iterator[list[T]]:
    """Cut an iterable into lists of `size`, the last one shorter. (itertools has it from 3.12.)"""
    rest = iter(things)
    while batch := list(islice(rest, size)):
        yield batch
