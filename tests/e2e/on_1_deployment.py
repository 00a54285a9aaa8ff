"""What a deploy leaves behind, and that a second one finds it done."""

import json

import boto3

from infra.local.event_sources import read_behaviours
from tests.e2e.conftest import PREFIX


def test_a_second_deploy_changes_nothing(transcripts):
    first, second = transcripts
    assert " functions, https://" in first
    done = [line.strip() for line in second.splitlines() if line.startswith("      ")]
    untouched = ("unchanged", "account ", "it is there", "put")
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
        assert len(found["Layers"]) == (2 if function.name == "render" else 1)
    assert len(roles) == len(api.context.functions)


def test_the_log_groups_alarms_and_the_dashboard_are_there():
    groups = boto3.client("logs").describe_log_groups(logGroupNamePrefix=f"/aws/lambda/{PREFIX}")
    assert {group["retentionInDays"] for group in groups["logGroups"]} == {30}
    alarms = boto3.client("cloudwatch").describe_alarms(AlarmNamePrefix=PREFIX)["MetricAlarms"]
    assert f"{PREFIX}-dead-letters-render" in {alarm["AlarmName"] for alarm in alarms}
