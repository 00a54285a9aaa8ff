"""Every queue has what it needs: time to work, a place for what fails, and an alarm there."""

import json
from pathlib import Path

import pytest
from chalice.app import DynamoDBEventConfig
from msgspec import structs

from app import app
from functions.aws.redelivery import LONGEST_PAUSE
from functions.config import settings
from functions.media.domain import QUARANTINE, RENDER_TRIES
from functions.queues import CARRIED
from functions.streams.handlers import NOTING_SECONDS
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
RECEIVES = 20
OTHER_RECEIVES = {
    "exports": 6,  # up to 15 minutes each, and written again by each
    "render": 100,  # its tries are counted on the media's row
    "rerender": 100,
}
SHORTEST_THROTTLE = 3600  # seconds that Lambda may throttle a queue before anything is parked
DAY = 86_400  # seconds
LONGEST_RETENTION = 14 * DAY  # SQS, MessageRetentionPeriod
ACCOUNT_CONCURRENCY = 1000  # Lambda's quota unless one asks for more
FRESH_TABLE_UNITS = 4000  # writes a second; DynamoDB, a new on-demand table
LEAST_CONCURRENCY = 2  # Lambda, ScalingConfig.MaximumConcurrency


def dead_letters_of(queue):
    target = QUEUES[queue]["RedrivePolicy"]["deadLetterTargetArn"]["Fn::GetAtt"][0]
    return RESOURCES[target]["QueueName"]["Fn::Sub"].removeprefix("${Prefix}-")


def test_every_queue_is_worked_off_or_holds_what_failed():
    assert set(WORKERS) == set(ALIVE)


def test_the_messages_of_every_queue_are_named_in_one_place():
    assert set(CARRIED) == set(ALIVE)


def test_every_stream_has_one_function_which_reads_it_from_the_oldest_record():
    """LATEST, the default of Chalice, would skip changes that precede a deploy."""
    streams = [one for one in app.event_sources if isinstance(one, DynamoDBEventConfig)]
    declared = {v for k, v in structs.asdict(settings()).items() if k.endswith("_stream_arn")}
    assert sorted(one.stream_arn for one in streams) == sorted(declared)
    assert {one.starting_position for one in streams} == {"TRIM_HORIZON"}


@pytest.mark.parametrize("stage", sorted(CHALICE["stages"]))
def test_noting_closeness_leaves_a_counted_batch_the_better_part_of_its_time(stage):
    counted = [name for name, one in BEHAVIOURS.items() if one.tumbling_window_seconds]
    functions = CHALICE["stages"][stage]["lambda_functions"]
    assert len(counted) == 3
    assert all(functions[name]["lambda_timeout"] >= 3 * NOTING_SECONDS for name in counted)


@pytest.mark.parametrize("queue", ALIVE)
def test_what_fails_for_good_goes_to_the_queues_own_dead_letters(queue):
    assert dead_letters_of(queue) == f"{queue}-dead"
    receives = QUEUES[queue]["RedrivePolicy"]["maxReceiveCount"]
    assert receives == OTHER_RECEIVES.get(queue, RECEIVES)


@pytest.mark.parametrize("queue", ALIVE)
def test_an_hour_of_throttled_receives_parks_nothing(queue):
    """Lambda holds a message that it throttles for the whole visibility timeout."""
    receives = QUEUES[queue]["RedrivePolicy"]["maxReceiveCount"]
    assert receives * QUEUES[queue]["VisibilityTimeout"] >= SHORTEST_THROTTLE


def test_a_failed_message_never_waits_longer_than_its_visibility_timeout():
    assert min(QUEUES[queue]["VisibilityTimeout"] for queue in ALIVE) >= LONGEST_PAUSE


def test_an_original_outlasts_all_receives_of_its_message():
    [rule] = [
        one
        for one in STATE["Resources"]["UploadsBucket"]["Properties"]["LifecycleConfiguration"][
            "Rules"
        ]
        if one["Id"] == "quarantine"
    ]
    assert rule["ExpirationInDays"] == QUARANTINE.days
    for queue in ("render", "rerender"):
        assert QUEUES[queue]["RedrivePolicy"]["maxReceiveCount"] > RENDER_TRIES


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


@pytest.mark.parametrize("stage", sorted(CHALICE["stages"]))
def test_a_batch_of_deliveries_ends_in_time_while_all_share_a_fresh_table(stage):
    """A function that is stopped writes its whole batch again, after six minutes."""
    function = WORKERS["deliveries"]
    entries = function.source.batch_size * settings().chunk_followers
    seconds = entries * BEHAVIOURS[function.name].max_concurrency / FRESH_TABLE_UNITS
    assert (
        2 * seconds < CHALICE["stages"][stage]["lambda_functions"][function.name]["lambda_timeout"]
    )


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
    template = operations_template(
        functions_of(app), STATE, log_retention_days=7, alarm_email="", throttle_rate=500
    )
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
