"""The deployed zip and layers, in real processes, from an upload to a follower's feed."""

import json
from contextlib import contextmanager
from io import BytesIO

import boto3
from PIL import Image

from tests.e2e.conftest import PREFIX, eventually

QUICK = "1"
"""Seconds after which a failed message comes again, here; six times its function's, in earnest."""


def photo(color):
    made = BytesIO()
    Image.new("RGB", (640, 480), color).save(made, "JPEG")
    return made.getvalue()


def post_of(person, color="orange", **fields):
    """A post, published."""
    slot = person.call("POST", "/upload", body=photo(color), content_type="image/jpeg")
    post = person.call("POST", "/posts", body={"media_ids": [slot["media_id"]], **fields})
    return eventually(
        "the post is published",
        lambda: (
            shown
            if (shown := person.call("GET", f"/posts/{post['post_id']}"))["state"] == "published"
            else None
        ),
    )


def depth(queue):
    sqs = boto3.client("sqs")
    url = sqs.get_queue_url(QueueName=f"{PREFIX}-{queue}")["QueueUrl"]
    found = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["ApproximateNumberOfMessages"])
    return int(found["Attributes"]["ApproximateNumberOfMessages"])


@contextmanager
def quick(queue):
    """Failed messages of a queue come again at once."""
    sqs = boto3.client("sqs")
    url = sqs.get_queue_url(QueueName=f"{PREFIX}-{queue}")["QueueUrl"]
    name = "VisibilityTimeout"
    before = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=[name])["Attributes"][name]
    sqs.set_queue_attributes(QueueUrl=url, Attributes={name: QUICK})
    yield
    sqs.set_queue_attributes(QueueUrl=url, Attributes={name: before})


@contextmanager
def broken(function):
    """A function that a bad release has cut off from its tables."""
    awslambda, name = boto3.client("lambda"), f"{PREFIX}-{function}"
    good = awslambda.get_function_configuration(FunctionName=name)["Environment"]
    bad = {"Variables": {**good["Variables"], "RESOURCE_PREFIX": "elsewhere"}}
    awslambda.update_function_configuration(FunctionName=name, Environment=bad)
    yield
    awslambda.update_function_configuration(FunctionName=name, Environment=good)


def test_a_second_deploy_changes_nothing(transcripts):
    first, second = transcripts
    assert " functions, https://" in first
    done = [line.strip() for line in second.splitlines() if line.startswith("      ")]
    untouched = ("unchanged", "account ", "it is there", "put")
    assert [line for line in done if not line.startswith(untouched)] == []


def test_what_chalice_cannot_set_is_in_force(api):
    awslambda = boto3.client("lambda")
    for function in api.context.functions:
        if function.source is None:
            continue
        name = function.deployed_name(PREFIX)
        [mapping] = awslambda.list_event_source_mappings(FunctionName=name)["EventSourceMappings"]
        assert mapping["State"] == "Enabled"
        assert mapping["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
        if function.source.kind == "stream":
            assert mapping["BisectBatchOnFunctionError"]
            assert mapping["DestinationConfig"]["OnFailure"]["Destination"].endswith("stream-dead")


def test_each_function_has_a_role_of_its_own_that_names_its_resources(api):
    awslambda, iam = boto3.client("lambda"), boto3.client("iam")
    roles = set()
    for function in api.context.functions:
        name = function.deployed_name(PREFIX)
        found = awslambda.get_function_configuration(FunctionName=name)
        role = found["Role"].rpartition("/")[2]
        roles.add(role)
        [policy] = iam.list_role_policies(RoleName=role)["PolicyNames"]
        document = iam.get_role_policy(RoleName=role, PolicyName=policy)["PolicyDocument"]
        assert "${" not in json.dumps(document)
        assert found["TracingConfig"]["Mode"] == "Active"
        assert len(found["Layers"]) == (2 if function.name == "render" else 1)
    assert len(roles) == len(api.context.functions)


def test_the_log_groups_alarms_and_the_dashboard_are_there():
    groups = boto3.client("logs").describe_log_groups(logGroupNamePrefix=f"/aws/lambda/{PREFIX}")
    assert {group["retentionInDays"] for group in groups["logGroups"]} == {30}
    alarms = boto3.client("cloudwatch").describe_alarms(AlarmNamePrefix=PREFIX)["MetricAlarms"]
    assert f"{PREFIX}-dead-letters-render" in {alarm["AlarmName"] for alarm in alarms}


def test_a_photo_goes_from_an_upload_to_a_followers_feed_and_out_again(new):
    ada, bob = new("ada"), new("bob")
    bob.call("PUT", f"/users/{ada.user_id}/follow")
    post = post_of(ada, caption="first light")
    assert set(post["media"][0]["renditions"]) >= {"thumbnail", "small", "medium", "full"}
    eventually("the post is in the feed", lambda: bob.feed() == [post["post_id"]])
    bob.call("DELETE", f"/users/{ada.user_id}/follow")
    assert bob.feed() == []


def test_another_filter_is_rendered_from_the_kept_original(new):
    ada = new("ada")
    post = post_of(ada)
    ada.call("PATCH", f"/posts/{post['post_id']}", body={"filter": "ink"})
    eventually(
        "the filter is shown",
        lambda: "/ink/" in ada.call("GET", f"/posts/{post['post_id']}")["media"][0]["url"],
    )


def test_a_poison_message_ends_with_the_dead_letters_and_holds_up_nobody(new, operator):
    sqs = boto3.client("sqs")
    url = sqs.get_queue_url(QueueName=f"{PREFIX}-render")["QueueUrl"]
    with quick("render"):
        sqs.send_message(QueueUrl=url, MessageBody="this is no event")
        ada = new("ada")
        assert post_of(ada)["state"] == "published"
        eventually("the poison is a dead letter", lambda: depth("render-dead") == 1)
        assert "render-dead                  1 dead letters" in operator.must("status")
        operator.must("redrive", QUEUE="render")
        eventually("it has failed again, and was not lost", lambda: depth("render-dead") == 1)


def test_what_failed_under_a_bad_release_is_redriven_after_it_is_mended(new, operator):
    ada, bob = new("ada"), new("bob")
    bob.call("PUT", f"/users/{ada.user_id}/follow")
    with quick("deliveries"):
        with broken("deliver"):
            post = post_of(ada)
            eventually("the delivery is a dead letter", lambda: depth("deliveries-dead") == 1)
            assert bob.feed() == []
        assert "1 messages moved back" in operator.must("redrive", QUEUE="deliveries")
        eventually("the post is in the feed", lambda: bob.feed() == [post["post_id"]])
        assert depth("deliveries-dead") == 0


def test_a_row_that_is_gone_is_brought_back_from_the_backup(new, operator):
    ada = new("ada")
    dynamodb, table = boto3.client("dynamodb"), f"{PREFIX}-users"
    key = {"user_id": {"S": ada.user_id}}
    before = dynamodb.get_item(TableName=table, Key=key)["Item"]
    moment = {"SourceTableName": table, "TargetTableName": f"{table}-restored"}
    dynamodb.restore_table_to_point_in_time(**moment, UseLatestRestorableTime=True)
    dynamodb.delete_item(TableName=table, Key=key)
    assert f"{table}: 1 rows put back" in operator.must("restore", TABLE="users")
    assert dynamodb.get_item(TableName=table, Key=key)["Item"] == before
    assert f"{table}-restored" not in dynamodb.list_tables()["TableNames"]


def test_likes_and_comments_are_counted_from_their_streams(new):
    ada, bob = new("ada"), new("bob")
    post = post_of(ada)
    bob.call("POST", "/like", body={"post_id": post["post_id"]})
    bob.call("POST", "/comment", body={"post_id": post["post_id"], "text": "well seen"})

    def counted():
        shown = ada.call("GET", f"/posts/{post['post_id']}")
        return (shown["like_count"], shown["comment_count"]) == (1, 1)

    eventually("both are counted", counted)


def test_a_stage_with_data_is_not_destroyed_by_mistake(new, operator):
    new("ada")
    refused = operator.run("destroy")
    assert refused.returncode == 1
    assert f"would be lost: rows of the table {PREFIX}-users" in refused.stdout
    assert boto3.client("dynamodb").describe_table(TableName=f"{PREFIX}-users")


def test_a_stage_is_destroyed_when_told_so(operator, transcripts):
    operator.must("destroy", DELETE=PREFIX)
    left = [name for name in boto3.client("dynamodb").list_tables()["TableNames"] if PREFIX in name]
    assert left == []
    functions = boto3.client("lambda").list_functions()["Functions"]
    assert [one for one in functions if PREFIX in one["FunctionName"]] == []
    assert "there is no stage" in operator.must("destroy")
