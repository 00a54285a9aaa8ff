"""What keeps something of a user is emptied by a step of the erasure, or spared for a reason."""

import json
from datetime import timedelta
from pathlib import Path
from typing import get_args

import boto3
import pytest

from functions.accounts.domain import KNOWN_FOR, Erasure
from functions.clock import utc_now
from functions.config import settings
from functions.erasure import bootstrap, routing, service
from functions.exports.domain import export_key
from functions.media.domain import Keep, Kind, original_key, prefixes_of, rendition_key, upload_key
from functions.tables import Table
from infra.local.provision import PREFIX, TEMPLATE
from infra.local.template import read_template
from tests.architecture.test_imports import ROOT, loaded

RESOURCES = read_template(TEMPLATE)["Resources"]
SQS_MAX_DELAY_SECONDS = 900


def named(kind, name):
    """Names of the template's resources of a kind, without what surrounds them."""
    found = (r["Properties"][name]["Fn::Sub"] for r in RESOURCES.values() if r["Type"] == kind)
    return sorted(one.split("-")[1] for one in found)


TABLES = named("AWS::DynamoDB::Table", "TableName")
BUCKETS = named("AWS::S3::Bucket", "BucketName")
STEPS = {step.name for step in bootstrap.account_steps()}


@pytest.mark.parametrize("name", TABLES)
def test_a_tables_rows_of_a_user_are_swept_or_go_by_key_or_are_spared_for_a_reason(name):
    [model] = [m for m in bootstrap.tables() if m.Meta.table_name == f"{PREFIX}-{name}"]
    ways = [
        model.of_user("user", "name") is not None,
        bootstrap.SWEPT_BY_KEY.get(name) in STEPS,
        bool(bootstrap.SPARED.get(name)),
    ]
    assert ways.count(True) == 1, f"say on the model of {name} whose its rows are: `user_ids`"


@pytest.mark.parametrize("name", BUCKETS)
def test_a_bucket_is_emptied_of_a_users_objects_or_spared_for_a_reason(name):
    emptied = bootstrap.EMPTIED_BUCKETS.get(name) in STEPS
    assert emptied != bool(bootstrap.SPARED.get(name)), f"say how a user's objects leave {name}"


def test_nothing_is_named_that_is_not_there():
    assert set(bootstrap.SWEPT_BY_KEY) <= set(TABLES)
    assert set(bootstrap.EMPTIED_BUCKETS) <= set(BUCKETS)
    assert set(bootstrap.SPARED) <= {*TABLES, *BUCKETS}


def test_the_function_that_erases_knows_every_table():
    modules = loaded("from functions.erasure.bootstrap import tables; tables()")
    missing = {m.__module__ for m in Table.__subclasses__() if m.__module__.startswith("functions")}
    assert missing <= modules


def test_all_that_is_put_for_an_owner_lies_where_the_erasure_looks():
    keys = [rendition_key(kind, "ada", "m", "full") for kind in get_args(Kind)]
    keys += [original_key(keep, "ada", "m") for keep in get_args(Keep) if keep != "never"]
    for key in keys:
        assert any(key.startswith(prefix) for prefix in prefixes_of("ada")), key
    assert upload_key("ada", "m").startswith("ada/")


CHALICE = json.loads(Path(ROOT / ".chalice/config.json").read_text(encoding="utf-8"))
TIMEOUTS = {
    name: function["lambda_timeout"]
    for stage in CHALICE["stages"].values()
    for name, function in stage["lambda_functions"].items()
}


def test_the_fence_outlasts_a_warm_processs_memory_and_the_longest_request():
    assert CHALICE["lambda_timeout"] <= routing.LONGEST_REQUEST_SECONDS
    assert KNOWN_FOR.total_seconds() + CHALICE["lambda_timeout"] <= routing.FENCE_SECONDS
    assert TIMEOUTS["render"] < routing.RENDERS_END_SECONDS
    assert routing.TRAILS_SECONDS > routing.RENDERS_END_SECONDS


def test_a_tombstone_outlasts_every_token():
    validity = RESOURCES["UserPoolClient"]["Properties"]
    assert validity["TokenValidityUnits"]["IdToken"] == "minutes"
    assert timedelta(minutes=2 * validity["IdTokenValidity"]) < service.TOMBSTONE_KEPT


def test_a_part_of_an_erasure_is_far_from_its_functions_limit_and_its_delays_can_be_waited():
    assert 2 * service.AT_A_TIME.total_seconds() < TIMEOUTS["erase"]
    waits = [step.after for step in bootstrap.account_steps()]
    assert max(*waits, routing.FENCE_SECONDS, service.REPEAT_SECONDS) <= SQS_MAX_DELAY_SECONDS


def test_what_a_signed_url_still_opens_is_the_first_to_go():
    first, *_ = bootstrap.account_steps()
    bucket, key = settings().media_bucket, export_key("zoe", "01X")
    boto3.client("s3").put_object(Bucket=bucket, Key=key, Body=b"everything")
    state = Erasure(user_id="zoe", username="zoe", begun_at=utc_now(), step=first.name)
    while first.run(state) is not None:
        pass
    assert "Contents" not in boto3.client("s3").list_objects_v2(Bucket=bucket, Prefix=key)
