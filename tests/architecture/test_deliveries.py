"""No guarantee of a delivery is left to a default: of streams, queues, buckets and TTL."""

import pytest
from chalice.app import SQSEventConfig

from app import app
from infra.deploy.event_sources import FOR_EVER, settings_for
from infra.functions import functions_of
from infra.local.event_sources import read_behaviours
from infra.local.provision import TEMPLATE
from infra.local.template import read_template

RESOURCES = read_template(TEMPLATE)["Resources"]
BEHAVIOURS = read_behaviours()
STREAMED = [f for f in functions_of(app) if f.source is not None and f.source.kind == "stream"]
QUEUED = [config for config in app.event_sources if isinstance(config, SQSEventConfig)]
LARGEST_UNWINDOWED = 10  # messages; a larger batch needs a window, which delays every message


class Deployed:
    """A deploy of a stage."""

    partition, region, account, prefix = "aws", "r", "a", "fanlight-toy"


@pytest.mark.parametrize("function", STREAMED, ids=lambda function: function.name)
def test_a_streams_bad_record_neither_stops_its_shard_nor_takes_others_with_it(function):
    """By Lambda's defaults a batch fails as a whole until its records expire, and leaves no
    trace."""
    sent = settings_for(Deployed, function, BEHAVIOURS[function.name])
    assert sent["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
    assert sent["BisectBatchOnFunctionError"]
    assert 10 <= sent["MaximumRetryAttempts"] <= 100
    assert sent["MaximumRecordAgeInSeconds"] == FOR_EVER
    assert sent["DestinationConfig"]["OnFailure"]["Destination"]
    assert sent["ParallelizationFactor"] == 1


@pytest.mark.parametrize("config", QUEUED, ids=lambda config: config.name)
def test_a_queues_message_waits_for_no_batch(config):
    assert 1 <= config.batch_size <= LARGEST_UNWINDOWED
    assert not config.maximum_batching_window_in_seconds


def uploads():
    return RESOURCES["UploadsBucket"]


def test_the_uploads_bucket_notifies_from_its_first_object_on():
    """Its notices are a part of the bucket, and the queue lets it send before it exists. A step
    that set them later would miss the uploads before it."""
    assert uploads()["DependsOn"] == "RenderQueuePolicy"
    assert "NotificationConfiguration" in uploads()["Properties"]


def test_every_way_to_make_an_object_of_any_key_is_a_notice():
    """A form is a Post, a body a Put, and an operator's repetition a Copy."""
    [notice] = uploads()["Properties"]["NotificationConfiguration"]["QueueConfigurations"]
    assert notice == {
        "Event": "s3:ObjectCreated:*",
        "Queue": {"Fn::GetAtt": ["RenderQueue", "Arn"]},
    }


def test_no_other_bucket_wakes_a_function():
    notifying = {
        name
        for name, made in RESOURCES.items()
        if made["Type"] == "AWS::S3::Bucket" and "NotificationConfiguration" in made["Properties"]
    }
    assert notifying == {"UploadsBucket"}


def test_every_ttl_is_the_same_attribute_and_is_on():
    made = [one["Properties"].get("TimeToLiveSpecification") for one in RESOURCES.values()
            if one["Type"] == "AWS::DynamoDB::Table"]  # fmt: skip
    assert {(one["AttributeName"], one["Enabled"]) for one in made if one} == {("expires_at", True)}
