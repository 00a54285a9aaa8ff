"""CloudFormation stacks, changed by change sets: what is the same is left alone.

Whoever changed a stack before may have failed, or have gone away in the midst of it. So a change
waits for what is under way, and begins from whatever that came to.
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
"""How long CloudFormation may show a stack as it was before it was told to delete it."""
REVIEW = "REVIEW_IN_PROGRESS"
"""The state of a stack that has a change set and nothing else. It lasts until somebody acts."""
NEVER_MADE = {"ROLLBACK_COMPLETE", "ROLLBACK_FAILED", REVIEW}
"""States of a stack whose creation came to nothing: it can only be deleted."""
STUCK = {
    "UPDATE_ROLLBACK_FAILED": "mend what its events name, then run "
    "`aws cloudformation continue-update-rollback --stack-name {}`",
    "DELETE_FAILED": "it was being deleted, and `make destroy` ends that",
}
"""States in which CloudFormation takes no change, and what leads out of them."""
_ENDED = {"EXECUTE_COMPLETE", "EXECUTE_FAILED", "OBSOLETE"}
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
        found = self._described()
        return str(found["StackStatus"]) if found else None

    def outputs(self) -> dict[str, str]:
        """What the template says about what it has made; nothing where it has made nothing."""
        made = self._described().get("Outputs", ())
        return {one["OutputKey"]: one["OutputValue"] for one in made}

    def _described(self) -> dict[str, Any]:
        """What CloudFormation says of it; empty where there is none."""
        try:
            found = self._cloudformation.describe_stacks(StackName=self.name)
        except ClientError as error:
            if "does not exist" in str(error):
                return {}
            raise
        described: dict[str, Any] = found["Stacks"][0]
        return {} if described["StackStatus"] == "DELETE_COMPLETE" else described

    def settled(self) -> str | None:
        """Wait while CloudFormation is at work on it, for whomever. Gives the status then."""
        status = self.status()
        if status == REVIEW or not _moves(status):
            return status
        return self._watch(lambda status: not _moves(status))

    def changes(self, body: str, parameters: Mapping[str, str]) -> list[Change]:
        """What `apply` would change. Nothing is changed."""
        change_set = self._change_set(body, parameters)
        if change_set is None:
            return []
        found = list(self._changes(change_set))
        self._forget(change_set)
        return found

    def apply(self, body: str, parameters: Mapping[str, str]) -> str:
        """Make the stack what the template says. Gives what was done in a few words."""
        status = self.settled()
        if status in NEVER_MADE:
            self.delete()
        elif status in STUCK:
            raise FailedError(f"{self.name} is in {status}: {STUCK[status].format(self.name)}")
        change_set = self._change_set(body, parameters)
        if change_set is None:
            return "unchanged"
        changes, before = list(self._changes(change_set)), self.status()
        self._cloudformation.execute_change_set(ChangeSetName=change_set)
        self._expect(self._watch(lambda status: self._is_over(change_set, before, status)))
        return f"{len(changes)} resources changed"

    def delete(self) -> None:
        """Delete the stack; what its template retains stays."""
        before, seen, begun = self.settled(), set[str | None](), time.time()
        if before is None:
            return

        def is_over(status: str | None) -> bool:
            seen.add(status)
            late = time.time() - begun > START_SECONDS
            return status is None or (status == "DELETE_FAILED" and (late or seen != {before}))

        self._cloudformation.delete_stack(StackName=self.name)
        if self._watch(is_over) is not None:
            raise FailedError(f"the stack {self.name} is in DELETE_FAILED")

    def _watch(self, is_over: Callable[[str | None], bool]) -> str | None:
        return watch(self._cloudformation, self.name, self.status, is_over)

    def _is_over(self, change_set: str, before: str | None, status: str | None) -> bool:
        """Whether a change has ended. What is read of the stack may still be from before it."""
        if _moves(status):
            return False
        return status != before or self._execution(change_set) in _ENDED

    def _execution(self, change_set: str) -> str:
        try:
            found = self._cloudformation.describe_change_set(ChangeSetName=change_set)
        except ClientError as error:
            if error.response["Error"]["Code"] != "ChangeSetNotFound":
                raise
            return "OBSOLETE"  # it went with the change
        return str(found["ExecutionStatus"])

    def _expect(self, status: str | None) -> None:
        if status is None or "ROLLBACK" in status or status.endswith("_FAILED"):
            raise FailedError(f"the stack {self.name} is {f'in {status}' if status else 'gone'}")

    def _change_set(self, body: str, parameters: Mapping[str, str]) -> str | None:
        """A change set that can be executed; None where nothing would change."""
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
        """Delete a change set, and the stack where there was none but for it."""
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
