"""Takes a stage away again, and refuses while that would lose data."""

from collections.abc import Iterator
from typing import Any

from botocore.exceptions import ClientError

from infra.deploy.console import FailedError, Step, run_steps, say
from infra.deploy.context import Context
from infra.deploy.release import withdraw
from infra.deploy.stage import TEMPLATE
from infra.local.template import read_template

PAGE = 1000  # objects; S3 DeleteObjects
AS_IT_LIES = "What it could not delete is named above."


def destroy(context: Context, *, told_to_delete: str) -> None:
    """Take the stage away. `told_to_delete` must be its prefix where there is data to lose."""
    if context.state.status() is None:
        _empty_buckets_gone(context)  # left by a destroy that died right behind its stack
        say(f"there is no stage {context.prefix}")
        return
    lost = list(_data(context))
    for line in lost:
        say(f"  would be lost: {line}")
    if lost and told_to_delete != context.prefix:
        raise FailedError(
            f"{context.prefix} holds data. To delete it for good: "
            f"make destroy STAGE={context.stage.name} DELETE={context.prefix}"
        )
    run_steps(_STEPS, context)


def _data(context: Context) -> Iterator[str]:
    """What would be lost, a line each."""
    dynamodb, s3 = context.client("dynamodb"), context.client("s3")
    for name in _names(context, "AWS::DynamoDB::Table", "TableName"):
        if _there(dynamodb.scan, TableName=name, Limit=1).get("Items"):
            yield f"rows of the table {name}"
    for name in _names(context, "AWS::S3::Bucket", "BucketName"):
        is_ours = name == context.outputs["ReleasesBucket"]
        if (
            not is_ours
            and _there(s3.list_objects_v2, Bucket=name, MaxKeys=1, Prefix="").get("Contents")
            and not _only_previews(s3, name)
        ):
            yield f"objects of the bucket {name}"
    pool = context.outputs["UserPoolId"]
    if context.client("cognito-idp").list_users(UserPoolId=pool, Limit=1)["Users"]:
        yield f"people of the user pool {pool}"


def _only_previews(s3: Any, bucket: str) -> bool:
    """The previews come with every deploy, and are nobody's data."""
    pages = s3.get_paginator("list_objects_v2").paginate(Bucket=bucket)
    return all(
        found["Key"].startswith("previews/") for page in pages for found in page.get("Contents", ())
    )


def _there(call: Any, **arguments: Any) -> dict[str, Any]:
    """What a call finds; nothing where the thing itself is gone already."""
    try:
        found: dict[str, Any] = call(**arguments)
    except Exception as error:
        if "NotFound" in str(error) or "NoSuchBucket" in str(error):
            return {}
        raise
    return found


def _names(context: Context, kind: str, property_: str) -> Iterator[str]:
    for resource in read_template(TEMPLATE)["Resources"].values():
        if resource["Type"] == kind:
            name = resource["Properties"][property_]["Fn::Sub"]
            yield name.replace("${Prefix}", context.prefix).replace(
                "${AWS::AccountId}", context.account
            )


def _functions(context: Context) -> str:
    return withdraw(context)


def _operations(context: Context) -> str:
    context.operations.delete()
    return "deleted"


def _layers(context: Context) -> str:
    awslambda, count = context.client("lambda"), 0
    for layer in awslambda.list_layers()["Layers"]:
        if layer["LayerName"].startswith(f"{context.prefix}-"):
            for version in awslambda.list_layer_versions(LayerName=layer["LayerName"])[
                "LayerVersions"
            ]:
                awslambda.delete_layer_version(
                    LayerName=layer["LayerName"], VersionNumber=version["Version"]
                )
                count += 1
    return f"{count} versions deleted"


def _data_gone(context: Context) -> str:
    """Before the stack, which names them: a destroy that dies midway finds them again."""
    for name in _names(context, "AWS::DynamoDB::Table", "TableName"):
        _there(context.client("dynamodb").delete_table, TableName=name)
    for name in _names(context, "AWS::S3::Bucket", "BucketName"):
        _empty(context.client("s3"), name)
    outputs = context.outputs
    _there(context.client("cognito-idp").delete_user_pool, UserPoolId=outputs["UserPoolId"])
    _there(
        context.client("secretsmanager").delete_secret,
        SecretId=outputs["SigningSecretId"],
        ForceDeleteWithoutRecovery=True,
    )
    return "deleted"


def _state(context: Context) -> str:
    """The stack first: a CDN whose bucket is gone would serve whoever takes the bucket's name."""
    context.state.delete()
    _empty_buckets_gone(context)
    return "deleted"


def _empty_buckets_gone(context: Context) -> None:
    s3 = context.client("s3")
    for name in _names(context, "AWS::S3::Bucket", "BucketName"):
        try:
            _there(s3.delete_bucket, Bucket=name)
        except ClientError as error:
            if error.response["Error"]["Code"] != "BucketNotEmpty":
                raise
            say(f"  {name} stays: it has objects")


def _empty(s3: Any, name: str) -> None:
    while True:
        found = _there(s3.list_object_versions, Bucket=name, MaxKeys=PAGE)
        objects = [
            {"Key": one["Key"], "VersionId": one["VersionId"]}
            for one in [*found.get("Versions", ()), *found.get("DeleteMarkers", ())]
        ]
        if not objects:
            return
        s3.delete_objects(Bucket=name, Delete={"Objects": objects, "Quiet": True})


_STEPS = (
    Step("Functions and API", _functions, AS_IT_LIES),
    Step("Logs, alarms, dashboard", _operations, AS_IT_LIES),
    Step("Layers", _layers, AS_IT_LIES),
    Step("Data: rows, objects, people, keys", _data_gone, AS_IT_LIES),
    Step("State: queues, CDN, the buckets", _state, AS_IT_LIES),
)
