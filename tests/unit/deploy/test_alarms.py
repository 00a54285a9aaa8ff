"""Alarms and graphs use metrics that exist, with the dimensions that they have.

CloudWatch accepts a misspelt metric: it never has data, so its alarm never rings.
"""

import json
from types import SimpleNamespace

import pytest

from app import app
from functions import observability
from functions.observability import NAMESPACE, Metric, metric_fields
from infra.dashboard import dashboard
from infra.deploy.project import COMMITTED, chalice_config
from infra.deploy.stacks import BODY_LIMIT
from infra.deploy.stage import TEMPLATE, Stage
from infra.deploy.steps import operations_body
from infra.functions import API, functions_of
from infra.local.template import read_template
from infra.operations import named, operations_template

STATE = read_template(TEMPLATE)
FUNCTIONS = functions_of(app)
FIGURES = {one.name: one for one in vars(observability).values() if isinstance(one, Metric)}
OPERATIONS = operations_template(
    FUNCTIONS, STATE, log_retention_days=7, alarm_email="", throttle_rate=500
)
ALARMS = {
    one["Properties"]["AlarmName"]["Fn::Sub"].removeprefix("${Prefix}-"): one["Properties"]
    for one in OPERATIONS["Resources"].values()
    if one["Type"] == "AWS::CloudWatch::Alarm"
}
WIDGETS = dashboard(FUNCTIONS, ["render-dead"], ["users"])["widgets"]
LAMBDA = {("FunctionName",), ()}  # by function, and for the whole account
API_GATEWAY = {("ApiName", "Stage")}
EMITTED = {
    # https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-available-cloudwatch-metrics.html
    ("AWS/SQS", "ApproximateNumberOfMessagesVisible"): {("QueueName",)},
    ("AWS/SQS", "ApproximateAgeOfOldestMessage"): {("QueueName",)},
    # https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html
    ("AWS/Lambda", "IteratorAge"): {("FunctionName",)},
    ("AWS/Lambda", "Throttles"): LAMBDA,
    ("AWS/Lambda", "Errors"): LAMBDA,
    ("AWS/Lambda", "Duration"): LAMBDA,
    ("AWS/Lambda", "ConcurrentExecutions"): LAMBDA,
    # https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-metrics-and-dimensions.html
    ("AWS/ApiGateway", "Count"): API_GATEWAY,
    ("AWS/ApiGateway", "4XXError"): API_GATEWAY,
    ("AWS/ApiGateway", "5XXError"): API_GATEWAY,
    ("AWS/ApiGateway", "Latency"): API_GATEWAY,
    # https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/metrics-dimensions.html
    ("AWS/DynamoDB", "ConsumedReadCapacityUnits"): {("TableName",)},
}


def of_figure(figure):
    """Return a figure's name and dimensions as CloudWatch reads them from a log line."""
    [directive] = metric_fields(figure, 1)["_aws"]["CloudWatchMetrics"]
    [metric] = directive["Metrics"]
    return (directive["Namespace"], metric["Name"]), {tuple(directive["Dimensions"][0])}


EMITTED |= dict(of_figure(figure) for figure in FIGURES.values())


@pytest.mark.parametrize("name", sorted(ALARMS))
def test_an_alarm_watches_what_there_is(name):
    alarm = ALARMS[name]
    dimensions = tuple(one["Name"] for one in alarm.get("Dimensions", ()))
    assert dimensions in EMITTED[alarm["Namespace"], alarm["MetricName"]]


@pytest.mark.parametrize("widget", WIDGETS, ids=lambda widget: widget["properties"]["title"])
def test_a_graph_shows_what_there_is(widget):
    for namespace, metric, *rest in widget["properties"]["metrics"]:
        dimensions = [part for part in rest if isinstance(part, str)][::2]
        assert tuple(dimensions) in EMITTED[namespace, metric]


def test_every_figure_of_the_product_is_on_the_dashboard():
    shown = {m[1] for w in WIDGETS for m in w["properties"]["metrics"] if m[0] == NAMESPACE}
    assert shown == set(FIGURES)


def test_the_dashboard_has_every_table():
    text = OPERATIONS["Resources"]["Dashboard"]["Properties"]["DashboardBody"]["Fn::Sub"]
    [graph] = [w for w in json.loads(text)["widgets"] if "by table" in w["properties"]["title"]]
    shown = [metric[3].removeprefix("${Prefix}-") for metric in graph["properties"]["metrics"]]
    assert shown == named(STATE, "AWS::DynamoDB::Table", "TableName")


def test_the_apis_name_and_stage_are_those_that_chalice_gives_it():
    [name, stage] = ALARMS["api-errors"]["Dimensions"]
    assert name["Value"] == COMMITTED["app_name"] == app.app_name
    assert stage["Value"] == {"Ref": "Stage"}
    assert chalice_config(Stage(name="x"), {}, {})["api_gateway_stage"] == "x"


@pytest.mark.parametrize(
    ("name", "statistic", "minutes", "threshold"),
    [
        ("dead-letters-render", "Maximum", 1, 0),
        ("stream-lag-on_posts", "Maximum", 3, 60_000),
        ("api-errors", "Average", 10, 0.01),  # 1 or 0 per request: the rate
        ("throttled", "Sum", 5, 0),
        ("throttled-api", "Sum", 5, 0),
        ("render-failures", "Sum", 15, 4),
        ("fanout-delay", "p99", 10, 30_000),
    ],
)
def test_an_alarm_rings_where_the_guide_says(name, statistic, minutes, threshold):
    alarm = ALARMS[name]
    assert (alarm.get("Statistic") or alarm["ExtendedStatistic"]) == statistic
    points = alarm.get("DatapointsToAlarm", alarm["EvaluationPeriods"])
    assert points * alarm["Period"] == minutes * 60
    assert (alarm["ComparisonOperator"], alarm["Threshold"]) == ("GreaterThanThreshold", threshold)


def test_the_throttled_api_is_this_stages_and_throttled_the_accounts():
    [function] = ALARMS["throttled-api"]["Dimensions"]
    [api] = [one for one in FUNCTIONS if one.name == API]
    assert function["Value"] == {"Fn::Sub": api.deployed_name("${Prefix}")}
    assert "Dimensions" not in ALARMS["throttled"]


def test_the_stack_fits_into_one_call():
    longest = f"{'a' * 64}@{'b' * 250}.example"
    stage = SimpleNamespace(log_retention_days=3653, alarm_email=longest, throttle_rate=10**6)
    body = operations_body(SimpleNamespace(functions=FUNCTIONS, stage=stage))
    assert len(body.encode()) < BODY_LIMIT


def test_a_flood_rings_at_half_of_what_the_api_accepts():
    assert ALARMS["api-requests"]["Threshold"] == 500 * 300 / 2
