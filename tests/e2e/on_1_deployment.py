"""A deploy creates everything, and a second one changes nothing."""

import json
import re

import boto3

from infra.deploy.layers import layers_for
from infra.deploy.release import api_url, read_record
from infra.local.event_sources import read_behaviours
from infra.page.files import content_type
from infra.page.origins import origin_of
from tests.e2e.conftest import PREFIX


def test_a_second_deploy_changes_nothing(transcripts):
    first, second = transcripts
    assert " functions, https://" in first
    done = [line.strip() for line in second.splitlines() if line.startswith("      ")]
    untouched = ("unchanged", "account ", "exists", "put")
    assert [line for line in done if not line.startswith(untouched)] == []


def test_what_chalice_cannot_set_is_in_force(api):
    awslambda = boto3.client("lambda")
    for function in api.context.functions:
        if function.source is None:
            continue
        name = function.deployed_name(PREFIX)
        [mapping] = awslambda.list_event_source_mappings(FunctionName=name)["EventSourceMappings"]
        assert mapping["State"] == "Enabled"
        assert mapping["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
        if function.source.kind == "stream":
            assert mapping["BisectBatchOnFunctionError"]
            wanted = read_behaviours()[function.name]
            told = mapping["DestinationConfig"]["OnFailure"]["Destination"]
            assert told.endswith(f"-{wanted.on_failure}")
            assert mapping.get("TumblingWindowInSeconds", 0) == wanted.tumbling_window_seconds


def test_each_function_has_a_role_of_its_own_that_names_its_resources(api):
    awslambda, iam = boto3.client("lambda"), boto3.client("iam")
    roles = set()
    for function in api.context.functions:
        name = function.deployed_name(PREFIX)
        found = awslambda.get_function_configuration(FunctionName=name)
        role = found["Role"].rpartition("/")[2]
        roles.add(role)
        [policy] = iam.list_role_policies(RoleName=role)["PolicyNames"]
        document = iam.get_role_policy(RoleName=role, PolicyName=policy)["PolicyDocument"]
        assert "${" not in json.dumps(document)
        assert found["TracingConfig"]["Mode"] == "Active"
        assert len(found["Layers"]) == len(layers_for(function.name))
    assert len(roles) == len(api.context.functions)


def test_the_log_groups_alarms_and_the_dashboard_are_there():
    groups = boto3.client("logs").describe_log_groups(logGroupNamePrefix=f"/aws/lambda/{PREFIX}")
    assert {group["retentionInDays"] for group in groups["logGroups"]} == {30}
    alarms = boto3.client("cloudwatch").describe_alarms(AlarmNamePrefix=PREFIX)["MetricAlarms"]
    assert f"{PREFIX}-dead-letters-render" in {alarm["AlarmName"] for alarm in alarms}


def test_the_page_is_in_its_bucket_and_knows_its_api(api):
    outputs, s3 = api.context.outputs, boto3.client("s3")

    def read(key):
        found = s3.get_object(Bucket=outputs["PageBucket"], Key=key)
        return found, found["Body"].read().decode()

    found, document = read("index.html")
    assert (found["ContentType"], found["CacheControl"]) == ("text/html; charset=utf-8", "no-cache")
    _, reference = read("docs/index.html")
    named = re.findall(r'(?:href|src)="/(assets/[^"]+)"', document + reference)
    assert named
    for key in named:
        found, _ = read(key)
        assert found["ContentType"] == content_type(key)
        assert found["CacheControl"].endswith("immutable")
    config = json.loads(read("config.json")[1])
    assert config["api"] == api_url(read_record(api.context)).rstrip("/")
    assert config["demo_login"] is None
    assert config["media"] == outputs["MediaBaseUrl"]


def test_the_page_is_served_under_the_policy_that_names_its_api(api):
    cloudfront, outputs = boto3.client("cloudfront"), api.context.outputs
    found = cloudfront.list_response_headers_policies(Type="custom")["ResponseHeadersPolicyList"]
    configs = [
        one["ResponseHeadersPolicy"]["ResponseHeadersPolicyConfig"] for one in found["Items"]
    ]
    [config] = [config for config in configs if config["Name"] == f"{PREFIX}-page"]
    policy = config["SecurityHeadersConfig"]["ContentSecurityPolicy"]["ContentSecurityPolicy"]
    key = {"Bucket": outputs["PageBucket"], "Key": "config.json"}
    told = json.loads(boto3.client("s3").get_object(**key)["Body"].read())
    directives = dict(one.split(" ", 1) for one in policy.split("; "))
    assert origin_of(told["api"]) in directives["connect-src"].split()
    assert f"https://{outputs['UploadsBucket']}.s3." in directives["connect-src"]
    assert outputs["MediaBaseUrl"] in directives["img-src"].split()
    functions = cloudfront.list_functions(Stage="LIVE")["FunctionList"]["Items"]
    assert f"{PREFIX}-page" in {one["Name"] for one in functions}
