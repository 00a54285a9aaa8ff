"""The functions that a deploy makes, found in the Chalice app's own registry: no second list."""

from collections.abc import Iterator
from dataclasses import dataclass

from chalice.app import Chalice, DynamoDBEventConfig, ScheduledEventConfig, SQSEventConfig

API = "api_handler"
"""Chalice's name for the function behind the API."""


@dataclass(frozen=True)
class Source:
    """What wakes a function: a queue's name, a stream's ARN, or a schedule's expression."""

    kind: str
    """`queue`, `stream` or `schedule`."""
    value: str
    batch_size: int = 0


@dataclass(frozen=True)
class Function:
    """One Lambda function. `name` is its handler's, as in .chalice/config.json."""

    name: str
    source: Source | None = None

    def deployed_name(self, prefix: str) -> str:
        """What Chalice calls it in Lambda."""
        return prefix if self.name == API else f"{prefix}-{self.name}"

    @property
    def resource(self) -> str:
        """What Chalice calls it in a template: fan_out is FanOut."""
        return "APIHandler" if self.name == API else self.name.title().replace("_", "")


def functions_of(app: Chalice) -> list[Function]:
    """Every function of an app, the API's first."""
    return [Function(API), *_woken(app), *(Function(f.name) for f in app.pure_lambda_functions)]


def _woken(app: Chalice) -> Iterator[Function]:
    for config in app.event_sources:
        yield Function(config.name, _source(config))


def _source(config: object) -> Source:
    match config:
        case SQSEventConfig():
            name = config.queue or str(config.queue_arn).rpartition(":")[2]
            return Source("queue", str(name), config.batch_size)
        case DynamoDBEventConfig():
            return Source("stream", config.stream_arn, config.batch_size)
        case ScheduledEventConfig():
            return Source("schedule", str(config.schedule_expression))
    raise NotImplementedError(f"a deploy does not know the event source {config}")
