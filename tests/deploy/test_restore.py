"""A restore puts back rows of one moment, wherever an earlier run was stopped."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import boto3
import pytest

from infra.deploy import restore as restoring
from infra.deploy.console import FailedError
from infra.deploy.restore import restore

LONG_AGO = "2026-01-01T00:00:00+00:00"


@pytest.fixture
def dynamodb():
    return boto3.client("dynamodb")


@pytest.fixture
def toys(dynamodb, context):
    """Creates a table of two rows with point-in-time recovery. Returns its name without prefix."""
    table = f"toys_{uuid4().hex[:8]}"
    name = f"{context.prefix}-{table}"
    dynamodb.create_table(
        TableName=name,
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    recovery = {"PointInTimeRecoveryEnabled": True}
    dynamodb.update_continuous_backups(TableName=name, PointInTimeRecoverySpecification=recovery)
    for toy in ("ball", "kite"):
        dynamodb.put_item(TableName=name, Item=row(toy, "new"))
    yield table
    for made in (name, f"{name}-restored"):
        if made in dynamodb.list_tables()["TableNames"]:
            dynamodb.delete_table(TableName=made)


def row(toy, state, **more):
    return {"id": {"S": toy}, "state": {"S": state}, **more}


def rows(dynamodb, context, table):
    found = dynamodb.scan(TableName=f"{context.prefix}-{table}")["Items"]
    return {one["id"]["S"]: one["state"]["S"] for one in found}


@pytest.fixture
def moment(dynamodb, context, toys):
    """Restores a copy, as a run that was stopped then. Returns its moment as AT takes it.

    Afterwards one row is deleted and the other changed.
    """
    name = f"{context.prefix}-{toys}"
    dynamodb.restore_table_to_point_in_time(
        SourceTableName=name, TargetTableName=f"{name}-restored", UseLatestRestorableTime=True
    )
    dynamodb.delete_item(TableName=name, Key={"id": {"S": "ball"}})
    dynamodb.put_item(TableName=name, Item=row("kite", "torn"))
    made = dynamodb.describe_table(TableName=f"{name}-restored")["Table"]["RestoreSummary"]
    return made["RestoreDateTime"].isoformat()


def beside(dynamodb, context, table):
    return f"{context.prefix}-{table}-restored" in dynamodb.list_tables()["TableNames"]


def test_rows_that_are_gone_come_back_and_the_others_stay(dynamodb, context, toys, moment, capsys):
    restore(context, toys, moment, overwrites=False)
    assert rows(dynamodb, context, toys) == {"ball": "new", "kite": "torn"}
    assert not beside(dynamodb, context, toys)
    assert "1 rows put back, 1 already existed" in capsys.readouterr().out


def test_all_rows_come_back_as_they_were_when_told_so(dynamodb, context, toys, moment):
    restore(context, toys, moment, overwrites=True)
    assert rows(dynamodb, context, toys) == {"ball": "new", "kite": "new"}


def test_the_latest_moment_is_restored_where_none_is_named(dynamodb, context, toys, capsys):
    restore(context, toys, "", overwrites=False)
    assert "AT=" in capsys.readouterr().out
    assert not beside(dynamodb, context, toys)


@pytest.mark.parametrize("at", [LONG_AGO, ""])
def test_rows_of_another_moment_that_a_stopped_run_has_left_are_not_put_back(
    dynamodb, context, toys, moment, at
):
    with pytest.raises(FailedError, match=r"earlier restore.*AT=20.*delete-table") as refused:
        restore(context, toys, at, overwrites=True)
    told = str(refused.value).partition("AT=")[2].partition(". ")[0]
    assert datetime.fromisoformat(told) == datetime.fromisoformat(moment)
    assert rows(dynamodb, context, toys) == {"kite": "torn"}
    assert beside(dynamodb, context, toys)


@pytest.mark.parametrize("after", [0, 1])
def test_a_run_that_is_stopped_among_the_rows_is_finished_by_the_next(
    dynamodb, context, toys, moment, monkeypatch, after
):
    put, done = restoring._put, iter(range(after))

    def stopped(*given):
        if next(done, None) is None:
            raise KeyboardInterrupt
        return put(*given)

    monkeypatch.setattr(restoring, "_put", stopped)
    with pytest.raises(KeyboardInterrupt):
        restore(context, toys, moment, overwrites=False)
    assert beside(dynamodb, context, toys)
    monkeypatch.undo()
    restore(context, toys, moment, overwrites=False)
    assert rows(dynamodb, context, toys) == {"ball": "new", "kite": "torn"}
    assert not beside(dynamodb, context, toys)


def test_what_is_just_being_deleted_is_told():
    standing = {"TableName": "toys-restored", "TableStatus": "DELETING"}
    with pytest.raises(FailedError, match="run the command again soon"):
        restoring._check_standing(standing, datetime.now(UTC))


def test_a_restored_table_is_waited_for_and_not_for_ever(monkeypatch, context, toys):
    monkeypatch.setattr(restoring, "POLL_SECONDS", 0)
    states = ["CREATING", "CREATING", "ACTIVE"]

    class Slow:
        def describe_table(self, TableName):  # noqa: N803 - boto3's name
            return {"Table": {"TableStatus": states.pop(0) if len(states) > 1 else states[0]}}

        exceptions = boto3.client("dynamodb").exceptions

    restoring._await(Slow(), "toys-restored")
    assert states == ["ACTIVE"]
    states[:] = ["CREATING"]
    monkeypatch.setattr(restoring, "RESTORE_SECONDS", 0)
    with pytest.raises(FailedError, match="run the same command again"):
        restoring._await(Slow(), "toys-restored")


@pytest.mark.parametrize(
    ("table", "at", "told"),
    [
        ("nothing", LONG_AGO, "fanlight-local-nothing does not exist"),
        ("posts", "yesterday", "AT=yesterday must be a moment"),
        ("posts", "2026-01-01T00:00:00", "no time zone"),
    ],
)
def test_what_cannot_be_restored_is_told_in_a_line(context, table, at, told):
    with pytest.raises(FailedError, match=told):
        restore(context, table, at, overwrites=False)


def test_a_table_without_recovery_is_told(dynamodb, context, toys):
    off = {"PointInTimeRecoveryEnabled": False}
    name = f"{context.prefix}-{toys}"
    dynamodb.update_continuous_backups(TableName=name, PointInTimeRecoverySpecification=off)
    with pytest.raises(FailedError, match="no point-in-time recovery"):
        restore(context, toys, "", overwrites=False)


def test_no_restore_takes_away_a_tombstone(dynamodb, context, toys, moment):
    name = f"{context.prefix}-{toys}"
    dynamodb.put_item(TableName=name, Item=row("kite", "buried", erasure={"S": "{}"}))
    restore(context, toys, moment, overwrites=True)
    assert rows(dynamodb, context, toys) == {"ball": "new", "kite": "buried"}


def test_moments_are_the_same_to_the_second(context):
    now = datetime.now(UTC)
    standing = {
        "TableName": "toys-restored",
        "TableStatus": "ACTIVE",
        "RestoreSummary": {"RestoreDateTime": now.replace(microsecond=0)},
    }
    restoring._check_standing(standing, now)
    with pytest.raises(FailedError):
        restoring._check_standing(standing, now + timedelta(seconds=2))
