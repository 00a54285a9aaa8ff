"""What a request reads of DynamoDB, in capacity units: DynamoDB's own figure, and no estimate.

Each answer says what it consumed, since PynamoDB asks for that with every call it makes; all of
them go over the one connection (`functions.tables`), so no read need be named or handed anything.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from functions.log import log
from functions.metrics import Figure, measured

READS = frozenset({"BatchGetItem", "GetItem", "Query", "Scan"})
_units: ContextVar[list[float] | None] = ContextVar("units", default=None)
"""What each read of this request has consumed; None where nobody counts. The request's own threads
(`Threads`) share the list; other requests, on other threads, have lists of their own."""


@contextmanager
def read_units(figure: Figure, correlation_id: str) -> Iterator[None]:
    """Log the read units of the block as a figure. A block that raises has none: most of what is
    refused has read nothing, and would pass for the cheapest of pages."""
    units: list[float] = []
    token = _units.set(units)
    try:
        yield
    finally:
        _units.reset(token)
    fields = measured(figure, sum(units))
    log.info("read", reads=len(units), correlation_id=correlation_id, **fields)


def note(operation: str, answer: Mapping[str, Any]) -> None:
    """Count what an answer of DynamoDB's says that it consumed, if it is a read's."""
    units = _units.get()
    if units is None or operation not in READS:
        return
    told = answer.get("ConsumedCapacity", ())
    by_table = [told] if isinstance(told, Mapping) else told
    units.append(sum(one["CapacityUnits"] for one in by_table))
