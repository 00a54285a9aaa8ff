"""A CloudFormation with one stack. It takes its time, and records the calls."""

from datetime import UTC, datetime

from botocore.exceptions import ClientError

from infra.deploy.stacks import NEVER_MADE

OUTPUTS = {"SigningSecretId": "secret"}


class CloudFormation:
    """A fake CloudFormation. `lag` is how often it still shows the state before a change, and
    `fails` how the change ends. `moving` are the states that another operation shows before
    `status`."""

    def __init__(self, status, *, lag=0, fails=False, refused="", moving=(), outputs=OUTPUTS):
        self.status, self.asked, self.outputs = status, [], outputs
        self._lag, self._fails, self._refused = lag, fails, refused
        self._played = list(moving)
        self._execution = "AVAILABLE"
        self._event = None
        self._made = status not in {None, *NEVER_MADE}

    @property
    def at_rest(self):
        """Return whether everything it was asked to do has ended, and the end was seen."""
        return not self._played

    def describe_stacks(self, StackName):  # noqa: N803 - boto3's names
        status = self._played.pop(0) if self._played else self.status
        if not self._played and self._execution == "EXECUTE_IN_PROGRESS":
            self._execution = "EXECUTE_FAILED" if self._fails else "EXECUTE_COMPLETE"
        if status is None:
            error = {"Code": "ValidationError", "Message": f"{StackName} does not exist"}
            raise ClientError({"Error": error}, "DescribeStacks")
        outputs = self.outputs if self._made else {}
        made = [{"OutputKey": k, "OutputValue": v} for k, v in outputs.items()]
        return {"Stacks": [{"StackStatus": status, "Outputs": made}]}

    def create_change_set(self, **asked):
        self.asked.append(f"create {asked['ChangeSetType']}")
        if asked["ChangeSetType"] == "CREATE":
            assert self.status in {None, "REVIEW_IN_PROGRESS"}
            self.status = "REVIEW_IN_PROGRESS"
        self._execution = "AVAILABLE"
        return {"Id": "the-change-set"}

    def describe_change_set(self, **_):
        status = "FAILED" if self._refused else "CREATE_COMPLETE"
        reads = {"Status": status, "ExecutionStatus": self._execution}
        return {**reads, "StatusReason": self._refused}

    def execute_change_set(self, **_):
        self.asked.append("execute")
        verb = "CREATE" if self.status == "REVIEW_IN_PROGRESS" else "UPDATE"
        before, self._execution = self.status, "EXECUTE_IN_PROGRESS"
        self._made = self._made or not self._fails
        rolled_back = "ROLLBACK_COMPLETE" if verb == "CREATE" else "UPDATE_ROLLBACK_COMPLETE"
        self._play(before, verb, rolled_back if self._fails else f"{verb}_COMPLETE")

    def delete_change_set(self, **_):
        self.asked.append("forget")

    def delete_stack(self, **_):
        self.asked.append("delete")
        if self.status == "REVIEW_IN_PROGRESS":
            self.status = None
        else:
            self._play(self.status, "DELETE", "DELETE_FAILED" if self._fails else None)

    def _play(self, before, verb, after):
        self._played = [*[before] * self._lag, f"{verb}_IN_PROGRESS"]
        self.status = after
        self._event = f"{verb}_FAILED" if self._fails else f"{verb}_COMPLETE"

    def describe_stack_events(self, **_):
        event = {
            "EventId": "1",
            "Timestamp": datetime.now(UTC),
            "LogicalResourceId": "PostsTable",
            "ResourceStatus": self._event,
            "ResourceStatusReason": "it exists",
        }
        return {"StackEvents": [event] if self._event else []}

    def get_paginator(self, _):
        change = {
            "Action": "Modify",
            "LogicalResourceId": "PostsTable",
            "ResourceType": "AWS::DynamoDB::Table",
            "Replacement": "True",
        }
        page = {"Changes": [{"ResourceChange": change}]}
        return type("Pages", (), {"paginate": lambda *_, **__: [page]})()
