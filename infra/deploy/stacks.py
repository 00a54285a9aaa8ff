"""CloudFormation stacks, changed by change sets: what is the same is left alone."""

import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError

from infra.deploy.console import FailedError, say

POLL_SECONDS = 2.0
BODY_LIMIT = 51_200  # bytes; CloudFormation CreateChangeSet, TemplateBody
NEVER_MADE = {"ROLLBACK_COMPLETE", "ROLLBACK_FAILED", "REVIEW_IN_PROGRESS", "DELETE_FAILED"}
"""States of a stack whose creation came to nothing: it can only be deleted."""
_UNCHANGED = ("didn't contain changes", "No updates are to be performed")


@dataclass(frozen=True)
class Change:
    """What a change set would do to one resource."""

    action: str
    resource: str
    kind: str
    replaces: bool


class Stack:
    """One stack by its name."""

    def __init__(self, cloudformation: Any, name: str) -> None:
        self._cloudformation = cloudformation
        self.name = name

    def status(self) -> str | None:
        """Its status; None where there is none."""
        try:
            found = self._cloudformation.describe_stacks(StackName=self.name)["Stacks"][0]
        except ClientError as error:
            if "does not exist" in str(error):
                return None
            raise
        status = str(found["StackStatus"])
        return None if status == "DELETE_COMPLETE" else status

    def settled(self) -> str | None:
        """Its status, once what an earlier run has begun has ended, however that was."""
        begun, told = time.time(), set[str]()
        while (status := self.status() or "").endswith("_IN_PROGRESS") and status not in NEVER_MADE:
            self._tell(begun, told)
            time.sleep(POLL_SECONDS)
        return status or None

    def outputs(self) -> dict[str, str]:
        """What the template says about what it has made."""
        found = self._cloudformation.describe_stacks(StackName=self.name)["Stacks"][0]
        return {one["OutputKey"]: one["OutputValue"] for one in found.get("Outputs", ())}

    def changes(self, body: str, parameters: Mapping[str, str]) -> list[Change]:
        """What `apply` would change. Nothing is changed."""
        change_set = self._change_set(body, parameters)
        if change_set is None:
            return []
        found = list(self._changes(change_set))
        if self.status() == "REVIEW_IN_PROGRESS":
            self._cloudformation.delete_stack(StackName=self.name)
        else:
            self._cloudformation.delete_change_set(ChangeSetName=change_set)
        return found

    def apply(self, body: str, parameters: Mapping[str, str]) -> str:
        """Make the stack what the template says. Gives what was done in a few words."""
        if self.settled() in NEVER_MADE:
            self.delete()
        change_set = self._change_set(body, parameters)
        if change_set is None:
            return "unchanged"
        changes = list(self._changes(change_set))
        begun = time.time()
        self._cloudformation.execute_change_set(ChangeSetName=change_set)
        self._await(begun)
        return f"{len(changes)} resources changed"

    def delete(self) -> None:
        """Delete the stack; what its template retains stays."""
        if self.status() is None:
            return
        begun = time.time()
        self._cloudformation.delete_stack(StackName=self.name)
        self._await(begun)

    def _change_set(self, body: str, parameters: Mapping[str, str]) -> str | None:
        """A change set that can be executed; None where nothing would change."""
        is_new = self.status() in {None, "REVIEW_IN_PROGRESS"}
        made = self._cloudformation.create_change_set(
            StackName=self.name,
            ChangeSetName=f"change-{int(time.time() * 1000)}",
            ChangeSetType="CREATE" if is_new else "UPDATE",
            TemplateBody=body,
            Parameters=[
                {"ParameterKey": name, "ParameterValue": value}
                for name, value in parameters.items()
            ],
        )
        change_set = str(made["Id"])
        while True:
            found = self._cloudformation.describe_change_set(ChangeSetName=change_set)
            if found["Status"] == "CREATE_COMPLETE":
                return change_set
            if found["Status"] == "FAILED":
                break
            time.sleep(POLL_SECONDS)
        reason = str(found.get("StatusReason"))
        self._cloudformation.delete_change_set(ChangeSetName=change_set)
        if any(phrase in reason for phrase in _UNCHANGED):
            return None
        raise FailedError(f"the stack {self.name} cannot be changed: {reason}")

    def _changes(self, change_set: str) -> Iterator[Change]:
        pages = self._cloudformation.get_paginator("describe_change_set")
        for page in pages.paginate(ChangeSetName=change_set):
            for change in page["Changes"]:
                one = change["ResourceChange"]
                replaces = one.get("Replacement", "False") != "False"
                yield Change(one["Action"], one["LogicalResourceId"], one["ResourceType"], replaces)

    def _await(self, begun: float) -> None:
        told: set[str] = set()
        while (status := self.status() or "DELETE_COMPLETE").endswith("_IN_PROGRESS"):
            self._tell(begun, told)
            time.sleep(POLL_SECONDS)
        if "ROLLBACK" in status or status.endswith("_FAILED"):
            self._tell(begun, told)
            raise FailedError(f"the stack {self.name} is in {status}")

    def _tell(self, begun: float, told: set[str]) -> None:
        """Say what has happened to each resource since, once."""
        try:
            events = self._cloudformation.describe_stack_events(StackName=self.name)["StackEvents"]
        except ClientError:  # it has just gone
            return
        for event in reversed(events):
            is_new = event["EventId"] not in told and event["Timestamp"].timestamp() >= begun - 1
            if is_new and not event["ResourceStatus"].endswith("_IN_PROGRESS"):
                reason = f": {event['ResourceStatusReason']}" if _failed(event) else ""
                say(f"      {event['LogicalResourceId']} {event['ResourceStatus']}{reason}")
            told.add(event["EventId"])


def _failed(event: Mapping[str, Any]) -> bool:
    return "FAILED" in event["ResourceStatus"] and "ResourceStatusReason" in event
