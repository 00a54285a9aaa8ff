"""Builds the stack of log groups, alarms and the dashboard.

It is derived from the app's functions and infra/resources.yaml, so a new queue or stream gets its
alarm without a change here. docs/operations.md has an entry for each kind of alarm.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from functions.observability import FANOUT_DELAY, RENDER_FAILURES, Metric
from infra.dashboard import dashboard
from infra.functions import API, Function
from infra.local.template import read_template

MINUTE = 60  # seconds
Resource = dict[str, Any]


def operations_template(
    functions: Iterable[Function],
    state: Mapping[str, Any],
    *,
    log_retention_days: int,
    alarm_email: str,
    throttle_rate: int,
) -> dict[str, Any]:
    """Return the template. Its parameters are `Prefix` and `Stage`.

    `state` is the content of infra/resources.yaml. `throttle_rate` are the requests per second that
    the API accepts.
    """
    functions, dead_letters = list(functions), dead_letter_queues(state)
    tables = named(state, "AWS::DynamoDB::Table", "TableName")
    shown = dashboard(functions, dead_letters, tables)
    topic: Resource = {"TopicName": _sub("${Prefix}-alarms")}
    if alarm_email:
        topic["Subscription"] = [{"Protocol": "email", "Endpoint": alarm_email}]
    resources: dict[str, Resource] = {
        "AlarmsTopic": {"Type": "AWS::SNS::Topic", "Properties": topic},
        "Dashboard": {
            "Type": "AWS::CloudWatch::Dashboard",
            "Properties": {
                "DashboardName": _sub("${Prefix}"),
                "DashboardBody": _sub(json.dumps(shown)),
            },
        },
    }
    for function in functions:
        resources[f"{function.resource}Log"] = _log_group(function, log_retention_days)
    for name, alarm in _alarms(functions, dead_letters, throttle_rate):
        resources[name] = {"Type": "AWS::CloudWatch::Alarm", "Properties": alarm}
    return {
        "AWSTemplateFormatVersion": "2010-09-09",
        "Description": "Fanlight's logs, alarms and dashboard.",
        "Parameters": {"Prefix": {"Type": "String"}, "Stage": {"Type": "String"}},
        "Resources": resources,
        "Outputs": {"AlarmsTopicArn": {"Value": {"Ref": "AlarmsTopic"}}},
    }


def dead_letter_queues(template: Mapping[str, Any]) -> list[str]:
    """Return the names of the dead-letter queues in infra/resources.yaml, without prefix."""
    queues = named(template, "AWS::SQS::Queue", "QueueName")
    return [name for name in queues if name.endswith("-dead")]


def named(template: Mapping[str, Any], kind: str, property_: str) -> list[str]:
    """Return the names of a template's resources of one type, without prefix."""
    return [
        resource["Properties"][property_]["Fn::Sub"].removeprefix("${Prefix}-")
        for resource in template["Resources"].values()
        if resource["Type"] == kind
    ]


def read_dead_letter_queues() -> list[str]:
    """Read infra/resources.yaml and return the names of its dead-letter queues."""
    from infra.deploy.stage import TEMPLATE

    return dead_letter_queues(read_template(TEMPLATE))


def _log_group(function: Function, days: int) -> Resource:
    name = function.deployed_name("${Prefix}")
    properties = {"LogGroupName": _sub(f"/aws/lambda/{name}"), "RetentionInDays": days}
    return {"Type": "AWS::Logs::LogGroup", "Properties": properties}


def _alarms(
    functions: list[Function], dead_letters: list[str], throttle_rate: int
) -> Iterator[tuple[str, Resource]]:
    for queue in dead_letters:
        yield f"{_camel(queue)}Alarm", _dead_letters(queue)
    for function in functions:
        if function.source is not None and function.source.kind == "stream":
            yield f"{function.resource}LagAlarm", _stream_lag(function)
    yield "ApiErrorsAlarm", _api_errors()
    yield "ApiRequestsAlarm", _api_requests(throttle_rate)
    # The API has an alarm of its own: a throttled request is lost, while Lambda retries events.
    api = _of(Function(API))
    yield "ThrottledApiAlarm", _throttled("throttled-api", "Lambda throttles API requests.", **api)
    # Without dimensions the metric counts all functions of the account.
    yield "ThrottledAlarm", _throttled("throttled", "Lambda throttles invocations.")
    yield "RenderFailuresAlarm", _alarm(
        "render-failures", "Rendering failed permanently, and not because of the pictures.",
        **_ours(RENDER_FAILURES), Statistic="Sum", Period=15 * MINUTE, Threshold=4,
    )  # fmt: skip
    yield "FanoutDelayAlarm", _alarm(
        "fanout-delay", "Posts take longer than 30 s to reach timelines.",
        **_ours(FANOUT_DELAY), ExtendedStatistic="p99", Period=5 * MINUTE, EvaluationPeriods=2,
        Threshold=30_000,
    )  # fmt: skip


def _dead_letters(queue: str) -> Resource:
    return _alarm(
        f"dead-letters-{queue.removesuffix('-dead')}",
        f"{queue} holds messages that failed permanently.",
        Namespace="AWS/SQS", MetricName="ApproximateNumberOfMessagesVisible",
        Dimensions=[{"Name": "QueueName", "Value": _sub(f"${{Prefix}}-{queue}")}],
        Statistic="Maximum", Period=MINUTE, Threshold=0,
    )  # fmt: skip


def _stream_lag(function: Function) -> Resource:
    return _alarm(
        f"stream-lag-{function.name}", f"{function.name} is more than a minute behind its stream.",
        Namespace="AWS/Lambda", MetricName="IteratorAge", **_of(function),
        # Three of five minutes: the metric appears when a batch ends, so there are minutes without
        # it between the retries of a failing batch.
        Statistic="Maximum", Period=MINUTE, EvaluationPeriods=5, DatapointsToAlarm=3,
        Threshold=60_000,
    )  # fmt: skip


def _throttled(kind: str, description: str, **of: Any) -> Resource:
    return _alarm(
        kind, f"{description} The account's concurrency is used up.",
        Namespace="AWS/Lambda", MetricName="Throttles", **of,
        Statistic="Sum", Period=5 * MINUTE, Threshold=0,
    )  # fmt: skip


def _of(function: Function) -> dict[str, Any]:
    name = _sub(function.deployed_name("${Prefix}"))
    return {"Dimensions": [{"Name": "FunctionName", "Value": name}]}


def _api_requests(throttle_rate: int) -> Resource:
    """Return the alarm of a flood. Requests are the largest part of what a busy stage costs."""
    return _alarm(
        "api-requests", "For ten minutes the API got more than half of what it accepts.",
        **_of_api("Count"), Statistic="Sum", Period=5 * MINUTE, EvaluationPeriods=2,
        Threshold=throttle_rate * 5 * MINUTE // 2,
    )  # fmt: skip


def _of_api(metric: str) -> dict[str, Any]:
    dimensions = [
        {"Name": "ApiName", "Value": "fanlight"},
        {"Name": "Stage", "Value": {"Ref": "Stage"}},
    ]
    return {"Namespace": "AWS/ApiGateway", "MetricName": metric, "Dimensions": dimensions}


def _api_errors() -> Resource:
    return _alarm(
        "api-errors", "More than 1% of the API's requests were answered with 5xx.",
        **_of_api("5XXError"), Statistic="Average", Period=5 * MINUTE, EvaluationPeriods=2,
        Threshold=0.01,
    )  # fmt: skip


def _alarm(kind: str, description: str, **properties: Any) -> Resource:
    return {
        "AlarmName": _sub(f"${{Prefix}}-{kind}"),
        "AlarmDescription": f"{description} See docs/operations.md.",
        "AlarmActions": [{"Ref": "AlarmsTopic"}],
        "OKActions": [{"Ref": "AlarmsTopic"}],
        "ComparisonOperator": "GreaterThanThreshold",
        "TreatMissingData": "notBreaching",
        "EvaluationPeriods": 1,
        **properties,
    }


def _ours(figure: Metric) -> dict[str, Any]:
    return {
        "Namespace": figure.namespace,
        "MetricName": figure.name,
        "Dimensions": [{"Name": "Stage", "Value": {"Ref": "Stage"}}],
    }


def _sub(text: str) -> dict[str, str]:
    return {"Fn::Sub": text}


def _camel(name: str) -> str:
    return "".join(part.capitalize() for part in name.replace("_", "-").split("-"))
