"""Failures and the operator's answers to them. The last test destroys the stage."""

import json
from contextlib import contextmanager

import boto3

from tests.e2e.conftest import PREFIX
from tests.e2e.people import eventually, post_of

QUICK = "1"
"""The visibility timeout in seconds. A real queue's is six times its function's timeout."""
FEW = 2
"""Receives until a message is a dead letter. A real queue allows 20 or more, which take long."""


def depth(queue):
    sqs = boto3.client("sqs")
    url = sqs.get_queue_url(QueueName=f"{PREFIX}-{queue}")["QueueUrl"]
    found = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["ApproximateNumberOfMessages"])
    return int(found["Attributes"]["ApproximateNumberOfMessages"])


@contextmanager
def quick(queue):
    """Make a queue's failed messages visible again at once, and dead letters soon."""
    sqs = boto3.client("sqs")
    url = sqs.get_queue_url(QueueName=f"{PREFIX}-{queue}")["QueueUrl"]
    names = ["VisibilityTimeout", "RedrivePolicy"]
    found = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=names)["Attributes"]
    before = {name: found[name] for name in names}
    few = {**json.loads(before["RedrivePolicy"]), "maxReceiveCount": FEW}
    quickly = {"VisibilityTimeout": QUICK, "RedrivePolicy": json.dumps(few)}
    sqs.set_queue_attributes(QueueUrl=url, Attributes=quickly)
    yield
    sqs.set_queue_attributes(QueueUrl=url, Attributes=before)


@contextmanager
def broken(function):
    """Cut a function off from its tables, as a bad release would."""
    awslambda, name = boto3.client("lambda"), f"{PREFIX}-{function}"
    good = awslambda.get_function_configuration(FunctionName=name)["Environment"]
    bad = {"Variables": {**good["Variables"], "RESOURCE_PREFIX": "elsewhere"}}
    awslambda.update_function_configuration(FunctionName=name, Environment=bad)
    yield
    awslambda.update_function_configuration(FunctionName=name, Environment=good)


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
    with quick("deliveries"), broken("deliver"):
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
    # ministack's CloudFormation drops the setting.
    recovery = {"PointInTimeRecoveryEnabled": True}
    dynamodb.update_continuous_backups(TableName=table, PointInTimeRecoverySpecification=recovery)
    moment = {"SourceTableName": table, "TargetTableName": f"{table}-restored"}
    dynamodb.restore_table_to_point_in_time(**moment, UseLatestRestorableTime=True)
    made = dynamodb.describe_table(TableName=f"{table}-restored")["Table"]["RestoreSummary"]
    at = made["RestoreDateTime"].isoformat()
    dynamodb.delete_item(TableName=table, Key=key)
    assert f"{table}: 1 rows put back" in operator.must("restore", TABLE="users", AT=at)
    assert dynamodb.get_item(TableName=table, Key=key)["Item"] == before
    assert f"{table}-restored" not in dynamodb.list_tables()["TableNames"]


def test_the_media_key_is_changed_for_one_in_the_other_slot_and_back(new, operator):
    secrets, cloudfront = boto3.client("secretsmanager"), boto3.client("cloudfront")
    [secret_id] = [one["Name"] for one in secrets.list_secrets()["SecretList"]]
    slots = []
    for _ in range(2):
        assert "signing with the key in slot" in operator.rotates()
        content = json.loads(secrets.get_secret_value(SecretId=secret_id)["SecretString"])
        slots.append(content["media_slot"])
        assert "is needed until" in operator.rotates(refused=True)
        assert "changed" not in operator.must("deploy").replace("unchanged", "")
        content["media_former_until"] = 0  # the URLs of the former key have ended
        secrets.put_secret_value(SecretId=secret_id, SecretString=json.dumps(content))
        assert "is gone" in operator.rotates()
        [key] = cloudfront.list_public_keys()["PublicKeyList"]["Items"]
        assert key["Id"] == content["media_key_id"]
        [group] = cloudfront.list_key_groups()["KeyGroupList"]["Items"]
        assert group["KeyGroup"]["KeyGroupConfig"]["Items"] == [key["Id"]]
    assert slots == ["B", "A"]


def test_a_stage_with_data_is_not_destroyed_by_mistake(new, operator):
    new("ada")
    refused = operator.run("destroy")
    assert refused.returncode == 1
    assert f"this would be lost: rows of the table {PREFIX}-users" in refused.stdout
    assert boto3.client("dynamodb").describe_table(TableName=f"{PREFIX}-users")


def test_a_stage_is_destroyed_when_told_so_though_some_of_it_is_gone(operator, api):
    boto3.client("lambda").delete_function(FunctionName=f"{PREFIX}-erase")
    [rest_api] = boto3.client("apigateway").get_rest_apis()["items"]
    boto3.client("apigateway").delete_rest_api(restApiId=rest_api["id"])
    boto3.client("dynamodb").delete_table(TableName=f"{PREFIX}-limits")
    operator.must("destroy", DELETE=PREFIX)
    assert boto3.client("s3").list_buckets()["Buckets"] == []
    left = [name for name in boto3.client("dynamodb").list_tables()["TableNames"] if PREFIX in name]
    assert left == []
    functions = boto3.client("lambda").list_functions()["Functions"]
    assert [one for one in functions if PREFIX in one["FunctionName"]] == []
    assert boto3.client("cloudfront").list_distributions()["DistributionList"]["Quantity"] == 0
    assert "does not exist" in operator.must("destroy")
