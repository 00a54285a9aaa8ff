"""Creates a DynamoDB table from the template's properties, including TTL and backups."""

from typing import Any

import boto3

from infra.local.applied import check, take
from infra.local.template import Made


def make_table(properties: dict[str, Any]) -> Made:
    """Create a table and remove the properties that were applied."""
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
        "GlobalSecondaryIndexes", "StreamSpecification", "DeletionProtectionEnabled",
    )  # fmt: skip
    if "DeletionProtectionEnabled" in asked:
        asked["DeletionProtectionEnabled"] = asked["DeletionProtectionEnabled"] == "true"
    if "StreamSpecification" in asked:
        asked["StreamSpecification"]["StreamEnabled"] = True
    dynamodb.create_table(**asked)
    table: dict[str, Any] = dynamodb.describe_table(TableName=name)["Table"]
    check(name, {**table, **table.get("BillingModeSummary", {})}, asked)
    return table
