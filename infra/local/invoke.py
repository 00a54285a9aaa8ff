"""Invokes a handler as Lambda does, with an event and a context."""

import logging
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from chalice.local import LambdaContext

from infra.local.wire import ACCOUNT, REGION

MEMORY_MB = 1024
TIMEOUT_MS = 60_000

_log = logging.getLogger("fanlight.local")


@dataclass(frozen=True)
class Invocation:
    """The result of one invocation, for an observer."""

    name: str
    records: int
    failed: int
    milliseconds: float
    error: str | None
    """The traceback of the handler's exception."""


Observer = Callable[[Invocation], None]


@dataclass(frozen=True)
class Outcome:
    """A handler's answer in `value`, or its traceback in `error`."""

    request_id: str
    value: Any
    error: str | None


def log_failures(invocation: Invocation) -> None:
    """Log failures. The default observer."""
    if invocation.error:
        _log.error("%s failed: %s", invocation.name, invocation.error)
    elif invocation.failed:
        _log.warning("%s failed on %d records", invocation.name, invocation.failed)


def function_arn(name: str) -> str:
    """Return the ARN that a handler's function would have."""
    return f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:{name}"


def context_for(name: str) -> LambdaContext:
    """Return a Lambda context with a name, memory, request id and remaining time."""
    context = LambdaContext(name, MEMORY_MB, TIMEOUT_MS)
    context.invoked_function_arn = function_arn(name)
    return context


class Function:
    """A handler, wrapped as Chalice would hand it to Lambda."""

    def __init__(self, name: str, handler: Callable[[Any, Any], Any], observer: Observer) -> None:
        self.name = name
        self._handler = handler
        self._observer = observer

    def invoke(
        self, event: dict[str, Any], failures: Callable[[Outcome], set[str]]
    ) -> tuple[Outcome, set[str]]:
        """Invoke the handler. `failures` derives the failed records from the outcome."""
        context = context_for(self.name)
        started = time.perf_counter()
        try:
            outcome = Outcome(context.aws_request_id, self._handler(event, context), None)
        except Exception:
            outcome = Outcome(context.aws_request_id, None, traceback.format_exc())
        failed = failures(outcome)
        milliseconds = (time.perf_counter() - started) * 1000
        records = len(event["Records"])
        self._observer(Invocation(self.name, records, len(failed), milliseconds, outcome.error))
        return outcome, failed


def failed_items(outcome: Outcome, known: list[str], reports: bool) -> set[str]:
    """Return which of the `known` record ids failed, by Lambda's rules for partial batches.

    With `reports`, an empty answer means success and a malformed answer means that all records
    failed. Without it, only an exception is a failure.
    https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html
    """
    if outcome.error is not None:
        return set(known)
    if not reports or not outcome.value:
        return set()
    try:
        items = outcome.value.get("batchItemFailures") or []
        named = {item["itemIdentifier"] for item in items}
    except (AttributeError, KeyError, TypeError):
        return set(known)
    return named if named <= set(known) else set(known)
