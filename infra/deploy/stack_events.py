"""Prints what happens to a stack's resources while CloudFormation works on them."""

import time
from collections.abc import Callable, Mapping
from typing import Any

from botocore.exceptions import ClientError

from infra.deploy.console import say

POLL_SECONDS = 2.0


def watch(
    cloudformation: Any,
    stack: str,
    status: Callable[[], str | None],
    is_over: Callable[[str | None], bool],
) -> str | None:
    """Print each event from now on until `is_over` holds for the stack's status. Returns it."""
    begun, told = time.time(), set[str]()
    while not is_over(found := status()):
        _tell(cloudformation, stack, begun, told)
        time.sleep(POLL_SECONDS)
    _tell(cloudformation, stack, begun, told)
    return found


def _tell(cloudformation: Any, stack: str, begun: float, told: set[str]) -> None:
    """Print the events since `begun` that are not in `told`, and add them to it."""
    try:
        events = cloudformation.describe_stack_events(StackName=stack)["StackEvents"]
    except ClientError:  # the stack has just been deleted
        return
    for event in reversed(events):
        is_new = event["EventId"] not in told and event["Timestamp"].timestamp() >= begun - 1
        if is_new and not event["ResourceStatus"].endswith("_IN_PROGRESS"):
            reason = f": {event['ResourceStatusReason']}" if _failed(event) else ""
            say(f"      {event['LogicalResourceId']} {event['ResourceStatus']}{reason}")
        told.add(event["EventId"])


def _failed(event: Mapping[str, Any]) -> bool:
    return "FAILED" in event["ResourceStatus"] and "ResourceStatusReason" in event
