"""Erasure by an operator: of an account that a restore brought back, and of one that abuses the
service.
"""

import json
import time

import boto3
import pytest

from functions.accounts.ports import PoolRefused
from functions.config import settings
from functions.stage import stage
from infra.deploy.console import FailedError
from infra.deploy.erase import LOGGED, erase
from infra.deploy.restore import restore
from infra.deploy.stage import Stage
from tests.deploy.local import Local
from tests.integration.erasure.life import leave
from tests.integration.erasure.traces import tombstone, traces

LOGS = "/aws/lambda/fanlight-local-erase"


@pytest.fixture
def context(stack):
    return Local(Stage(name="local"))


@pytest.fixture
def moment():
    """Return a function that restores all tables with backups to copies. `put_back` puts these
    back."""
    dynamodb, prefix = boto3.client("dynamodb"), settings().table("")
    made = {}

    def beside():
        for table in dynamodb.list_tables()["TableNames"]:
            if table.startswith(prefix) and has_backups(dynamodb, table):
                found = dynamodb.restore_table_to_point_in_time(
                    SourceTableName=table,
                    TargetTableName=f"{table}-restored",
                    UseLatestRestorableTime=True,
                )["TableDescription"]
                at = found["RestoreSummary"]["RestoreDateTime"].isoformat()
                made[table.removeprefix(prefix)] = at

    def put_back(context, *, without=()):
        for table, at in made.items():
            if table in without:
                dynamodb.delete_table(TableName=f"{prefix}{table}-restored")
            else:
                restore(context, table, at, overwrites=False)

    return beside, put_back


def has_backups(dynamodb, table):
    found = dynamodb.describe_continuous_backups(TableName=table)["ContinuousBackupsDescription"]
    recovery = found["PointInTimeRecoveryDescription"]
    return recovery["PointInTimeRecoveryStatus"] == "ENABLED"


@pytest.fixture
def logged(stack):
    """Return a function that writes lines into the log of `erase`, as its function does."""
    logs = boto3.client("logs")
    logs.create_log_group(logGroupName=LOGS)
    logs.create_log_stream(logGroupName=LOGS, logStreamName="one")

    def write(*lines):
        now = int(time.time() * 1000)
        events = [{"timestamp": now, "message": line} for line in lines]
        logs.put_log_events(logGroupName=LOGS, logStreamName="one", logEvents=events)

    yield write
    logs.delete_log_group(logGroupName=LOGS)


def erased(stack, context, person, name):
    erase(context, person.user_id, told_to_erase=name)
    stack.settle(advance=True)
    return traces(person.user_id, person.username)


@pytest.mark.parametrize("days", [0, 2])
def test_who_is_back_after_a_restore_is_erased_once_more(
    stack, context, ada, bob, life, moment, logged, swept, capsys, days
):
    beside, put_back = moment
    beside()
    leave(stack, ada)
    stack.settle(advance=True)
    swept(days=days)  # so the tombstone expires, or not
    line = {"message": LOGGED, "user_id": ada.user_id, "step": "check"}
    logged(json.dumps(line), "START RequestId: 1", f'"{LOGGED}" in no JSON')
    capsys.readouterr()
    put_back(context)
    stack.settle(advance=True)
    assert f"make erase STAGE=local USER_ID={ada.user_id}" in capsys.readouterr().out
    there = " ".join(traces(ada.user_id, ada.username))
    for table in ("posts", "follows", "likes", "comments", "blocks", "media"):
        assert f"-{table}: " in there, table
    seen = stack.call("GET", f"/users/{ada.user_id}", token=bob.token).status
    assert seen == (200 if days else 404)
    assert erased(stack, context, ada, ada.username if days else ada.user_id) == []
    assert set(tombstone(ada.user_id)) == {"user_id", "erasure", "expires_at"}
    assert stack.call("GET", f"/users/{ada.user_id}", token=bob.token).status == 404


def test_rows_that_are_back_without_their_user_are_erased_too(
    stack, context, ada, life, moment, swept
):
    beside, put_back = moment
    beside()
    leave(stack, ada)
    stack.settle(advance=True)
    swept(days=2)
    put_back(context, without=["users"])
    stack.settle(advance=True)
    assert traces(ada.user_id, ada.username) != []
    assert erased(stack, context, ada, ada.user_id) == []


def test_an_abusive_account_is_erased_and_its_token_opens_nothing(stack, context, ada, life):
    with pytest.raises(FailedError, match=rf"To confirm: make erase .* ERASE={ada.username}$"):
        erase(context, ada.user_id, told_to_erase="")
    with pytest.raises(FailedError):
        erase(context, ada.user_id, told_to_erase="another")
    assert stack.call("GET", "/me", token=ada.token).status == 200
    erase(context, ada.user_id, told_to_erase=ada.username)
    # A warm process believes for some seconds that she exists, but finds nothing of hers.
    assert stack.call("GET", "/me", token=ada.token).status in {401, 404}
    stack.settle(advance=True)
    assert traces(ada.user_id, ada.username) == []
    form = {"username": ada.username, "password": ada.password}
    assert stack.call("POST", "/login", json=form).status == 401


def test_an_erasure_that_was_lost_on_its_way_is_begun_again(stack, context, ada, life):
    leave(stack, ada)
    stack.settle()
    url = boto3.client("sqs").get_queue_url(QueueName=settings().queue("erasure"))["QueueUrl"]
    boto3.client("sqs").purge_queue(QueueUrl=url)
    stack.settle(advance=True)
    assert traces(ada.user_id, ada.username) != []
    assert erased(stack, context, ada, ada.username) == []


@pytest.mark.parametrize(
    "user_id", ["b4125971-43d4-4d48-8170-637d627d054d", "root", 'x" or sub = "y']
)
def test_an_unknown_id_is_refused_in_a_line(stack, context, user_id):
    with pytest.raises(FailedError, match="has no user"):
        erase(context, user_id, told_to_erase=user_id)
    assert tombstone(user_id) is None


def test_nobody_is_refused(context):
    with pytest.raises(FailedError, match="USER_ID="):
        erase(context, "", told_to_erase="")


def test_a_busy_pool_ends_the_command_in_a_line(context, stack, ada, monkeypatch):
    def busy(*_):
        raise PoolRefused("busy")

    monkeypatch.setattr(stage().cognito, "name_of", busy)
    with pytest.raises(FailedError, match="busy"):
        erase(context, ada.user_id, told_to_erase=ada.username)
    assert stack.call("GET", "/me", token=ada.token).status == 200
