"""A provisioned stage matches the template, and has its own settings."""

import json
import os
from typing import Any

import boto3
import msgspec
import pytest
import yaml
from cryptography.hazmat.primitives import serialization

from functions.config import Settings
from infra.local import buckets
from infra.local.applied import NotAppliedError
from infra.local.provision import PREFIX, TEMPLATE, Stage, environment_of
from infra.local.resources import make
from infra.local.template import _Loader

OUTPUTS = {"UserPoolId": "pool", "SigningSecretId": "secret"}
BASE = "http://127.0.0.1:1"


def declared(kind: str) -> list[dict[str, Any]]:
    """Return the properties of all resources of a kind in the template, unresolved."""
    body = yaml.load(TEMPLATE.read_text(), _Loader)  # noqa: S506
    return [r["Properties"] for r in body["Resources"].values() if r["Type"] == kind]


def test_every_table_of_the_template_is_there_with_its_ttl(stage: Stage) -> None:
    dynamodb = boto3.client("dynamodb")
    for table in declared("AWS::DynamoDB::Table"):
        name = table["TableName"]["Fn::Sub"].replace("${Prefix}", PREFIX)
        ttl = dynamodb.describe_time_to_live(TableName=name)["TimeToLiveDescription"]
        wanted = table.get("TimeToLiveSpecification", {}).get("AttributeName")
        assert ttl.get("AttributeName") == wanted
        assert (ttl["TimeToLiveStatus"] == "ENABLED") == (wanted is not None)


def test_the_uploads_bucket_notifies_expires_and_allows_the_origins(stage: Stage) -> None:
    s3, bucket = boto3.client("s3"), stage.environment["UPLOADS_BUCKET"]
    notified = s3.get_bucket_notification_configuration(Bucket=bucket)["QueueConfigurations"]
    assert notified[0]["QueueArn"].endswith(f":{PREFIX}-render")
    (rule,) = s3.get_bucket_lifecycle_configuration(Bucket=bucket)["Rules"]
    assert rule["Expiration"]["Days"] == 7
    (cors,) = s3.get_bucket_cors(Bucket=bucket)["CORSRules"]
    assert cors["AllowedOrigins"] == stage.environment["ALLOWED_ORIGINS"].split(",")


def test_the_stages_environment_makes_the_products_settings(stage: Stage) -> None:
    settings = msgspec.convert(stage.environment, Settings, strict=False)
    assert settings.stage == "local"
    assert settings.sign_up_auto_confirm
    assert settings.media_base_url == f"{stage.base_url}/cdn"
    assert stage.base_url in settings.origins


def test_the_signing_secret_holds_the_keys_and_the_stage_the_public_half(stage: Stage) -> None:
    client = boto3.client("secretsmanager")
    secret = client.get_secret_value(SecretId=stage.environment["SIGNING_SECRET_ID"])
    content = json.loads(secret["SecretString"])
    assert {"cursor_key", "media_key_id", "media_private_key"} <= set(content)
    assert len(bytes.fromhex(content["cursor_key"])) == 32
    key = serialization.load_pem_private_key(content["media_private_key"].encode(), None)
    public = key.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    assert public.decode().strip() == stage.media_public_key


def test_the_caller_may_set_a_setting_but_not_what_the_stage_made() -> None:
    caller = {"TIMELINE_DAYS": "3", "USER_POOL_ID": "mine", "STAGE": "prod", "HOME": "/home/me"}
    environment = environment_of(OUTPUTS, BASE, caller)
    assert environment["TIMELINE_DAYS"] == "3"
    assert environment["USER_POOL_ID"] == "pool"
    assert environment["STAGE"] == "local"
    assert "HOME" not in environment


def test_the_caller_may_change_a_default_of_the_stage() -> None:
    environment = environment_of(OUTPUTS, BASE, {"SIGN_UP_AUTO_CONFIRM": "x"})
    assert environment["SIGN_UP_AUTO_CONFIRM"] == "x"


def test_the_callers_origins_are_added_to_the_pages() -> None:
    environment = environment_of(OUTPUTS, "http://127.0.0.1:1", {"ALLOWED_ORIGINS": "http://x"})
    assert environment["ALLOWED_ORIGINS"] == "http://127.0.0.1:1,http://localhost:1,http://x"


def test_a_presigned_form_points_to_the_stage_while_s3_calls_stay_in_process(
    stage: Stage,
) -> None:
    form = boto3.client("s3").generate_presigned_post(stage.environment["UPLOADS_BUCKET"], "k")
    assert form["url"] == f"{stage.base_url}/{stage.environment['UPLOADS_BUCKET']}"
    assert os.environ["AWS_ENDPOINT_URL_S3"] == stage.base_url


def test_what_moto_drops_is_told(monkeypatch: pytest.MonkeyPatch, stage: Stage) -> None:
    """Simulate that moto accepts a bucket's CORS rules and drops them, as its CloudFormation
    does.
    """
    kept = buckets._described

    def forgetful(s3: Any, name: str, setting: str, argument: str) -> Any:
        return [] if setting == "bucket_cors" else kept(s3, name, setting, argument)

    monkeypatch.setattr(buckets, "_described", forgetful)
    rule = {"AllowedOrigins": ["*"], "AllowedMethods": ["POST"]}
    properties = {"BucketName": "forgotten", "CorsConfiguration": {"CorsRules": [rule]}}
    with pytest.raises(NotAppliedError, match="forgotten, CorsConfiguration"):
        make("AWS::S3::Bucket", properties)
