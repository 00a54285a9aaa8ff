"""Brings back rows of a table as they were at a moment of the last 35 days.

DynamoDB restores into a new table only. So the moment is restored beside the table, and its rows
are put back from there: those that are gone now, or, when told so, all of them over what is there.
The streams tell of each row that comes back, and everything that follows from it follows again.
"""

import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from infra.deploy.console import FailedError, say
from infra.deploy.context import Context
from infra.deploy.erase import say_erased_since

POLL_SECONDS = 5.0
RESTORE_SECONDS = 6 * 3600
SAME = timedelta(seconds=1)
"""DynamoDB restores to the second, and may tell it without its parts."""
_TOLD_EVERY = 1000


def restore(context: Context, table: str, at: str, *, overwrites: bool) -> None:
    """Restore a table, named without its prefix, as of a moment (ISO 8601), or the latest.

    It may be stopped anywhere and run again: the moment beside the table stays until all of its
    rows are put back, and rows of another moment are not mixed with them.
    """
    dynamodb, asked = context.client("dynamodb"), _asked(at)
    name, beside = f"{context.prefix}-{table}", f"{context.prefix}-{table}-restored"
    keys = [key["AttributeName"] for key in _table(dynamodb, name)["KeySchema"]]
    standing = _find(dynamodb, beside)
    moment = asked or _latest(dynamodb, name)
    if standing is None:
        dynamodb.restore_table_to_point_in_time(
            SourceTableName=name, TargetTableName=beside, RestoreDateTime=moment
        )
    else:
        _check_standing(standing, asked)
    say(
        f"{beside} is made, of AT={moment.astimezone(UTC).isoformat()}; "
        "this takes DynamoDB some minutes, whatever its size"
    )
    _await(dynamodb, beside)
    _put_back(dynamodb, beside, name, None if overwrites else keys[0])
    dynamodb.delete_table(TableName=beside)
    say_erased_since(context, moment)


def _asked(at: str) -> datetime | None:
    if not at:
        return None
    try:
        asked = datetime.fromisoformat(at)
    except ValueError:
        raise FailedError(f"AT={at} is no moment; 2026-11-22T12:00:00+00:00 is") from None
    if asked.tzinfo is None:
        raise FailedError(f"AT={at} has no time zone: {at}+00:00 is UTC")
    return asked


def _latest(dynamodb: Any, table: str) -> datetime:
    """The latest moment that can be restored, some minutes ago."""
    found = dynamodb.describe_continuous_backups(TableName=table)["ContinuousBackupsDescription"]
    recovery = found["PointInTimeRecoveryDescription"]
    if "LatestRestorableDateTime" not in recovery:
        raise FailedError(f"{table} has no point-in-time recovery")
    latest: datetime = recovery["LatestRestorableDateTime"]
    return latest


def _put_back(dynamodb: Any, beside: str, table: str, unless_there: str | None) -> None:
    put = kept = 0
    for row in _rows(dynamodb, beside):
        if _put(dynamodb, table, row, unless_there):
            put += 1
        else:
            kept += 1
        if (put + kept) % _TOLD_EVERY == 0:
            say(f"  {put} rows put back, {kept} were there")
    say(f"{table}: {put} rows put back, {kept} were there")


def _put(dynamodb: Any, table: str, row: dict[str, Any], unless_there: str | None) -> bool:
    # A tombstone of an account that is being erased stays in any case, and the erasure with it.
    missing = "erasure" if unless_there is None else unless_there
    try:
        dynamodb.put_item(
            TableName=table,
            Item=row,
            ConditionExpression="attribute_not_exists(#missing)",
            ExpressionAttributeNames={"#missing": missing},
        )
    except dynamodb.exceptions.ConditionalCheckFailedException:
        return False
    return True


def _rows(dynamodb: Any, table: str) -> Iterator[dict[str, Any]]:
    for page in dynamodb.get_paginator("scan").paginate(TableName=table):
        yield from page["Items"]


def _find(dynamodb: Any, name: str) -> dict[str, Any] | None:
    try:
        found: dict[str, Any] = dynamodb.describe_table(TableName=name)["Table"]
    except dynamodb.exceptions.ResourceNotFoundException:
        return None
    return found


def _table(dynamodb: Any, name: str) -> dict[str, Any]:
    found = _find(dynamodb, name)
    if found is None:
        raise FailedError(f"there is no table {name}")
    return found


def _check_standing(standing: dict[str, Any], asked: datetime | None) -> None:
    """What an earlier run has left must be of the moment that is asked for, by its name."""
    name = standing["TableName"]
    if standing["TableStatus"] == "DELETING":
        raise FailedError(f"{name} is being deleted, its rows are put back; try again soon")
    moment = standing["RestoreSummary"]["RestoreDateTime"]
    if asked is None or abs(asked - moment) >= SAME:
        raise FailedError(
            f"{name} was left by an earlier restore. Go on with it: "
            f"AT={moment.astimezone(UTC).isoformat()}. Or drop it: "
            f"aws dynamodb delete-table --table-name {name}"
        )


def _await(dynamodb: Any, name: str) -> None:
    until = time.monotonic() + RESTORE_SECONDS
    while _table(dynamodb, name)["TableStatus"] != "ACTIVE":
        if time.monotonic() > until:
            raise FailedError(f"{name} is not there after {RESTORE_SECONDS} s; run this again")
        time.sleep(POLL_SECONDS)
