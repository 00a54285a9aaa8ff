"""`status`, `logs` and `diff` work on a stage whose deploy stopped before the CDN."""

import os
import shutil
from types import SimpleNamespace

import boto3
import pytest

from functions.config import Settings
from infra.deploy import diff, status
from infra.deploy.diff import show_diff
from infra.deploy.project import project_folder
from infra.deploy.status import show_logs, show_status


@pytest.fixture(autouse=True)
def environment(monkeypatch):
    """An environment without settings of a stage, as an operator's."""
    names = {name.upper() for name in Settings.__struct_fields__}
    left = {name: value for name, value in os.environ.items() if name not in names}
    monkeypatch.setattr(os, "environ", left)


@pytest.fixture
def half_made(deployed):
    """A stage without its media's address and without the operations stack."""
    context = deployed()
    assert "MediaBaseUrl" not in context.outputs
    context.operations_stack.status = None
    return deployed


def test_its_status_is_shown(half_made, capsys):
    show_status(half_made())
    said = capsys.readouterr().out
    assert "render-dead" in said
    assert "api_handler                  does not exist" in said
    assert "alarms    none" in said


def test_the_status_of_what_was_never_made_is_its_stacks(half_made, capsys):
    context = half_made()
    context.state_stack.status, context.state_stack._made = "ROLLBACK_COMPLETE", False
    show_status(context)
    assert "ROLLBACK_COMPLETE" in capsys.readouterr().out.splitlines()[1]


def test_its_logs_are_those_that_are_there(half_made, capsys):
    logs, context = boto3.client("logs"), half_made()
    group = f"/aws/lambda/{context.prefix}-render"
    logs.create_log_group(logGroupName=group)
    logs.create_log_stream(logGroupName=group, logStreamName="s")
    event = {"timestamp": int(status.time.time() * 1000), "message": "hello"}
    logs.put_log_events(logGroupName=group, logStreamName="s", logEvents=[event])
    show_logs(context, None, 15, follow=False)
    [line] = capsys.readouterr().out.splitlines()
    assert line.endswith("render           hello")


def test_what_a_deploy_would_change_is_shown(half_made, capsys, monkeypatch):
    layers = [SimpleNamespace(name=name, digest="d") for name in ("api", "imaging")]
    monkeypatch.setattr(diff, "build_layers", lambda *_: layers)
    context = half_made()
    try:
        show_diff(context)
    finally:
        shutil.rmtree(project_folder(context), ignore_errors=True)
    said = capsys.readouterr().out
    assert "layer imaging: a new version" in said
    assert "functions and API: would be released" in said


def test_alarms_are_a_stages_own_and_not_those_of_one_whose_name_begins_alike(half_made, capsys):
    cloudwatch, context = boto3.client("cloudwatch"), half_made()
    for name in (f"{context.prefix}-throttled", f"{context.prefix}-eu-throttled"):
        cloudwatch.put_metric_alarm(
            AlarmName=name, ComparisonOperator="GreaterThanThreshold", EvaluationPeriods=1
        )
        cloudwatch.set_alarm_state(AlarmName=name, StateValue="ALARM", StateReason="try")
    show_status(context)
    said = capsys.readouterr().out
    assert f"ALARM     {context.prefix}-throttled: try" in said
    assert f"{context.prefix}-eu" not in said
