"""The stack beside the functions: their log groups, the alarms, and the dashboard.

Made from the app's functions and from the queues of infra/resources.yaml, so a new queue or stream
has its alarm without a line here. Each kind of alarm has its entry in docs/operations.md.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from functions.metrics import FANOUT_DELAY, RENDER_FAILURES, Figure
from infra.dashboard import dashboard
from infra.functions import Function
from infra.local.template import read_template

MINUTE = 60  # seconds
Resource = dict[str, Any]


def operations_template(
    functions: Iterable[Function],
    dead_letters: Iterable[str],
    *,
    log_retention_days: int,
    alarm_email: str,
) -> dict[str, Any]:
    """The template, with the parameters `Prefix` and `Stage`."""
    functions, dead_letters = list(functions), list(dead_letters)
    topic: Resource = {"TopicName": _sub("${Prefix}-alarms")}
    if alarm_email:
        topic["Subscription"] = [{"Protocol": "email", "Endpoint": alarm_email}]
    resources: dict[str, Resource] = {
        "AlarmsTopic": {"Type": "AWS::SNS::Topic", "Properties": topic},
        "Dashboard": {
            "Type": "AWS::CloudWatch::Dashboard",
            "Properties": {
                "DashboardName": _sub("${Prefix}"),
                "DashboardBody": _sub(json.dumps(dashboard(functions, dead_letters))),
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
    names = (
        resource["Properties"]["QueueName"]["Fn::Sub"].removeprefix("${Prefix}-")
        for resource in template["Resources"].values()
        if resource["Type"] == "AWS::SQS::Queue"
    )
    return [name for name in names if name.endswith("-dead")]


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
    yield "ThrottledAlarm", _alarm(
        "throttled", "Lambda turns invocations away: the account's concurrency is used up.",
        Namespace="AWS/Lambda", MetricName="Throttles", Statistic="Sum",
        Period=5 * MINUTE, Threshold=0,
    )  # fmt: skip
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
    name = function.deployed_name("${Prefix}")
    return _alarm(
        f"stream-lag-{function.name}", f"{function.name} is more than a minute behind its stream.",
        Namespace="AWS/Lambda", MetricName="IteratorAge",
        Dimensions=[{"Name": "FunctionName", "Value": _sub(name)}],
        Statistic="Maximum", Period=MINUTE, EvaluationPeriods=5, Threshold=60_000,
    )  # fmt: skip


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
