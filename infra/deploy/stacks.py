"""CloudFormation stacks, changed by change sets so that nothing is updated needlessly.

An earlier change may have failed, or may still be running after its command was interrupted. So a
change first waits for the stack to settle and then starts from whatever state it is in.
"""

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError

from infra.deploy.console import FailedError
from infra.deploy.stack_events import POLL_SECONDS, watch

BODY_LIMIT = 51_200  # bytes; CloudFormation CreateChangeSet, TemplateBody
START_SECONDS = 30
"""How long CloudFormation may still report the old status after it was told to delete a stack."""
REVIEW = "REVIEW_IN_PROGRESS"
"""The status of a stack that has a change set and nothing else. It lasts until somebody acts."""
NEVER_MADE = {"ROLLBACK_COMPLETE", "ROLLBACK_FAILED", REVIEW}
"""Statuses of a stack whose creation failed. CloudFormation only lets it be deleted."""
STUCK = {
    "UPDATE_ROLLBACK_FAILED": "fix what its events name, then run "
    "`aws cloudformation continue-update-rollback --stack-name {}`",
    "DELETE_FAILED": "a destroy was interrupted: complete it with `make destroy`",
}
"""Statuses in which CloudFormation accepts no change, and the way out of them."""
_ENDED = {"EXECUTE_COMPLETE", "EXECUTE_FAILED", "OBSOLETE"}
_UNCHANGED = ("didn't contain changes", "No updates are to be performed")


@dataclass(frozen=True)
class Change:
    """A change set's effect on one resource."""

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
        """Return the stack's status, or None if it does not exist."""
        found = self._described()
        return str(found["StackStatus"]) if found else None

    def outputs(self) -> dict[str, str]:
        """Return the stack's outputs. Empty if it does not exist or was never created."""
        made = self._described().get("Outputs", ())
        return {one["OutputKey"]: one["OutputValue"] for one in made}

    def _described(self) -> dict[str, Any]:
        """Return CloudFormation's description of the stack. Empty if it does not exist."""
        try:
            found = self._cloudformation.describe_stacks(StackName=self.name)
        except ClientError as error:
            if "does not exist" in str(error):
                return {}
            raise
        described: dict[str, Any] = found["Stacks"][0]
        return {} if described["StackStatus"] == "DELETE_COMPLETE" else described

    def settled(self) -> str | None:
        """Wait until CloudFormation does nothing with the stack. Returns its status then."""
        status = self.status()
        if status == REVIEW or not _moves(status):
            return status
        return self._watch(lambda status: not _moves(status))

    def changes(self, body: str, parameters: Mapping[str, str]) -> list[Change]:
        """Return what `apply` would change, without changing anything."""
        change_set = self._change_set(body, parameters)
        if change_set is None:
            return []
        found = list(self._changes(change_set))
        self._forget(change_set)
        return found

    def apply(self, body: str, parameters: Mapping[str, str]) -> str:
        """Create or update the stack. Returns what was done in a few words."""
        status = self.settled()
        if status in NEVER_MADE:
            self.delete()
        elif status in STUCK:
            raise FailedError(f"{self.name} is {status}: {STUCK[status].format(self.name)}")
        change_set = self._change_set(body, parameters)
        if change_set is None:
            return "unchanged"
        changes, before = list(self._changes(change_set)), self.status()
        self._cloudformation.execute_change_set(ChangeSetName=change_set)
        self._expect(self._watch(lambda status: self._is_over(change_set, before, status)))
        return f"{len(changes)} resources changed"

    def delete(self) -> None:
        """Delete the stack. Resources that its template retains stay."""
        before, seen, begun = self.settled(), set[str | None](), time.time()
        if before is None:
            return

        # A stack that was DELETE_FAILED before still is, until CloudFormation starts to delete it.
        def is_over(status: str | None) -> bool:
            seen.add(status)
            late = time.time() - begun > START_SECONDS
            return status is None or (status == "DELETE_FAILED" and (late or seen != {before}))

        self._cloudformation.delete_stack(StackName=self.name)
        if self._watch(is_over) is not None:
            raise FailedError(f"the stack {self.name} is DELETE_FAILED")

    def _watch(self, is_over: Callable[[str | None], bool]) -> str | None:
        return watch(self._cloudformation, self.name, self.status, is_over)

    def _is_over(self, change_set: str, before: str | None, status: str | None) -> bool:
        """Return whether a change has ended. The status may still be the one from before it."""
        if _moves(status):
            return False
        return status != before or self._execution(change_set) in _ENDED

    def _execution(self, change_set: str) -> str:
        try:
            found = self._cloudformation.describe_change_set(ChangeSetName=change_set)
        except ClientError as error:
            if error.response["Error"]["Code"] != "ChangeSetNotFound":
                raise
            return "OBSOLETE"  # CloudFormation deletes a change set after executing it
        return str(found["ExecutionStatus"])

    def _expect(self, status: str | None) -> None:
        if status is None or "ROLLBACK" in status or status.endswith("_FAILED"):
            raise FailedError(f"the stack {self.name} is {status or 'gone'}")

    def _change_set(self, body: str, parameters: Mapping[str, str]) -> str | None:
        """Create a change set that can be executed. Returns its id, or None without changes."""
        made = self._cloudformation.create_change_set(
            StackName=self.name,
            ChangeSetName=f"change-{int(time.time() * 1000)}",
            ChangeSetType="CREATE" if self.status() in {None, REVIEW} else "UPDATE",
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
        self._forget(change_set)
        if any(phrase in reason for phrase in _UNCHANGED):
            return None
        raise FailedError(f"the stack {self.name} cannot be changed: {reason}")

    def _forget(self, change_set: str) -> None:
        """Delete a change set, and the stack if it exists only because of the change set."""
        if self.status() == REVIEW:
            self._cloudformation.delete_stack(StackName=self.name)
        else:
            self._cloudformation.delete_change_set(ChangeSetName=change_set)

    def _changes(self, change_set: str) -> Iterator[Change]:
        pages = self._cloudformation.get_paginator("describe_change_set")
        for page in pages.paginate(ChangeSetName=change_set):
            for change in page["Changes"]:
                one = change["ResourceChange"]
                replaces = one.get("Replacement", "False") != "False"
                yield Change(one["Action"], one["LogicalResourceId"], one["ResourceType"], replaces)


def _moves(status: str | None) -> bool:
    return status is not None and status.endswith("_IN_PROGRESS")
