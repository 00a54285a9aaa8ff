"""Invokes a handler as Lambda does: an event, a context, and an answer or an error."""

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
    """What came of one invocation, for whoever watches."""

    name: str
    records: int
    failed: int
    milliseconds: float
    error: str | None
    """The traceback of what the handler raised."""


Observer = Callable[[Invocation], None]


@dataclass(frozen=True)
class Outcome:
    """A handler's answer, or that it failed."""

    request_id: str
    value: Any
    error: str | None


def log_failures(invocation: Invocation) -> None:
    """The observer when nobody else watches: failures go to the log."""
    if invocation.error:
        _log.error("%s failed: %s", invocation.name, invocation.error)
    elif invocation.failed:
        _log.warning("%s failed on %d records", invocation.name, invocation.failed)


def function_arn(name: str) -> str:
    """The ARN that a handler's function would have."""
    return f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:{name}"


def context_for(name: str) -> LambdaContext:
    """A Lambda context: name, memory, request id, the time that is left."""
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
        """Invoke the handler. `failures` reads from the outcome which records have failed."""
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
    """Which of the `known` record ids have failed, by Lambda's rules for partial batch responses.

    Where failures are reported, an empty answer means that all is well, and one that makes no sense
    that all has failed. Where not, only an error counts.
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
