"""A stack is changed by change sets, from whatever state an earlier run left it in."""

import pytest

from infra.deploy import stack_events, stacks
from infra.deploy.console import FailedError
from infra.deploy.stacks import Change, Stack
from tests.fakes.cloudformation import CloudFormation

UNCHANGED = "The submitted information didn't contain changes."


@pytest.fixture(autouse=True)
def quickly(monkeypatch):
    monkeypatch.setattr(stacks, "POLL_SECONDS", 0)
    monkeypatch.setattr(stack_events, "POLL_SECONDS", 0)


def test_a_new_stack_is_created_and_an_old_one_updated():
    new = CloudFormation(None)
    assert Stack(new, "s").apply("body", {"Prefix": "p"}) == "1 resources changed"
    assert new.asked == ["create CREATE", "execute"]
    assert new.status == "CREATE_COMPLETE"
    old = CloudFormation("CREATE_COMPLETE")
    Stack(old, "s").apply("body", {})
    assert old.asked == ["create UPDATE", "execute"]


@pytest.mark.parametrize(
    "before", [None, "CREATE_COMPLETE", "UPDATE_COMPLETE", "UPDATE_ROLLBACK_COMPLETE"]
)
def test_a_status_from_before_the_change_is_not_taken_for_its_end(before):
    slow = CloudFormation(before, lag=2)
    Stack(slow, "s").apply("body", {})
    assert slow.at_rest, "it is left only when the change has ended"
    assert slow.status == ("UPDATE_COMPLETE" if before else "CREATE_COMPLETE")


@pytest.mark.parametrize("before", ["UPDATE_COMPLETE", "UPDATE_ROLLBACK_COMPLETE"])
def test_a_change_that_fails_after_a_while_fails(before, capsys):
    failing = CloudFormation(before, lag=2, fails=True)
    with pytest.raises(FailedError, match="s is UPDATE_ROLLBACK_COMPLETE"):
        Stack(failing, "s").apply("body", {})
    assert "PostsTable UPDATE_FAILED: it exists" in capsys.readouterr().out


def test_what_is_the_same_is_left_alone():
    same = CloudFormation("CREATE_COMPLETE", refused=UNCHANGED)
    assert Stack(same, "s").apply("body", {}) == "unchanged"
    assert "execute" not in same.asked


@pytest.mark.parametrize("left", ["ROLLBACK_COMPLETE", "ROLLBACK_FAILED", "REVIEW_IN_PROGRESS"])
def test_a_creation_that_came_to_nothing_is_deleted_first(left):
    stuck = CloudFormation(left, lag=2)
    Stack(stuck, "s").apply("body", {})
    assert stuck.asked == ["delete", "create CREATE", "execute"]
    assert stuck.status == "CREATE_COMPLETE"


def test_what_somebody_else_has_begun_is_waited_for():
    begun = CloudFormation("ROLLBACK_COMPLETE", moving=["CREATE_IN_PROGRESS"] * 3)
    Stack(begun, "s").apply("body", {})
    assert begun.asked == ["delete", "create CREATE", "execute"]


@pytest.mark.parametrize(
    ("stuck", "advice"),
    [
        ("UPDATE_ROLLBACK_FAILED", "continue-update-rollback --stack-name s"),
        ("DELETE_FAILED", "make destroy"),
    ],
)
def test_an_existing_stack_is_never_deleted_to_create_it_again(stuck, advice):
    made = CloudFormation(stuck)
    with pytest.raises(FailedError, match=advice):
        Stack(made, "s").apply("body", {})
    assert made.asked == []


def test_a_change_set_that_is_refused_says_why_and_leaves_no_stack_behind():
    refused = CloudFormation("CREATE_COMPLETE", refused="no such parameter")
    with pytest.raises(FailedError, match="no such parameter"):
        Stack(refused, "s").apply("body", {})
    assert refused.asked == ["create UPDATE", "forget"]
    new = CloudFormation(None, refused="no such parameter")
    with pytest.raises(FailedError, match="no such parameter"):
        Stack(new, "s").apply("body", {})
    assert new.asked == ["create CREATE", "delete"]


@pytest.mark.parametrize("before", ["CREATE_COMPLETE", "ROLLBACK_COMPLETE", "DELETE_FAILED"])
def test_a_deletion_is_waited_for(before):
    slow = CloudFormation(before, lag=2)
    Stack(slow, "s").delete()
    assert (slow.asked, slow.status, slow.at_rest) == (["delete"], None, True)


@pytest.mark.parametrize("before", ["CREATE_COMPLETE", "DELETE_FAILED"])
def test_a_deletion_that_fails_fails(before):
    failing = CloudFormation(before, lag=2, fails=True)
    with pytest.raises(FailedError, match="s is DELETE_FAILED"):
        Stack(failing, "s").delete()
    assert failing.at_rest


def test_a_deletion_that_fails_between_two_looks_is_not_waited_for_without_end(monkeypatch):
    monkeypatch.setattr(stacks, "START_SECONDS", -1)
    with pytest.raises(FailedError, match="s is DELETE_FAILED"):
        Stack(CloudFormation("DELETE_FAILED", lag=9), "s").delete()


def test_what_is_not_there_has_no_outputs():
    assert Stack(CloudFormation(None), "s").outputs() == {}
    assert Stack(CloudFormation("CREATE_COMPLETE"), "s").outputs() == {"SigningSecretId": "secret"}


def test_looking_changes_nothing_and_tells_what_would_be_replaced():
    looked = CloudFormation("CREATE_COMPLETE")
    assert Stack(looked, "s").changes("body", {}) == [
        Change("Modify", "PostsTable", "AWS::DynamoDB::Table", replaces=True)
    ]
    assert looked.asked == ["create UPDATE", "forget"]


def test_looking_at_a_stack_that_is_not_there_leaves_none_behind():
    looked = CloudFormation(None)
    Stack(looked, "s").changes("body", {})
    assert looked.asked == ["create CREATE", "delete"]
