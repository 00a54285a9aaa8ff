"""Every queue has what it needs: time to work, a place for what fails, and an alarm there."""

import json
from pathlib import Path

import pytest

from app import app
from functions.config import settings
from infra.functions import functions_of
from infra.local.event_sources import read_behaviours
from infra.local.provision import TEMPLATE
from infra.local.template import read_template
from infra.operations import operations_template

ROOT = Path(__file__).parents[2]
CHALICE = json.loads((ROOT / ".chalice" / "config.json").read_text(encoding="utf-8"))
STATE = read_template(TEMPLATE)
RESOURCES = {
    logical_id: resource["Properties"]
    for logical_id, resource in STATE["Resources"].items()
    if resource["Type"] == "AWS::SQS::Queue"
}
QUEUES = {
    made["QueueName"]["Fn::Sub"].removeprefix("${Prefix}-"): made for made in RESOURCES.values()
}
DEAD = {name for name in QUEUES if name.endswith("-dead")}
ALIVE = sorted(QUEUES.keys() - DEAD)
WORKERS = {
    f.source.value.removeprefix(settings().queue("")): f
    for f in functions_of(app)
    if f.source is not None and f.source.kind == "queue"
}
BEHAVIOURS = read_behaviours()

TIMEOUTS_VISIBLE = 6  # https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html
TRIES = 6
FEWER_TRIES = {"exports": 3}  # up to 15 minutes each, and written anew by each
DAY = 86_400  # seconds
LONGEST_RETENTION = 14 * DAY  # SQS, MessageRetentionPeriod
ACCOUNT_CONCURRENCY = 1000  # Lambda's quota unless one asks for more
LEAST_CONCURRENCY = 2  # Lambda, ScalingConfig.MaximumConcurrency


def dead_letters_of(queue):
    target = QUEUES[queue]["RedrivePolicy"]["deadLetterTargetArn"]["Fn::GetAtt"][0]
    return RESOURCES[target]["QueueName"]["Fn::Sub"].removeprefix("${Prefix}-")


def test_every_queue_is_worked_off_or_holds_what_failed():
    assert set(WORKERS) == set(ALIVE)


@pytest.mark.parametrize("queue", ALIVE)
def test_what_fails_for_good_goes_to_the_queues_own_dead_letters(queue):
    assert dead_letters_of(queue) == f"{queue}-dead"
    tries = QUEUES[queue]["RedrivePolicy"]["maxReceiveCount"]
    assert tries == FEWER_TRIES.get(queue, TRIES)


def test_all_that_fails_for_good_comes_from_somewhere():
    given_up = {f"{queue}-dead" for queue in ALIVE}
    streams = {one.on_failure for one in BEHAVIOURS.values() if one.on_failure} & DEAD
    assert given_up | streams == DEAD


@pytest.mark.parametrize("stage", sorted(CHALICE["stages"]))
@pytest.mark.parametrize("queue", ALIVE)
def test_a_message_is_hidden_for_six_of_its_functions_timeouts(queue, stage):
    declared = CHALICE["stages"][stage]["lambda_functions"].get(WORKERS[queue].name, {})
    timeout = declared.get("lambda_timeout", CHALICE["lambda_timeout"])
    assert QUEUES[queue]["VisibilityTimeout"] == TIMEOUTS_VISIBLE * timeout


@pytest.mark.parametrize("queue", ALIVE)
def test_the_dead_outlast_all_tries(queue):
    """A dead letter's age is counted from when it was first sent."""
    alive, dead = QUEUES[queue], QUEUES[dead_letters_of(queue)]
    tries = alive["RedrivePolicy"]["maxReceiveCount"] * alive["VisibilityTimeout"]
    assert tries < alive["MessageRetentionPeriod"]
    assert dead["MessageRetentionPeriod"] == LONGEST_RETENTION
    assert alive["MessageRetentionPeriod"] <= LONGEST_RETENTION - 7 * DAY


@pytest.mark.parametrize("queue", sorted(DEAD))
def test_an_alarm_watches_what_failed_for_good(queue):
    template = operations_template(functions_of(app), STATE, log_retention_days=7, alarm_email="")
    watching = [
        made["Properties"]
        for made in template["Resources"].values()
        if made["Type"] == "AWS::CloudWatch::Alarm"
        and made["Properties"]["Namespace"] == "AWS/SQS"
        and made["Properties"]["Dimensions"]
        == [{"Name": "QueueName", "Value": {"Fn::Sub": f"${{Prefix}}-{queue}"}}]
    ]
    assert [one["MetricName"] for one in watching] == ["ApproximateNumberOfMessagesVisible"]


def test_every_queues_work_is_capped_and_leaves_half_of_the_account_to_the_api():
    caps = {queue: BEHAVIOURS[worker.name].max_concurrency for queue, worker in WORKERS.items()}
    assert all(cap is not None and cap >= LEAST_CONCURRENCY for cap in caps.values()), caps
    assert sum(caps.values()) == 450 < ACCOUNT_CONCURRENCY / 2


def test_every_function_that_an_event_wakes_says_how_it_behaves():
    woken = {f.name for f in functions_of(app) if f.source and f.source.kind != "schedule"}
    assert set(BEHAVIOURS) == woken
    assert all(one.report_batch_item_failures for one in BEHAVIOURS.values())
