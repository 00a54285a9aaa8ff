"""Logs, figures and read units: all the information that a process gives about its work.

Give the facts of a line as keywords: `log.info("rendered", ...)`. Keys are passed with each line
and never appended to the logger, because a warm process may serve several requests on several
threads. `correlation_id` follows one upload from its request through every worker.

Figures use CloudWatch's embedded metric format, as fields of a log line:
`log.info("rendered", **measured(RENDER_TIME, 412))`. No call is made. Powertools Metrics would do
the same for 20 ms of import.
https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
"""

import json
import re
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, Literal

import msgspec
from aws_lambda_powertools import Logger

from functions.config import settings

REDACTED = "[redacted]"
_VALUE = r"""[^\s"'\\,;}&)]+"""
_SECRETS = [
    # A JSON Web Token, signed or encrypted, whole or cut short.
    re.compile(r"()\beyJ[\w-]{6,}(?:\.[\w-]*){0,4}"),
    # A signature of a URL or a form: it is as good as a key until it expires.
    re.compile(
        rf"((?:Signature|Policy|X-Amz-(?:Credential|Security-Token))[\"'\\:= ]+){_VALUE}", re.I
    ),
    # A value behind its name, as JSON, Python or a library writes it.
    re.compile(
        r"((?:password|secret|refresh_?token|confirmation_?code|latitude|longitude)\w*"
        rf"[\"'\\]*(?:\s*[:=]|, value:)\s*)(?:\\*\"[^\"\\]*|\\*'[^'\\]*|{_VALUE})",
        re.I,
    ),
]


def redacted(line: str) -> str:
    """Return a line without the values that must not be in a log."""
    for secret in _SECRETS:
        line = secret.sub(rf"\g<1>{REDACTED}", line)
    return line


def _line(fields: dict[str, Any]) -> str:
    return redacted(json.dumps(fields, default=str, separators=(",", ":"), ensure_ascii=False))


log = Logger(service="fanlight", json_serializer=_line)


NAMESPACE = "Fanlight"


class Metric(msgspec.Struct, frozen=True):
    """A figure by its name and unit. Its one dimension is the stage."""

    name: str
    unit: Literal["Milliseconds", "Count"]
    namespace: str = NAMESPACE


FANOUT_DELAY = Metric("FanoutDelay", "Milliseconds")
"""From a post's publication to its delivery into a chunk's timelines."""
RENDER_TIME = Metric("RenderTime", "Milliseconds")
"""From a render's start until its picture is ready."""
RENDER_FAILURES = Metric("RenderFailures", "Count")
"""Renders that were parked, for a reason that does not lie in the picture."""
FEED_READ_UNITS = Metric("FeedReadUnits", "Count")
"""DynamoDB's capacity units that a page of the feed took."""
TRAY_READ_UNITS = Metric("TrayReadUnits", "Count")
"""DynamoDB's capacity units that a page of the story tray took."""


def metric_fields(figure: Metric, value: float) -> dict[str, Any]:
    """Return a figure as fields of a log line."""
    return {
        "_aws": {
            "Timestamp": int(time.time() * 1000),
            "CloudWatchMetrics": [
                {
                    "Namespace": figure.namespace,
                    "Dimensions": [["Stage"]],
                    "Metrics": [{"Name": figure.name, "Unit": figure.unit}],
                }
            ],
        },
        "Stage": settings().stage,
        figure.name: value,
    }


READS = frozenset({"BatchGetItem", "GetItem", "Query", "Scan"})
_units: ContextVar[list[float] | None] = ContextVar("units", default=None)
"""The units that each read of this request has consumed; None if nobody counts. The request's own
threads (`Threads`) share the list. Other requests, on other threads, have lists of their own."""


@contextmanager
def read_units(figure: Metric, correlation_id: str) -> Iterator[None]:
    """Log the read units of the block as a figure. A block that raises logs none: most refused
    requests have read nothing, and would look like the cheapest pages."""
    units: list[float] = []
    token = _units.set(units)
    try:
        yield
    finally:
        _units.reset(token)
    fields = metric_fields(figure, sum(units))
    log.info("read", reads=len(units), correlation_id=correlation_id, **fields)


def count_read_units(operation: str, answer: Mapping[str, Any]) -> None:
    """Add the units that a DynamoDB answer reports, if the operation is a read."""
    units = _units.get()
    if units is None or operation not in READS:
        return
    told = answer.get("ConsumedCapacity", ())
    by_table = [told] if isinstance(told, Mapping) else told
    units.append(sum(one["CapacityUnits"] for one in by_table))
