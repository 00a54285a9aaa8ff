"""A destroy deletes the whole stage, at the latest in its third run, and nothing else."""

from contextlib import contextmanager

import boto3
import pytest
from botocore.stub import Stubber

from infra.deploy.console import FailedError
from infra.deploy.destroy import destroy
from infra.deploy.release import read_record
from infra.deploy.retained import Retained


def people(context):
    return context.outputs["UserPoolId"]


def fill(context):
    """Create one of each kind of data."""
    boto3.client("dynamodb").put_item(
        TableName=f"{context.prefix}-users", Item={"user_id": {"S": "ada"}}
    )
    s3 = boto3.client("s3")
    for bucket in ("MediaBucket", "ReleasesBucket"):
        for body in (b"1", b"2"):
            s3.put_object(Bucket=context.outputs[bucket], Key="one", Body=body)
    s3.put_object(Bucket=context.outputs["MediaBucket"], Key="previews/ink.webp", Body=b"3")
    boto3.client("cognito-idp").admin_create_user(UserPoolId=people(context), Username="ada")


def left_of(context):
    """Return the names of the stage's resources that still exist."""
    of = context.prefix
    tables = boto3.client("dynamodb").get_paginator("list_tables").paginate()
    pools = boto3.client("cognito-idp").list_user_pools(MaxResults=60)["UserPools"]
    secrets = boto3.client("secretsmanager").get_paginator("list_secrets").paginate()
    names = [
        *(name for page in tables for name in page["TableNames"]),
        *(bucket["Name"] for bucket in boto3.client("s3").list_buckets()["Buckets"]),
        *(pool["Name"] for pool in pools),
        *(one["Name"] for page in secrets for one in page["SecretList"]),
    ]
    goes_with_the_stack = ("feed_items", "story_tray", "idempotency", "limits", "exports")
    return [
        name
        for name in names
        if name.startswith(f"{of}-") and not name.endswith(goes_with_the_stack)
    ]


def take_away(context):
    destroy(context, told_to_delete=context.prefix)


@contextmanager
def failing(monkeypatch, method):
    with monkeypatch.context() as broken:
        broken.setattr(Retained, method, lambda *_: 1 / 0)
        yield


def test_a_stage_with_data_is_kept_unless_its_name_is_said(deployed, capsys):
    fill(deployed())
    with pytest.raises(FailedError, match="holds data"):
        destroy(deployed(), told_to_delete="fanlight-other")
    said = capsys.readouterr().out
    prefix = deployed().prefix
    assert f"rows of the table {prefix}-users" in said
    assert f"objects of the bucket {prefix}-media" in said
    assert f"users of the user pool {people(deployed())}" in said
    assert "releases" not in said
    assert deployed().state_stack.asked == []


def test_a_stage_with_nothing_but_what_a_deploy_puts_there_goes_unasked(deployed):
    context = deployed()
    for bucket, key in (
        ("MediaBucket", "previews/ink.webp"),
        ("ReleasesBucket", "layers/api.zip"),
        ("PageBucket", "index.html"),
    ):
        boto3.client("s3").put_object(Bucket=context.outputs[bucket], Key=key, Body=b"1")
    destroy(context, told_to_delete="")
    assert left_of(deployed()) == []


def test_a_stage_goes_whole_and_then_is_not_there(deployed, capsys):
    fill(deployed())
    take_away(deployed())
    assert left_of(deployed()) == []
    assert deployed().state.status() is None
    assert deployed().operations.status() is None
    capsys.readouterr()
    destroy(deployed(), told_to_delete="")
    assert capsys.readouterr().out == f"the stage {deployed().prefix} does not exist\n"


@pytest.mark.parametrize("method", ["empty", "_delete_table", "_empty", "remove"])
def test_a_destroy_that_failed_is_ended_by_the_next(deployed, monkeypatch, method):
    fill(deployed())
    with failing(monkeypatch, method), pytest.raises(FailedError, match="same command again"):
        take_away(deployed())
    assert left_of(deployed()) != []
    take_away(deployed())
    assert left_of(deployed()) == []
    assert deployed().state.status() is None


def test_the_stack_outlives_the_data(deployed, monkeypatch):
    fill(deployed())
    with failing(monkeypatch, "_delete_table"), pytest.raises(FailedError):
        take_away(deployed())
    assert deployed().state_stack.asked == []


def test_what_a_stack_that_is_gone_has_left_behind_is_found(deployed):
    fill(deployed())
    deployed().state_stack.status = deployed().operations_stack.status = None
    with pytest.raises(FailedError, match="holds data"):
        destroy(deployed(), told_to_delete="")
    take_away(deployed())
    assert left_of(deployed()) == []


@pytest.mark.parametrize("status", ["ROLLBACK_COMPLETE", "REVIEW_IN_PROGRESS", "DELETE_FAILED"])
def test_a_stack_that_was_never_made_or_half_deleted_can_be_taken_away(deployed, status):
    context = deployed()
    context.state_stack.status = status
    context.state_stack._made = status == "DELETE_FAILED"
    context.operations_stack.status = None
    take_away(context)
    assert deployed().state.status() is None
    assert left_of(deployed()) == []


def test_a_stage_of_another_region_is_not_emptied_from_here(deployed, monkeypatch):
    """Only its buckets are visible in this region: S3 shows them in all."""
    context = deployed()
    fill(context)
    bucket = context.outputs["MediaBucket"]
    context.state_stack.status = context.operations_stack.status = None
    monkeypatch.setattr(type(context), "region", "eu-central-1")
    there = left_of(context)
    with pytest.raises(FailedError, match=r"are in us-east-1.*AWS_REGION=us-east-1"):
        take_away(context)
    assert left_of(context) == there
    assert Retained(context)._has_data(bucket)


def test_a_record_whose_bucket_has_gone_is_none(deployed):
    context = deployed()
    boto3.client("s3").delete_bucket(Bucket=context.outputs["ReleasesBucket"])
    assert read_record(context) == {}


def test_an_object_that_cannot_be_deleted_is_told(deployed):
    context = deployed()
    bucket = context.outputs["MediaBucket"]
    boto3.client("s3").put_object(Bucket=bucket, Key="held", Body=b"1")
    retained = Retained(context)
    told = {"Key": "held", "Code": "AccessDenied", "Message": "Access Denied"}
    versions = {"Versions": [{"Key": "held", "VersionId": "v"}]}
    with Stubber(retained._s3) as stub:
        stub.add_response("list_object_versions", versions)
        stub.add_response("delete_objects", {"Errors": [told]})
        with pytest.raises(FailedError, match=f"{bucket} cannot be deleted, such as held: Access"):
            retained._empty(bucket)


def test_a_table_that_is_just_going_is_waited_for(deployed):
    context = deployed()
    retained = Retained(context)
    with Stubber(retained._dynamodb) as stub:
        stub.add_response("describe_table", {"Table": {"TableStatus": "DELETING"}})
        retained._delete_table("t")
        stub.assert_no_pending_responses()


def test_the_layers_of_a_stage_go_and_not_those_of_one_whose_name_begins_alike(deployed):
    awslambda, context = boto3.client("lambda"), deployed()
    neighbour = f"{context.prefix}-eu-api"
    for name in (f"{context.prefix}-api", f"{context.prefix}-api", neighbour):
        awslambda.publish_layer_version(
            LayerName=name, Content={"ZipFile": b"PK\x05\x06" + bytes(18)}
        )
    take_away(context)
    names = {layer["LayerName"] for layer in awslambda.list_layers()["Layers"]}
    assert neighbour in names
    assert f"{context.prefix}-api" not in names
    awslambda.delete_layer_version(LayerName=neighbour, VersionNumber=1)


def test_the_pools_protection_is_lifted_before_it_is_deleted(deployed, monkeypatch):
    """moto does not enforce the protection of a pool, as it does that of a table."""
    retained, cognito, seen = Retained(deployed()), boto3.client("cognito-idp"), []
    delete = retained._cognito.delete_user_pool

    def watched(UserPoolId):  # noqa: N803 - boto3's name
        found = cognito.describe_user_pool(UserPoolId=UserPoolId)["UserPool"]
        seen.append(found["DeletionProtection"])
        return delete(UserPoolId=UserPoolId)

    monkeypatch.setattr(retained._cognito, "delete_user_pool", watched)
    retained.remove()
    assert seen == ["INACTIVE"]
