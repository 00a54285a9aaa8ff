"""Expired rows and objects are swept, and the stream shows that no user deleted them."""

import time
from datetime import timedelta
from typing import Any
from uuid import uuid4

import boto3

from infra.local.ttl import DAY_SECONDS, Sweeper
from tests.integration.local.toys import Toys, numbers

NOW = time.time()


def expiring(seconds: float) -> dict[str, Any]:
    return {"expires_at": {"N": str(int(NOW + seconds))}}


def sweeper(toys: Toys, days: int = 0) -> Sweeper:
    return Sweeper(toys.wire, lambda: NOW + days * DAY_SECONDS)


def left(toys: Toys, table: str) -> list[str]:
    return sorted(item["n"]["N"] for item in toys.dynamodb.scan(TableName=table)["Items"])


def test_expired_rows_go_and_others_stay(toys: Toys) -> None:
    table, _ = toys.table(ttl="expires_at")
    toys.put(table, "a", 1, **expiring(-10))
    toys.put(table, "a", 2, **expiring(10))
    toys.put(table, "a", 3)
    toys.put(table, "a", 4, expires_at={"S": "0"})  # not a number: DynamoDB keeps the row
    sweeper(toys).sweep()
    assert left(toys, table) == ["2", "3", "4"]


def test_a_table_without_ttl_is_left_alone(toys: Toys) -> None:
    table, _ = toys.table()
    toys.put(table, "a", 1, **expiring(-10))
    sweeper(toys).sweep()
    assert left(toys, table) == ["1"]


def test_a_stream_tells_an_expired_row_from_a_deleted_one(toys: Toys) -> None:
    records: list[dict[str, Any]] = []
    table, arn = toys.table(ttl="expires_at")
    toys.on_stream(arn, lambda event: records.extend(event["Records"]))
    toys.put(table, "a", 1, **expiring(-10))
    toys.put(table, "a", 2)
    toys.dynamodb.delete_item(TableName=table, Key={"id": {"S": "a"}, "n": {"N": "2"}})
    sweeper(toys).sweep()
    toys.pump().settle()
    removed = {
        numbers({"Records": [r]})[0]: r.get("userIdentity")
        for r in records
        if r["eventName"] == "REMOVE"
    }
    service = {"type": "Service", "principalId": "dynamodb.amazonaws.com"}
    assert removed == {1: service, 2: None}


def test_a_row_that_was_renewed_meanwhile_stays(toys: Toys) -> None:
    table, _ = toys.table(ttl="expires_at")
    toys.put(table, "a", 1, **expiring(-10))
    sweeping = sweeper(toys)
    expire = sweeping._expire

    def renewed_first(*arguments: Any) -> bool:
        toys.put(table, "a", 1, **expiring(10))
        return expire(*arguments)

    sweeping._expire = renewed_first  # type: ignore[method-assign]
    sweeping._sweep_table(table, "expires_at")
    assert left(toys, table) == ["1"]


def test_objects_go_by_their_buckets_rule(toys: Toys) -> None:
    s3, bucket = boto3.client("s3"), f"expiring-{uuid4().hex}"
    s3.create_bucket(Bucket=bucket)
    rule = {"ID": "r", "Status": "Enabled", "Filter": {"Prefix": "old/"},
            "Expiration": {"Days": timedelta(days=7).days}}  # fmt: skip
    s3.put_bucket_lifecycle_configuration(Bucket=bucket, LifecycleConfiguration={"Rules": [rule]})
    for key in ("old/a", "kept/a"):
        s3.put_object(Bucket=bucket, Key=key, Body=b"x")
    on_day_6, on_day_8 = sweeper(toys, days=6), sweeper(toys, days=8)
    on_day_6._sweep_bucket(bucket, rule)
    assert s3.list_objects_v2(Bucket=bucket)["KeyCount"] == 2
    assert (bucket, "r") in [(name, one["ID"]) for name, one in on_day_8._expiring()]
    on_day_8._sweep_bucket(bucket, rule)
    (kept,) = s3.list_objects_v2(Bucket=bucket)["Contents"]
    assert kept["Key"] == "kept/a"
