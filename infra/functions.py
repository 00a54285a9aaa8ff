"""Lists the Lambda functions of the Chalice app, read from the app's own registry."""

from collections.abc import Iterator
from dataclasses import dataclass

from chalice.app import Chalice, DynamoDBEventConfig, ScheduledEventConfig, SQSEventConfig

API = "api_handler"
"""Chalice's name for the function behind the API."""


@dataclass(frozen=True)
class Source:
    """The event source of a function."""

    kind: str
    """`queue`, `stream` or `schedule`."""
    value: str
    """The queue's name, the stream's ARN or the schedule's expression."""
    batch_size: int = 0


@dataclass(frozen=True)
class Function:
    """One Lambda function. `name` is the handler's name, as in .chalice/config.json."""

    name: str
    source: Source | None = None

    def deployed_name(self, prefix: str) -> str:
        """Return the function's name in Lambda, as Chalice chooses it."""
        return prefix if self.name == API else f"{prefix}-{self.name}"

    @property
    def resource(self) -> str:
        """The function's id in Chalice's template: FanOut for fan_out."""
        return "APIHandler" if self.name == API else self.name.title().replace("_", "")


def functions_of(app: Chalice) -> list[Function]:
    """Return every function of an app. The API's comes first."""
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
    raise NotImplementedError(f"the deploy does not support the event source {config}")
