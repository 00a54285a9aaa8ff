"""Makes a DynamoDB table as the template says, with what CloudFormation sets in further calls."""

from typing import Any

import boto3

from infra.local.in_force import check, take
from infra.local.template import Made


def make_table(properties: dict[str, Any]) -> Made:
    """Make a table, taking what is known out of `properties`."""
    dynamodb = boto3.client("dynamodb")
    name = properties["TableName"]
    recovery = properties.pop("PointInTimeRecoverySpecification", None)
    ttl = properties.pop("TimeToLiveSpecification", None)
    table = _create(dynamodb, name, properties)
    if recovery:
        dynamodb.update_continuous_backups(
            TableName=name, PointInTimeRecoverySpecification=recovery
        )
        backups = dynamodb.describe_continuous_backups(TableName=name)
        status = {"PointInTimeRecoveryDescription": {"PointInTimeRecoveryStatus": "ENABLED"}}
        check(name, backups["ContinuousBackupsDescription"], status)
    if ttl:
        dynamodb.update_time_to_live(TableName=name, TimeToLiveSpecification=ttl)
        described = dynamodb.describe_time_to_live(TableName=name)["TimeToLiveDescription"]
        enabled = {"AttributeName": ttl["AttributeName"], "TimeToLiveStatus": "ENABLED"}
        check(name, described, enabled)
    attributes = {"Arn": table["TableArn"], "StreamArn": table.get("LatestStreamArn", "")}
    return Made(name, attributes)


def _create(dynamodb: Any, name: str, properties: dict[str, Any]) -> dict[str, Any]:
    asked = take(
        properties, "TableName", "BillingMode", "AttributeDefinitions", "KeySchema",
        "GlobalSecondaryIndexes", "StreamSpecification",
    )  # fmt: skip
    if "StreamSpecification" in asked:
        asked["StreamSpecification"]["StreamEnabled"] = True
    dynamodb.create_table(**asked)
    table: dict[str, Any] = dynamodb.describe_table(TableName=name)["Table"]
    check(name, {**table, **table.get("BillingModeSummary", {})}, asked)
    return table
