"""Brings back rows of a table as they were at a moment of the last 35 days.

DynamoDB restores into a new table only. So the moment is restored beside the table, and its rows
are put back from there: those that are gone now, or, when told so, all of them over what is there.
The streams tell of each row that comes back, and everything that follows from it follows again.
"""

import time
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from infra.deploy.console import FailedError, say
from infra.deploy.context import Context

POLL_SECONDS = 5.0
RESTORE_SECONDS = 6 * 3600
_TOLD_EVERY = 1000


def restore(context: Context, table: str, at: str, *, overwrites: bool) -> None:
    """Restore a table, named without its prefix, as of a moment (ISO 8601), or the latest."""
    dynamodb = context.client("dynamodb")
    name, beside = f"{context.prefix}-{table}", f"{context.prefix}-{table}-restored"
    if not _is_there(dynamodb, beside):
        moment: dict[str, Any] = {"UseLatestRestorableTime": True}
        if at:
            moment = {"RestoreDateTime": _moment(at)}
        dynamodb.restore_table_to_point_in_time(
            SourceTableName=name, TargetTableName=beside, **moment
        )
    say(f"{beside} is made; this takes DynamoDB some minutes, whatever its size")
    _await(dynamodb, beside)
    keys = [key["AttributeName"] for key in _table(dynamodb, name)["KeySchema"]]
    put = kept = 0
    for row in _rows(dynamodb, beside):
        if _put(dynamodb, name, row, None if overwrites else keys[0]):
            put += 1
        else:
            kept += 1
        if (put + kept) % _TOLD_EVERY == 0:
            say(f"  {put} rows put back, {kept} were there")
    dynamodb.delete_table(TableName=beside)
    say(f"{name}: {put} rows put back, {kept} were there")


def _moment(at: str) -> datetime:
    try:
        return datetime.fromisoformat(at)
    except ValueError as error:
        raise FailedError(f"AT= is a moment like 2026-11-22T12:00:00+00:00, not {at!r}") from error


def _put(dynamodb: Any, table: str, row: dict[str, Any], unless_there: str | None) -> bool:
    condition: dict[str, Any] = {}
    if unless_there is not None:
        condition = {
            "ConditionExpression": "attribute_not_exists(#key)",
            "ExpressionAttributeNames": {"#key": unless_there},
        }
    try:
        dynamodb.put_item(TableName=table, Item=row, **condition)
    except dynamodb.exceptions.ConditionalCheckFailedException:
        return False
    return True


def _rows(dynamodb: Any, table: str) -> Iterator[dict[str, Any]]:
    for page in dynamodb.get_paginator("scan").paginate(TableName=table):
        yield from page["Items"]


def _table(dynamodb: Any, name: str) -> dict[str, Any]:
    found: dict[str, Any] = dynamodb.describe_table(TableName=name)["Table"]
    return found


def _is_there(dynamodb: Any, name: str) -> bool:
    try:
        _table(dynamodb, name)
    except dynamodb.exceptions.ResourceNotFoundException:
        return False
    return True


def _await(dynamodb: Any, name: str) -> None:
    until = time.monotonic() + RESTORE_SECONDS
    while _table(dynamodb, name)["TableStatus"] != "ACTIVE":
        if time.monotonic() > until:
            raise FailedError(f"{name} is not there after {RESTORE_SECONDS} s; run this again")
        time.sleep(POLL_SECONDS)
