"""The one DynamoDB connection, used by the calls of every table."""

from contextvars import ContextVar
from typing import Any

from botocore.session import Session
from pynamodb.connection import Connection
from pynamodb.exceptions import VerboseClientError

from functions.aws.clients import client_lock, session
from functions.aws.own_writes import is_applied
from functions.observability import count_read_units

CONDITION_FAILED = "ConditionalCheckFailedException"
CONDITIONAL = frozenset({"PutItem", "UpdateItem", "DeleteItem"})
repeated: ContextVar[set[str] | None] = ContextVar("repeated", default=None)
"""The operations that the SDK has repeated within the present `try_write`, which may call several
times. Each may have been applied already. None outside `try_write`."""


class SharedConnection(Connection):
    """PynamoDB's connection, with a client from the shared session. Every call goes over it, so it
    counts the read units of each."""

    @property
    def session(self) -> Session:
        return session()

    @property
    def client(self) -> Any:
        with client_lock:
            return super().client

    def dispatch(self, operation_name: str, operation_kwargs: dict[str, Any]) -> dict[str, Any]:
        if operation_name in CONDITIONAL and "ConditionExpression" in operation_kwargs:
            # A refused write then brings the row along: no read is needed, nor a grant for it.
            operation_kwargs.setdefault("ReturnValuesOnConditionCheckFailure", "ALL_OLD")
        answer: dict[str, Any]
        try:
            answer = super().dispatch(operation_name, operation_kwargs)
        except VerboseClientError as error:
            row = _own_result(operation_name, operation_kwargs, error)
            if row is None:
                raise
            answer = {"Attributes": row}
        count_read_units(operation_name, answer)
        return answer


def _own_result(
    operation: str, request: dict[str, Any], error: VerboseClientError
) -> dict[str, Any] | None:
    """Return the row that a write has left although its condition is said to have failed.

    Only a write that the SDK has repeated can have: see `functions.aws.own_writes`.
    """
    if operation not in CONDITIONAL:
        return None
    refusal: Any = (
        error.__cause__
    )  # botocore's own; PynamoDB's tells neither of retries nor the row
    found = repeated.get()
    doubted = found if found is not None else set()
    if refusal.response.get("ResponseMetadata", {}).get("RetryAttempts"):
        doubted.add(operation)
    if error.response["Error"]["Code"] != CONDITION_FAILED or operation not in doubted:
        return None
    row: dict[str, Any] | None = refusal.response.get("Item")
    return (row or {}) if is_applied(operation, request, row) else None


connection = SharedConnection(max_pool_connections=25)
"""One botocore client for every table. PynamoDB would make one for each model, and a cold start
would pay for each."""
