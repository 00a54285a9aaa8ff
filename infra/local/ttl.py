"""Deletes expired rows by DynamoDB's TTL and expired objects by S3's lifecycle rules.

AWS takes up to days for this, so nothing may depend on the time. Locally a sweep does it.
"""

from collections.abc import Callable, Iterator
from typing import Any

import boto3
from botocore.exceptions import ClientError

from infra.local.wire import ACCOUNT, REGION, Wire

TTL_IDENTITY = {"Type": "Service", "PrincipalId": "dynamodb.amazonaws.com"}
"""The identity in a stream's record that tells an expired row from a deleted one."""
DAY_SECONDS = 86_400


class Sweeper:
    """Sweeps all tables and buckets of the stage. `clock` returns epoch seconds."""

    def __init__(self, wire: Wire, clock: Callable[[], float]) -> None:
        self._wire = wire
        self._clock = clock
        self._dynamodb = boto3.client("dynamodb")
        self._s3 = boto3.client("s3")

    def sweep(self) -> int:
        """Delete expired rows and objects. Returns their number."""
        rows = sum(self._sweep_table(*table) for table in self._tables_with_ttl())
        return rows + sum(self._sweep_bucket(*rule) for rule in self._expiring())

    def _tables_with_ttl(self) -> Iterator[tuple[str, str]]:
        for page in self._dynamodb.get_paginator("list_tables").paginate():
            for table in page["TableNames"]:
                described = self._dynamodb.describe_time_to_live(TableName=table)
                ttl = described["TimeToLiveDescription"]
                if ttl["TimeToLiveStatus"] == "ENABLED":
                    yield table, ttl["AttributeName"]

    def _sweep_table(self, table: str, attribute: str) -> int:
        described = self._dynamodb.describe_table(TableName=table)["Table"]
        keys = [key["AttributeName"] for key in described["KeySchema"]]
        condition = "attribute_type(#expires, :number) AND #expires <= :now"
        expired: dict[str, Any] = {
            "ExpressionAttributeNames": {"#expires": attribute},
            "ExpressionAttributeValues": {
                ":now": {"N": str(int(self._clock()))},
                ":number": {"S": "N"},
            },
        }
        pages = self._dynamodb.get_paginator("scan").paginate(
            TableName=table, FilterExpression=condition, **expired
        )
        rows = [{key: row[key] for key in keys} for page in pages for row in page["Items"]]
        return sum(
            self._expire(table, {"Key": row, "ConditionExpression": condition, **expired})
            for row in rows
        )

    def _expire(self, table: str, delete: dict[str, Any]) -> bool:
        """Delete one row unless it was renewed meanwhile, and mark its record in the stream."""
        from moto.dynamodb.models import dynamodb_backends

        with self._wire.lock:  # the stream's last record must be the one of this deletion
            try:
                self._dynamodb.delete_item(TableName=table, **delete)
            except ClientError as error:
                if error.response["Error"]["Code"] != "ConditionalCheckFailedException":
                    raise
                return False
            shard = dynamodb_backends[ACCOUNT][REGION].get_table(table).stream_shard
            if shard is not None:
                shard.items[-1].record["userIdentity"] = TTL_IDENTITY
        return True

    def _expiring(self) -> Iterator[tuple[str, dict[str, Any]]]:
        for bucket in self._s3.list_buckets()["Buckets"]:
            name = bucket["Name"]
            try:
                configured = self._s3.get_bucket_lifecycle_configuration(Bucket=name)
            except ClientError as error:
                if error.response["Error"]["Code"] != "NoSuchLifecycleConfiguration":
                    raise
                continue
            for rule in configured["Rules"]:
                if rule["Status"] == "Enabled" and "Days" in rule.get("Expiration", {}):
                    yield name, rule

    def _sweep_bucket(self, bucket: str, rule: dict[str, Any]) -> int:
        oldest = self._clock() - rule["Expiration"]["Days"] * DAY_SECONDS
        prefix = rule.get("Filter", {}).get("Prefix", "")
        pages = self._s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix)
        expired = [
            found["Key"]
            for page in pages
            for found in page.get("Contents", ())
            if found["LastModified"].timestamp() <= oldest
        ]
        for key in expired:
            self._s3.delete_object(Bucket=bucket, Key=key)
        return len(expired)
