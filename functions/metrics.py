"""The product's own figures, in CloudWatch's embedded metric format: fields of a log line.

`log.info("rendered", **measured(RENDER_TIME, 412))` is the line and the figure in one; CloudWatch
takes it from there, and no call is made. Powertools Metrics would do the same for 20 ms of import.
https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
"""

import time
from typing import Any, Literal

import msgspec

from functions.config import settings

NAMESPACE = "Fanlight"


class Figure(msgspec.Struct, frozen=True):
    """A figure by its name and unit; its one dimension is the stage."""

    name: str
    unit: Literal["Milliseconds", "Count"]
    namespace: str = NAMESPACE


FANOUT_DELAY = Figure("FanoutDelay", "Milliseconds")
"""From a post's publication to its delivery into a chunk's timelines."""
RENDER_TIME = Figure("RenderTime", "Milliseconds")
"""From a render's begin to its picture being ready."""
RENDER_FAILURES = Figure("RenderFailures", "Count")
"""Renders that failed for good, for a reason that is not the picture's."""
FEED_READ_UNITS = Figure("FeedReadUnits", "Count")
"""DynamoDB's capacity units that a page of the feed took."""
TRAY_READ_UNITS = Figure("TrayReadUnits", "Count")
"""Those that a page of the story tray took."""


def measured(figure: Figure, value: float) -> dict[str, Any]:
    """A figure as fields of a log line."""
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
