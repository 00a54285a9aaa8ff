"""Each function may do what it needs and nothing else. The fixture `judge` tests the other half: it
watches all integration tests for calls beyond a policy and for unused grants.
"""

import boto3
import pytest

from app import app
from functions.aws.sending import send
from functions.media.domain import upload_key
from functions.queues import Recount, RecountAll
from functions.stage import stage
from infra.functions import API, functions_of
from infra.local.event_sources import Behaviour
from infra.policies import filled, grants_of, policy_of, read_policies
from tests.integration.judge import _dynamodb, _s3
from tests.integration.people import follow, publish, upload

FUNCTIONS = {function.name: function for function in functions_of(app)}


def test_every_function_has_its_grants_and_no_other_has():
    assert set(read_policies()) == set(FUNCTIONS)


@pytest.mark.parametrize("name", sorted(FUNCTIONS))
def test_no_grant_is_wider_than_one_action_on_one_thing(name):
    for grant in grants_of(FUNCTIONS[name], read_policies(), {}):
        assert "*" not in grant.action
        assert grant.resource != "*" or grant.is_lambdas


def test_only_an_erasure_reaches_all_that_the_buckets_of_pictures_hold():
    """The judge sees a call that goes too far, but not a grant that does: it would not notice an
    export that may write where it only reads.
    """
    everywhere = {
        (name, action)
        for name, declared in read_policies().items()
        for action in declared.get("bucket/media/*", ())
    }
    assert everywhere == {("erase", "DeleteObject")}
    archives = read_policies()["prepare_export"]
    may_write = {
        resource
        for resource, actions in archives.items()
        if resource.startswith("bucket/") and set(actions) - {"GetObject", "ListBucket"}
    }
    assert may_write == {"bucket/media/exports/*", "bucket/media/found/*"}


def test_a_policy_says_who_may_do_what_to_which_with_the_event_source_and_the_logs():
    render, declared = FUNCTIONS["render"], {"render": {"table/media": ["UpdateItem"]}}
    grants = grants_of(render, declared, {"render": Behaviour(on_failure="stream-dead")})
    allowed = {one["Resource"]: one["Action"] for one in policy_of(grants)["Statement"]}
    account = "${AWS::Region}:${AWS::AccountId}"
    prefix = render.source.value.removesuffix("-render")
    assert allowed == {
        f"arn:${{AWS::Partition}}:dynamodb:{account}:table/${{Prefix}}-media": [
            "dynamodb:UpdateItem"
        ],
        f"arn:${{AWS::Partition}}:sqs:{account}:{prefix}-render": [
            "sqs:ChangeMessageVisibility", "sqs:DeleteMessage", "sqs:GetQueueAttributes",
            "sqs:GetQueueUrl", "sqs:ReceiveMessage",
        ],
        f"arn:${{AWS::Partition}}:sqs:{account}:{prefix}-render-dead": [
            "sqs:GetQueueUrl", "sqs:SendMessage",
        ],
        f"arn:${{AWS::Partition}}:sqs:{account}:${{Prefix}}-stream-dead": ["sqs:SendMessage"],
        f"arn:${{AWS::Partition}}:logs:{account}:log-group:/aws/lambda/${{Prefix}}-render:*": [
            "logs:CreateLogStream", "logs:PutLogEvents",
        ],
        "*": ["xray:PutTelemetryRecords", "xray:PutTraceSegments"],
    }  # fmt: skip


def test_a_place_that_is_not_known_is_an_error():
    with pytest.raises(KeyError):
        filled("arn:${Elsewhere}", {})


@pytest.mark.parametrize(
    ("operation", "parameters", "needs"),
    [
        ("Query", {"TableName": "t", "IndexName": "i"}, {("Query", "t/index/i")}),
        (
            "BatchGetItem",
            {"RequestItems": {"t": {}, "u": {}}},
            {("BatchGetItem", "t"), ("BatchGetItem", "u")},
        ),
        (
            "TransactWriteItems",
            {"TransactItems": [{"Put": {"TableName": "t"}}, {"Delete": {"TableName": "u"}}]},
            {("PutItem", "t"), ("DeleteItem", "u")},
        ),
    ],
)  # fmt: skip
def test_a_call_to_dynamodb_needs_each_action_on_each_table_and_index(operation, parameters, needs):
    found = {
        (action.partition(":")[2], arn.partition(":table/")[2])
        for action, arn in _dynamodb(operation, parameters)
    }
    assert found == needs


def test_a_copy_needs_to_read_the_one_and_to_write_the_other():
    parameters = {"Bucket": "to", "Key": "k", "CopySource": {"Bucket": "from", "Key": "l"}}
    assert set(_s3("CopyObject", parameters)) == {
        ("s3:GetObject", "arn:aws:s3:::from/l"),
        ("s3:PutObject", "arn:aws:s3:::to/k"),
    }


def test_what_is_not_granted_is_noticed(stack, judge):
    granted, denied = judge.granted[API], set(judge.denied)
    judge.granted[API] = {}
    try:
        ada = stack.call("GET", "/users?username=nobody_here", headers={})
        assert ada.status == 401, "without a token nothing is called"
        form = {"username": "nobody_here", "password": "long enough"}
        stack.call("POST", "/login", json=form)
        lacked = {action for _, action, _ in judge.denied - denied}
        assert "dynamodb:GetItem" in lacked, "a login reads the row of the name"
        stack.call("POST", "/signup", json={**form, "email": "nobody@example.com"})
        lacked = {action for _, action, _ in judge.denied - denied}
        assert "cognito-idp:AdminGetUser" in lacked
    finally:
        judge.granted[API] = granted
        judge.denied.intersection_update(denied)


def test_an_original_that_a_lifecycle_rule_took_is_told_as_missing(stack):
    ada = stack.person("policy_ada")
    media_id = upload(stack, ada)
    stack.settle()
    path = f"/media/{media_id}/original"
    url = stack.call("GET", path, token=ada.token).json["url"]
    key = url.partition("/cdn/")[2].partition("?")[0]
    boto3.client("s3").delete_object(Bucket=stack.stage.environment["MEDIA_BUCKET"], Key=key)
    assert stack.call("GET", path, token=ada.token).status == 404


def test_a_refused_request_gives_its_key_up(stack):
    ada = stack.person("policy_key")
    sent = {"json": {"media_ids": ["none"]}, "headers": {"idempotency-key": "refused"}}
    for _ in range(2):
        assert stack.call("POST", "/posts", token=ada.token, **sent).status == 404


def test_an_upload_that_went_before_it_was_rendered_waits_for_another(stack):
    ada = stack.person("policy_gone")
    media_id = upload(stack, ada)
    boto3.client("s3").delete_object(
        Bucket=stack.stage.environment["UPLOADS_BUCKET"], Key=upload_key(ada.user_id, media_id)
    )
    stack.settle()
    shown = stack.call("GET", f"/media/{media_id}", token=ada.token).json
    assert shown["status"] == "processing"


def test_a_recount_that_is_asked_for_is_made(stack, monkeypatch):
    # Of this run's other targets it is enough that they are found: there are thousands.
    monkeypatch.setattr(stage().recounting, "_send", lambda *_, **__: None)
    ada = stack.person("policy_counted")
    media_id = upload(stack, ada)
    stack.settle()
    post_id = publish(stack, ada, media_id)["post_id"]
    stack.call("POST", "/like", token=ada.token, json={"post_id": post_id})
    stack.call("POST", "/comment", token=ada.token, json={"post_id": post_id, "text": "so it is"})
    stack.settle()
    send("recounts", [Recount("comments", [post_id]), RecountAll("comments")])
    send("recounts", [Recount("views", ["a story of nobody's"]), RecountAll("views")])
    stack.settle()
    shown = stack.call("GET", f"/posts/{post_id}", token=ada.token).json
    assert (shown["like_count"], shown["comment_count"]) == (1, 1)


def test_an_author_with_many_followers_is_dispatched_in_several_messages(stack, monkeypatch):
    monkeypatch.setattr("functions.feed.fanout.FOLLOWERS_PAGE", 1)
    monkeypatch.setattr("functions.feed.fanout.PAGES_A_DISPATCH", 1)
    ada, bob = stack.person("policy_star"), stack.person("policy_fan")
    follow(stack, bob, ada)
    media_id = upload(stack, ada)
    stack.settle()
    post = publish(stack, ada, media_id)
    stack.settle()
    feed = stack.call("GET", f"/feed/{bob.user_id}", token=bob.token).json
    assert [item["post_id"] for item in feed["items"]] == [post["post_id"]]
