"""The stack beside the functions: their log groups, the alarms, and the dashboard.

Made from the app's functions and from infra/resources.yaml, so a new queue or stream has its alarm
without a line here. Each kind of alarm has its entry in docs/operations.md.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from functions.metrics import FANOUT_DELAY, RENDER_FAILURES, Figure
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
) -> dict[str, Any]:
    """The template, with the parameters `Prefix` and `Stage`. `state` is infra/resources.yaml."""
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
    for name, alarm in _alarms(functions, dead_letters):
        resources[name] = {"Type": "AWS::CloudWatch::Alarm", "Properties": alarm}
    return {
        "AWSTemplateFormatVersion": "2010-09-09",
        "Description": "Fanlight's logs, alarms and dashboard.",
        "Parameters": {"Prefix": {"Type": "String"}, "Stage": {"Type": "String"}},
        "Resources": resources,
        "Outputs": {"AlarmsTopicArn": {"Value": {"Ref": "AlarmsTopic"}}},
    }


def dead_letter_queues(template: Mapping[str, Any]) -> list[str]:
    """The queues of infra/resources.yaml that hold what failed for good, without their prefix."""
    queues = named(template, "AWS::SQS::Queue", "QueueName")
    return [name for name in queues if name.endswith("-dead")]


def named(template: Mapping[str, Any], kind: str, property_: str) -> list[str]:
    """The names of a template's resources of one kind, without their prefix."""
    return [
        resource["Properties"][property_]["Fn::Sub"].removeprefix("${Prefix}-")
        for resource in template["Resources"].values()
        if resource["Type"] == kind
    ]


def read_dead_letter_queues() -> list[str]:
    """The same, read from the template."""
    from infra.deploy.stage import TEMPLATE

    return dead_letter_queues(read_template(TEMPLATE))


def _log_group(function: Function, days: int) -> Resource:
    name = function.deployed_name("${Prefix}")
    properties = {"LogGroupName": _sub(f"/aws/lambda/{name}"), "RetentionInDays": days}
    return {"Type": "AWS::Logs::LogGroup", "Properties": properties}


def _alarms(functions: list[Function], dead_letters: list[str]) -> Iterator[tuple[str, Resource]]:
    for queue in dead_letters:
        yield f"{_camel(queue)}Alarm", _dead_letters(queue)
    for function in functions:
        if function.source is not None and function.source.kind == "stream":
            yield f"{function.resource}LagAlarm", _stream_lag(function)
    yield "ApiErrorsAlarm", _api_errors()
    # Requests are lost, where events come again. Without dimensions the metric is the account's.
    api = _of(Function(API))
    yield "ThrottledApiAlarm", _throttled("throttled-api", "Lambda turns requests away.", **api)
    yield "ThrottledAlarm", _throttled("throttled", "Lambda turns invocations away.")
    yield "RenderFailuresAlarm", _alarm(
        "render-failures", "Pictures could not be rendered for a reason that is not the picture's.",
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
        f"Work that failed for good lies in {queue}.",
        Namespace="AWS/SQS", MetricName="ApproximateNumberOfMessagesVisible",
        Dimensions=[{"Name": "QueueName", "Value": _sub(f"${{Prefix}}-{queue}")}],
        Statistic="Maximum", Period=MINUTE, Threshold=0,
    )  # fmt: skip


def _stream_lag(function: Function) -> Resource:
    return _alarm(
        f"stream-lag-{function.name}", f"{function.name} is more than a minute behind its stream.",
        Namespace="AWS/Lambda", MetricName="IteratorAge", **_of(function),
        # Three of five: the metric comes with a batch's end, and between the tries at one that
        # fails there are minutes without.
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


def _api_errors() -> Resource:
    dimensions = [
        {"Name": "ApiName", "Value": "fanlight"},
        {"Name": "Stage", "Value": {"Ref": "Stage"}},
    ]
    rate = {"Namespace": "AWS/ApiGateway", "MetricName": "5XXError", "Dimensions": dimensions}
    return _alarm(
        "api-errors", "More than 1% of the requests fail on our side.",
        **rate, Statistic="Average", Period=5 * MINUTE, EvaluationPeriods=2, Threshold=0.01,
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


def _ours(figure: Figure) -> dict[str, Any]:
    return {
        "Namespace": figure.namespace,
        "MetricName": figure.name,
        "Dimensions": [{"Name": "Stage", "Value": {"Ref": "Stage"}}],
    }


def _sub(text: str) -> dict[str, str]:
    return {"Fn::Sub": text}


def _camel(name: str) -> str:
    return "".join(part.capitalize() for part in name.replace("_", "-").split("-"))
