"""Creates a template's resources by API calls, then describes each to check its properties.

moto's CloudFormation lacks user pools and secrets, and silently drops TTL, notifications, CORS and
lifecycle rules. So every property is applied by name here. A property that is unknown, or missing
afterwards, is an error.
"""

import json
from collections.abc import Callable
from typing import Any

import boto3

from infra.local.applied import NotAppliedError, check, take
from infra.local.buckets import make_bucket
from infra.local.tables import make_table
from infra.local.template import Made

Properties = dict[str, Any]


def make(kind: str, properties: Properties) -> Made:
    """Create one resource. Raises `NotAppliedError` if it differs from the template."""
    maker = _MAKERS.get(kind)
    if maker is None:
        raise NotAppliedError(f"the local stack does not support resources of type {kind}")
    left = dict(properties)
    made = maker(left)
    if left:
        raise NotAppliedError(f"the local stack does not support {sorted(left)} of {kind}")
    return made


def _queue(properties: Properties) -> Made:
    sqs = boto3.client("sqs")
    name = properties.pop("QueueName")
    redrive = properties.get("RedrivePolicy")
    asked = take(
        properties, "VisibilityTimeout", "MessageRetentionPeriod", "SqsManagedSseEnabled",
        "RedrivePolicy", "DelaySeconds",
    )  # fmt: skip
    attributes = {key: _attribute(value) for key, value in asked.items()}
    url = sqs.create_queue(QueueName=name, Attributes=attributes)["QueueUrl"]
    actual = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
    if redrive:
        check(name, json.loads(actual["RedrivePolicy"]), redrive)
        del attributes["RedrivePolicy"]
    check(name, actual, attributes)
    return Made(url, {"Arn": actual["QueueArn"], "QueueName": name})


def _attribute(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return json.dumps(value) if isinstance(value, dict) else str(value)


def _queue_policy(properties: Properties) -> Made:
    sqs = boto3.client("sqs")
    policy = properties.pop("PolicyDocument")
    for url in properties.pop("Queues"):
        sqs.set_queue_attributes(QueueUrl=url, Attributes={"Policy": json.dumps(policy)})
        actual = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["Policy"])["Attributes"]
        check(url, json.loads(actual["Policy"]), policy)
    return Made("policy")


def _user_pool(properties: Properties) -> Made:
    cognito = boto3.client("cognito-idp")
    name = properties.pop("UserPoolName")
    asked = take(
        properties, "UsernameConfiguration", "AutoVerifiedAttributes", "AccountRecoverySetting",
        "Policies", "Schema", "UserPoolTier", "DeletionProtection",
    )  # fmt: skip
    pool_id = cognito.create_user_pool(PoolName=name, **asked)["UserPool"]["Id"]
    pool = cognito.describe_user_pool(UserPoolId=pool_id)["UserPool"]
    schema = {"Schema": pool["SchemaAttributes"]}
    check(name, {**pool, **schema}, {"Name": name, **asked})
    return Made(pool_id, {"Arn": pool["Arn"]})


def _user_pool_client(properties: Properties) -> Made:
    cognito = boto3.client("cognito-idp")
    asked = take(
        properties, "UserPoolId", "ClientName", "GenerateSecret", "ExplicitAuthFlows",
        "PreventUserExistenceErrors", "EnableTokenRevocation", "IdTokenValidity",
        "AccessTokenValidity", "RefreshTokenValidity", "TokenValidityUnits", "ReadAttributes",
    )  # fmt: skip
    made = cognito.create_user_pool_client(**asked)["UserPoolClient"]
    has_secret = asked.pop("GenerateSecret", False)
    actual = cognito.describe_user_pool_client(
        UserPoolId=asked["UserPoolId"], ClientId=made["ClientId"]
    )["UserPoolClient"]
    check(asked["ClientName"], actual, asked)
    check(asked["ClientName"], "ClientSecret" in actual, has_secret)
    return Made(made["ClientId"])


def _secret(properties: Properties) -> Made:
    secrets = boto3.client("secretsmanager")
    asked = take(properties, "Name", "Description")
    arn = secrets.create_secret(**asked)["ARN"]
    check(asked["Name"], secrets.describe_secret(SecretId=arn), asked)
    return Made(arn)


def _bucket(properties: Properties) -> Made:
    name = make_bucket(properties)
    return Made(name, {"Arn": f"arn:aws:s3:::{name}"})


def _bucket_policy(properties: Properties) -> Made:
    """Leave a policy out, because moto enforces it without its conditions: it would deny all."""
    for statement in properties["PolicyDocument"]["Statement"]:
        if "Condition" not in statement:
            raise NotAppliedError(f"the local stack cannot apply {statement} to a bucket")
    take(properties, "Bucket", "PolicyDocument")
    return Made("policy")


_MAKERS: dict[str, Callable[[Properties], Made]] = {
    "AWS::DynamoDB::Table": make_table,
    "AWS::SQS::Queue": _queue,
    "AWS::SQS::QueuePolicy": _queue_policy,
    "AWS::S3::Bucket": _bucket,
    "AWS::S3::BucketPolicy": _bucket_policy,
    "AWS::Cognito::UserPool": _user_pool,
    "AWS::Cognito::UserPoolClient": _user_pool_client,
    "AWS::SecretsManager::Secret": _secret,
}
