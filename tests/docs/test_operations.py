"""The operator's guide knows every alarm and every command, and no others."""

import re
from pathlib import Path

import pytest

from app import app
from functions.observability import NAMESPACE
from infra.deploy.__main__ import COMMANDS
from infra.deploy.stage import TEMPLATE as STATE
from infra.deploy.steps import HEALTH, STEPS
from infra.functions import functions_of
from infra.local.template import read_template
from infra.operations import operations_template, read_dead_letter_queues

ROOT = Path(__file__).parents[2]
GUIDE = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")
FUNCTIONS = functions_of(app)
TEMPLATE = operations_template(
    FUNCTIONS,
    read_template(STATE),
    log_retention_days=7,
    alarm_email="a@example.com",
    throttle_rate=500,
)
ALARMS = {
    resource["Properties"]["AlarmName"]["Fn::Sub"].removeprefix("${Prefix}-"): resource[
        "Properties"
    ]
    for resource in TEMPLATE["Resources"].values()
    if resource["Type"] == "AWS::CloudWatch::Alarm"
}
ENTRIES = set(re.findall(r"^### ([a-z-]+)$", GUIDE.split("## Alarms")[1], re.MULTILINE))


def entry_of(alarm):
    return next(
        (entry for entry in ENTRIES if alarm == entry or alarm.startswith(f"{entry}-")), None
    )


def test_every_alarm_has_its_entry_and_every_entry_an_alarm():
    assert {entry_of(alarm) for alarm in ALARMS} == ENTRIES


def test_every_dead_letter_queue_and_every_stream_has_an_alarm():
    queues = {f"dead-letters-{name.removesuffix('-dead')}" for name in read_dead_letter_queues()}
    streams = {f"stream-lag-{f.name}" for f in FUNCTIONS if f.source and f.source.kind == "stream"}
    assert queues | streams <= set(ALARMS)
    assert len(queues) >= 5
    assert len(streams) >= 3


@pytest.mark.parametrize("name", sorted(ALARMS))
def test_an_alarm_tells_somebody_and_is_quiet_while_nothing_happens(name):
    assert ALARMS[name]["AlarmActions"] == [{"Ref": "AlarmsTopic"}]
    assert ALARMS[name]["TreatMissingData"] == "notBreaching"
    assert "docs/operations.md" in ALARMS[name]["AlarmDescription"]


def test_the_figures_that_alarms_watch_are_the_products_own():
    ours = {a["MetricName"] for a in ALARMS.values() if a["Namespace"] == NAMESPACE}
    assert ours == {"FanoutDelay", "RenderFailures"}


def test_every_function_has_a_log_group_of_its_own():
    logs = {
        resource["Properties"]["LogGroupName"]["Fn::Sub"]
        for resource in TEMPLATE["Resources"].values()
        if resource["Type"] == "AWS::Logs::LogGroup"
    }
    assert logs == {f"/aws/lambda/{f.deployed_name('${Prefix}')}" for f in FUNCTIONS}


def test_every_command_is_a_make_target_and_every_target_in_the_guide_exists():
    targets = set(re.findall(r"^([a-z0-9-]+):.*## ", MAKEFILE, re.MULTILINE))
    assert set(COMMANDS) <= targets
    assert set(re.findall(r"`?make ([a-z0-9-]+)", GUIDE)) <= targets


def test_the_guide_lists_the_steps_in_their_number():
    listed = re.findall(r"^(\d+)\. ", GUIDE.split("### By template")[0], re.MULTILINE)
    assert [int(number) for number in listed] == list(range(1, len((*STEPS, HEALTH)) + 1))


def test_a_step_that_fails_says_what_to_do():
    assert all(step.if_it_fails for step in (*STEPS, HEALTH))
