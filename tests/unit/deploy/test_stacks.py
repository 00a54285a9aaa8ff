"""A stack is changed by change sets, and what came to nothing is made anew."""

from datetime import UTC, datetime
from types import SimpleNamespace

import pytest
from botocore.exceptions import ClientError

from infra.deploy import stacks, steps
from infra.deploy.console import FailedError
from infra.deploy.stacks import Change, Stack


class CloudFormation:
    """A stand-in that plays given statuses, and writes down what it is asked."""

    def __init__(self, *statuses, change_set="CREATE_COMPLETE", reason=""):
        self.statuses, self.asked = list(statuses), []
        self.change_set, self.reason = change_set, reason

    def describe_stacks(self, StackName):  # noqa: N803 - boto3's names
        status = self.statuses.pop(0) if len(self.statuses) > 1 else self.statuses[0]
        if status is None:
            error = {"Code": "ValidationError", "Message": f"{StackName} does not exist"}
            raise ClientError({"Error": error}, "DescribeStacks")
        return {"Stacks": [{"StackStatus": status, "Outputs": []}]}

    def create_change_set(self, **asked):
        self.asked.append(("create", asked["ChangeSetType"]))
        return {"Id": "the-change-set"}

    def describe_change_set(self, **_):
        return {"Status": self.change_set, "StatusReason": self.reason}

    def execute_change_set(self, **_):
        self.asked.append("execute")

    def delete_change_set(self, **_):
        self.asked.append("forget")

    def delete_stack(self, **_):
        self.asked.append("delete")

    def describe_stack_events(self, **_):
        event = {
            "EventId": "1",
            "Timestamp": datetime.now(UTC),
            "LogicalResourceId": "PostsTable",
            "ResourceStatus": "CREATE_FAILED",
            "ResourceStatusReason": "it exists",
        }
        return {"StackEvents": [event]}

    def get_paginator(self, _):
        change = {
            "Action": "Modify",
            "LogicalResourceId": "PostsTable",
            "ResourceType": "AWS::DynamoDB::Table",
            "Replacement": "True",
        }
        page = {"Changes": [{"ResourceChange": change}]}
        return type("Pages", (), {"paginate": lambda *_, **__: [page]})()


@pytest.fixture(autouse=True)
def quickly(monkeypatch):
    monkeypatch.setattr(stacks, "POLL_SECONDS", 0)


def test_a_new_stack_is_created_and_an_old_one_updated():
    new = CloudFormation(None, None, "CREATE_IN_PROGRESS", "CREATE_COMPLETE")
    assert Stack(new, "s").apply("body", {"Prefix": "p"}) == "1 resources changed"
    assert new.asked == [("create", "CREATE"), "execute"]
    old = CloudFormation("CREATE_COMPLETE")
    Stack(old, "s").apply("body", {})
    assert old.asked == [("create", "UPDATE"), "execute"]


def test_what_is_the_same_is_left_alone():
    same = CloudFormation(
        "CREATE_COMPLETE",
        change_set="FAILED",
        reason="The submitted information didn't contain changes.",
    )
    assert Stack(same, "s").apply("body", {}) == "unchanged"
    assert "execute" not in same.asked


def test_a_creation_that_came_to_nothing_is_deleted_first():
    stuck = CloudFormation(
        "ROLLBACK_COMPLETE", "ROLLBACK_COMPLETE", "DELETE_COMPLETE", None, "CREATE_COMPLETE"
    )
    Stack(stuck, "s").apply("body", {})
    assert stuck.asked == ["delete", ("create", "CREATE"), "execute"]


def test_what_a_stopped_run_has_begun_is_waited_for():
    begun = CloudFormation("CREATE_IN_PROGRESS", "CREATE_IN_PROGRESS", "CREATE_COMPLETE")
    assert Stack(begun, "s").settled() == "CREATE_COMPLETE"
    Stack(begun, "s").apply("body", {})
    assert begun.asked == [("create", "UPDATE"), "execute"]
    assert Stack(CloudFormation("REVIEW_IN_PROGRESS"), "s").settled() == "REVIEW_IN_PROGRESS"
    assert Stack(CloudFormation(None), "s").settled() is None


@pytest.mark.parametrize("status", [None, "ROLLBACK_COMPLETE", "REVIEW_IN_PROGRESS"])
def test_a_state_that_never_came_to_be_is_made_by_the_next_deploy(monkeypatch, status):
    applied = []

    class Never(Stack):
        def apply(self, body, parameters):
            applied.append(self.name)
            return "made"

    context = SimpleNamespace(state=Never(CloudFormation(status), "s"), template="")
    monkeypatch.setattr(steps, "state_parameters", lambda *_: {})
    assert steps._state(context) == "made"
    assert applied == ["s"]


def test_a_failure_tells_the_resource_and_the_reason(capsys):
    failing = CloudFormation("CREATE_COMPLETE", "CREATE_COMPLETE", "UPDATE_ROLLBACK_COMPLETE")
    with pytest.raises(FailedError, match="s is in UPDATE_ROLLBACK_COMPLETE"):
        Stack(failing, "s").apply("body", {})
    assert "PostsTable CREATE_FAILED: it exists" in capsys.readouterr().out


def test_a_change_set_that_is_refused_says_why():
    refused = CloudFormation("CREATE_COMPLETE", change_set="FAILED", reason="no such parameter")
    with pytest.raises(FailedError, match="no such parameter"):
        Stack(refused, "s").apply("body", {})


def test_looking_changes_nothing_and_tells_what_would_be_replaced():
    looked = CloudFormation("CREATE_COMPLETE")
    assert Stack(looked, "s").changes("body", {}) == [
        Change("Modify", "PostsTable", "AWS::DynamoDB::Table", replaces=True)
    ]
    assert looked.asked == [("create", "UPDATE"), "forget"]


def test_looking_at_a_stack_that_is_not_there_leaves_none_behind():
    looked = CloudFormation(None, "REVIEW_IN_PROGRESS")
    Stack(looked, "s").changes("body", {})
    assert looked.asked == [("create", "CREATE"), "delete"]
