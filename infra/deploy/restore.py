"""Restores rows of a table as they were at a moment in the last 35 days.

DynamoDB restores into a new table only. So a copy is restored beside the table, and its rows are
put back into the table: the missing ones, or with `overwrites` all of them. Each restored row
passes through the table's stream, so timelines and counts follow.
"""

import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from infra.deploy.console import FailedError, WrongValueError, say
from infra.deploy.context import Context
from infra.deploy.erase import say_erased_since

POLL_SECONDS = 5.0
RESTORE_SECONDS = 6 * 3600
SAME = timedelta(seconds=1)
"""DynamoDB restores to the second and may report the moment without its fraction."""
_PROGRESS_ROWS = 1000


def restore(context: Context, table: str, at: str, *, overwrites: bool) -> None:
    """Restore a table, named without its prefix, as of a moment (ISO 8601) or the latest.

    It can be interrupted and run again: the restored copy is deleted only after all its rows are
    put back, and a copy of another moment is refused.
    """
    dynamodb, asked = context.client("dynamodb"), _asked(at)
    name, beside = f"{context.prefix}-{table}", f"{context.prefix}-{table}-restored"
    keys = [key["AttributeName"] for key in _table(dynamodb, name)["KeySchema"]]
    standing = _find(dynamodb, beside)
    latest = _latest(dynamodb, name)
    moment = asked or latest
    if standing is None:
        dynamodb.restore_table_to_point_in_time(
            SourceTableName=name, TargetTableName=beside, RestoreDateTime=moment
        )
    else:
        _check_standing(standing, asked)
    say(
        f"restoring to {beside} as of AT={moment.astimezone(UTC).isoformat()}; "
        "DynamoDB takes some minutes, whatever the size"
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
        raise WrongValueError(
            f"AT={at} must be a moment such as 2026-11-22T12:00:00+00:00"
        ) from None
    if asked.tzinfo is None:
        raise WrongValueError(f"AT={at} has no time zone: for UTC write {at}+00:00")
    return asked


def _latest(dynamodb: Any, table: str) -> datetime:
    """Return the latest moment that can be restored, a few minutes ago.

    Raises:
        FailedError: the table has no backups.
    """
    found = dynamodb.describe_continuous_backups(TableName=table)["ContinuousBackupsDescription"]
    recovery = found["PointInTimeRecoveryDescription"]
    if "LatestRestorableDateTime" not in recovery:
        raise FailedError(
            f"{table} has no point-in-time recovery: it is made of other tables or soon old"
        )
    latest: datetime = recovery["LatestRestorableDateTime"]
    return latest


def _put_back(dynamodb: Any, beside: str, table: str, unless_there: str | None) -> None:
    put = kept = 0
    for row in _rows(dynamodb, beside):
        if _put(dynamodb, table, row, unless_there):
            put += 1
        else:
            kept += 1
        if (put + kept) % _PROGRESS_ROWS == 0:
            say(f"  {put} rows put back, {kept} already existed")
    say(f"{table}: {put} rows put back, {kept} already existed")


def _put(dynamodb: Any, table: str, row: dict[str, Any], unless_there: str | None) -> bool:
    # Even `overwrites` keeps the tombstone of an account that is being erased: the erasure's state
    # is in it, and the restored row would undo the erasure.
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
        raise WrongValueError(f"the table {name} does not exist")
    return found


def _check_standing(standing: dict[str, Any], asked: datetime | None) -> None:
    """Raise `FailedError` unless a copy left by an earlier run is of the moment asked for."""
    name = standing["TableName"]
    if standing["TableStatus"] == "DELETING":
        raise FailedError(
            f"{name} is being deleted after an earlier restore; run the command again soon"
        )
    moment = standing["RestoreSummary"]["RestoreDateTime"]
    if asked is None or abs(asked - moment) >= SAME:
        raise FailedError(
            f"{name} was left by an earlier restore. To continue it: "
            f"AT={moment.astimezone(UTC).isoformat()}. To drop it: "
            f"aws dynamodb delete-table --table-name {name}"
        )


def _await(dynamodb: Any, name: str) -> None:
    until = time.monotonic() + RESTORE_SECONDS
    while _table(dynamodb, name)["TableStatus"] != "ACTIVE":
        if time.monotonic() > until:
            raise FailedError(
                f"{name} is not ready after {RESTORE_SECONDS} s; run the same command again"
            )
        time.sleep(POLL_SECONDS)
