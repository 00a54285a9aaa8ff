"""Every table, pool, bucket and queue of the template is protected as its data deserve."""

import json

import pytest

from infra.deploy.stage import TEMPLATE
from infra.local.template import read_template

RESOURCES = read_template(TEMPLATE)["Resources"]


def of_type(kind):
    return {name: made for name, made in RESOURCES.items() if made["Type"] == kind}


TABLES = of_type("AWS::DynamoDB::Table")
BUCKETS = of_type("AWS::S3::Bucket")
QUEUES = of_type("AWS::SQS::Queue")
CACHES = {"FeedItemsTable", "StoryTrayTable", "IdempotencyTable", "LimitsTable", "ExportsTable"}


def statements(kind):
    """Yield a policy's properties with each of its unconditional statements."""
    for policy in of_type(kind).values():
        assert "Condition" not in policy
        for statement in policy["Properties"]["PolicyDocument"]["Statement"]:
            if "Fn::If" not in statement:
                yield policy["Properties"], statement


def refuses_plain_text(statement, action):
    return (
        statement["Effect"] == "Deny"
        and statement["Principal"] == "*"
        and statement["Action"] == action
        and statement["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}
    )


def test_the_template_has_what_this_test_is_about():
    assert len(TABLES) >= 17
    assert len(BUCKETS) >= 4
    assert len(QUEUES) >= 19


@pytest.mark.parametrize("bucket", sorted(BUCKETS))
def test_a_bucket_and_its_objects_are_reached_by_tls_only(bucket):
    everything = [{"Fn::GetAtt": [bucket, "Arn"]}, {"Fn::Sub": f"${{{bucket}.Arn}}/*"}]
    assert [
        statement["Sid"]
        for policy, statement in statements("AWS::S3::BucketPolicy")
        if policy["Bucket"] == {"Ref": bucket}
        and refuses_plain_text(statement, "s3:*")
        and statement["Resource"] == everything
    ] == ["OnlyEncrypted"]


@pytest.mark.parametrize("queue", sorted(QUEUES))
def test_a_queue_is_reached_by_tls_only_and_has_one_policy(queue):
    """A second policy of the same queue would replace the first."""
    policies = [
        made["Properties"]
        for made in of_type("AWS::SQS::QueuePolicy").values()
        if {"Ref": queue} in made["Properties"]["Queues"]
    ]
    assert len(policies) == 1
    own = ("*", {"Fn::GetAtt": [queue, "Arn"]})
    assert any(
        refuses_plain_text(statement, "sqs:*") and statement["Resource"] in own
        for statement in policies[0]["PolicyDocument"]["Statement"]
    )


@pytest.mark.parametrize("table", sorted(TABLES))
def test_a_table_has_backups_and_refuses_to_be_deleted_unless_it_is_a_cache(table):
    made, properties = TABLES[table], TABLES[table]["Properties"]
    is_cache = table in CACHES
    assert (made["DeletionPolicy"] == "Delete") == is_cache
    assert ("PointInTimeRecoverySpecification" not in properties) == is_cache
    protection = None if is_cache else {"Ref": "DeletionProtection"}
    assert properties.get("DeletionProtectionEnabled") == protection


def test_the_user_pool_refuses_to_be_deleted():
    [pool] = of_type("AWS::Cognito::UserPool").values()
    assert "IsProtected" in json.dumps(pool["Properties"]["DeletionProtection"])
