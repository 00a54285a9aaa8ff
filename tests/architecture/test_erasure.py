"""What keeps something of a user is emptied by a step of the erasure, or spared for a reason."""

import json
from datetime import timedelta
from pathlib import Path
from typing import get_args

import boto3
import pytest

from functions.accounts import sessions
from functions.accounts.domain import Erasure
from functions.clock import utc_now
from functions.config import settings
from functions.erasure import service
from functions.exports.domain import export_key, found_prefix
from functions.media.domain import (
    Keep,
    Kind,
    avatar_key,
    original_key,
    prefixes_of,
    rendition_key,
    upload_key,
)
from functions.passes import scan
from functions.passes import service as passes
from functions.stage import erasure, stage
from functions.streams import jobs
from infra.local.provision import PREFIX, TEMPLATE
from infra.local.template import read_template
from tests.architecture.models import all_models
from tests.architecture.test_imports import ROOT, loaded

RESOURCES = read_template(TEMPLATE)["Resources"]
SQS_MAX_DELAY_SECONDS = 900


def named(kind, name):
    """Names of the template's resources of a kind, without what surrounds them."""
    found = (r["Properties"][name]["Fn::Sub"] for r in RESOURCES.values() if r["Type"] == kind)
    return sorted(one.split("-")[1] for one in found)


TABLES = named("AWS::DynamoDB::Table", "TableName")
BUCKETS = named("AWS::S3::Bucket", "BucketName")
STEPS = {step.name for step in stage().account_steps()}


@pytest.mark.parametrize("name", TABLES)
def test_a_tables_rows_of_a_user_are_swept_or_go_by_key_or_are_spared_for_a_reason(name):
    models = [m for m in stage().tables() if m.Meta.table_name == f"{PREFIX}-{name}"]
    assert len(models) == 1, (
        f"no model has the table {name}: write one in storage.py of its capability, and add a "
        "cached_property for it to Tables in functions/stage/tables.py, where the erasure finds it"
    )
    [model] = models
    ways = [
        bool(model.user_ids) or "owners" in vars(model),
        erasure.SWEPT_BY_KEY.get(name) in STEPS,
        bool(erasure.SPARED.get(name)),
    ]
    assert ways.count(True) == 1, (
        f"say on {model.__name__} which attributes name a user whose row it is: user_ids = (...). "
        "A pass then deletes these rows. Or name the table in SWEPT_BY_KEY or SPARED in "
        "functions/stage/erasure.py"
    )


@pytest.mark.parametrize("name", BUCKETS)
def test_a_bucket_is_emptied_of_a_users_objects_or_spared_for_a_reason(name):
    emptied = erasure.EMPTIED_BUCKETS.get(name) in STEPS
    assert emptied != bool(erasure.SPARED.get(name)), (
        f"say in EMPTIED_BUCKETS in functions/stage/erasure.py which step deletes a user's objects "
        f"from {name}, or in SPARED why none does"
    )


def test_nothing_is_named_that_is_not_there():
    assert set(erasure.SWEPT_BY_KEY) <= set(TABLES)
    assert set(erasure.EMPTIED_BUCKETS) <= set(BUCKETS)
    assert set(erasure.SPARED) <= {*TABLES, *BUCKETS}


def test_the_function_that_erases_knows_every_table():
    modules = loaded("from functions.stage import stage; stage().tables()")
    missing = {model.__module__ for model in all_models()} - modules
    assert not missing, "add their tables to Tables in functions/stage/tables.py"


def test_all_that_is_put_for_an_owner_lies_where_the_erasure_looks():
    keys = [rendition_key(kind, "ada", "m", "full") for kind in get_args(Kind)]
    keys += [original_key(keep, "ada", "m") for keep in get_args(Keep) if keep != "never"]
    keys.append(avatar_key("ada", "a", 150))
    keys += [export_key("ada", "e"), found_prefix("ada", "e")]
    for key in keys:
        assert any(key.startswith(prefix) for prefix in prefixes_of("ada")), key
    assert upload_key("ada", "m").startswith("ada/")


CHALICE = json.loads(Path(ROOT / ".chalice/config.json").read_text(encoding="utf-8"))
TIMEOUTS = {
    name: function["lambda_timeout"]
    for stage in CHALICE["stages"].values()
    for name, function in stage["lambda_functions"].items()
}


def test_the_fence_outlasts_the_longest_request():
    assert CHALICE["lambda_timeout"] <= jobs.LONGEST_REQUEST_SECONDS < jobs.FENCE_SECONDS
    assert sessions.CHANGE_SETTLES.total_seconds() > jobs.LONGEST_REQUEST_SECONDS
    assert max(TIMEOUTS["render"], TIMEOUTS["rerender"]) < jobs.RENDERS_END_SECONDS
    assert jobs.TRAILS_SECONDS > jobs.RENDERS_END_SECONDS


def test_a_tombstone_outlasts_every_token():
    validity = RESOURCES["UserPoolClient"]["Properties"]
    assert validity["TokenValidityUnits"]["IdToken"] == "minutes"
    assert timedelta(minutes=2 * validity["IdTokenValidity"]) < service.TOMBSTONE_KEPT


def test_a_part_of_an_erasure_is_far_from_its_functions_limit_and_its_delays_can_be_waited():
    assert 2 * service.AT_A_TIME.total_seconds() < TIMEOUTS["erase"]
    assert 2 * passes.AT_A_TIME.total_seconds() < TIMEOUTS["erase"]
    waits = [step.after for step in stage().account_steps()]
    longest = max(*waits, jobs.FENCE_SECONDS, service.REPEAT_SECONDS, scan.COUNTED_SECONDS)
    assert longest <= SQS_MAX_DELAY_SECONDS
    assert passes.LONGEST_DELAY.total_seconds() <= SQS_MAX_DELAY_SECONDS


def test_what_a_signed_url_still_opens_is_the_first_to_go():
    first, *_ = stage().account_steps()
    bucket, key = settings().media_bucket, export_key("zoe", "01X")
    boto3.client("s3").put_object(Bucket=bucket, Key=key, Body=b"everything")
    state = Erasure(user_id="zoe", username="zoe", begun_at=utc_now(), step=first.name)
    while first.run(state) is not None:
        pass
    assert "Contents" not in boto3.client("s3").list_objects_v2(Bucket=bucket, Prefix=key)
