"""Builds the CloudWatch dashboard, from the API's requests to the delay of the last timeline."""

from collections.abc import Iterable
from typing import Any

from functions.observability import (
    FANOUT_DELAY,
    FEED_READ_UNITS,
    RENDER_FAILURES,
    RENDER_TIME,
    TRAY_READ_UNITS,
    Metric,
)
from infra.functions import Function

WARM_PAGE = 75
"""Read units of a warm feed page of 20 posts (docs/decisions, feed costs)."""
WIDTH, HEIGHT = 8, 6
ACROSS = 24 // WIDTH
WidgetMetric = list[Any]


def dashboard(
    functions: Iterable[Function], dead_letters: Iterable[str], tables: Iterable[str]
) -> dict[str, Any]:
    """Return the dashboard's body. The template fills in `${Prefix}`, `${Stage}` and the region."""
    functions = list(functions)
    queues = [f.source.value for f in functions if f.source and f.source.kind == "queue"]
    streams = [f for f in functions if f.source and f.source.kind == "stream"]
    names = [function.deployed_name("${Prefix}") for function in functions]
    api = ["ApiName", "fanlight", "Stage", "${Stage}"]
    widgets = [
        _widget("Requests", "Sum", [["AWS/ApiGateway", "Count", *api]]),
        _widget(
            "Refused and failed requests", "Sum",
            [["AWS/ApiGateway", kind, *api] for kind in ("4XXError", "5XXError")],
        ),
        _widget("Latency, p50 and p99", "p99", [
            ["AWS/ApiGateway", "Latency", *api, {"stat": stat}] for stat in ("p50", "p99")
        ]),
        _widget("Fan-out delay, ms", "p99", _ours(FANOUT_DELAY)),
        _widget("Render time, ms", "p99", _ours(RENDER_TIME)),
        _widget("Permanent render failures", "Sum", [_figure(RENDER_FAILURES)]),
        _widget(
            "Read units per page, feed and tray", "p99",
            [*_ours(FEED_READ_UNITS), *_ours(TRAY_READ_UNITS)],
            line=("20 posts, warm", WARM_PAGE),
        ),
        _widget("Read units per minute, by table", "Sum", [
            ["AWS/DynamoDB", "ConsumedReadCapacityUnits", "TableName", f"${{Prefix}}-{table}"]
            for table in tables
        ]),
        _widget("Dead letters", "Maximum", [
            ["AWS/SQS", "ApproximateNumberOfMessagesVisible", "QueueName", f"${{Prefix}}-{queue}"]
            for queue in dead_letters
        ]),
        _widget("Age of the oldest message, s", "Maximum", [
            ["AWS/SQS", "ApproximateAgeOfOldestMessage", "QueueName", queue] for queue in queues
        ]),
        _widget("Lag behind the streams, ms", "Maximum", [
            ["AWS/Lambda", "IteratorAge", "FunctionName", f.deployed_name("${Prefix}")]
            for f in streams
        ]),
        _widget("Duration, p99, ms", "p99", _each("Duration", names)),
        _widget("Concurrent executions", "Maximum", _each("ConcurrentExecutions", names)),
        _widget("Errors", "Sum", _each("Errors", names)),
        _widget("Throttles", "Sum", _each("Throttles", names)),
    ]  # fmt: skip
    return {"widgets": [_placed(at, widget) for at, widget in enumerate(widgets)]}


def _each(metric: str, names: list[str]) -> list[WidgetMetric]:
    return [["AWS/Lambda", metric, "FunctionName", name] for name in names]


def _ours(figure: Metric) -> list[WidgetMetric]:
    return [[*_figure(figure), {"stat": stat}] for stat in ("p50", "p99")]


def _figure(figure: Metric) -> WidgetMetric:
    return [figure.namespace, figure.name, "Stage", "${Stage}"]


def _widget(
    title: str, stat: str, metrics: list[WidgetMetric], line: tuple[str, float] | None = None
) -> dict[str, Any]:
    """Return a graph. `line` is the label and value of a horizontal line."""
    properties: dict[str, Any] = {
        "title": title,
        "stat": stat,
        "metrics": metrics,
        "period": 60,
        "region": "${AWS::Region}",
        "view": "timeSeries",
    }
    if line is not None:
        label, value = line
        properties["annotations"] = {"horizontal": [{"label": label, "value": value}]}
    return {"type": "metric", "properties": properties}


def _placed(at: int, widget: dict[str, Any]) -> dict[str, Any]:
    x, y = at % ACROSS * WIDTH, at // ACROSS * HEIGHT
    return {"x": x, "y": y, "width": WIDTH, "height": HEIGHT, **widget}
