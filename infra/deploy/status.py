"""Shows the state of a stage and the log lines of its functions."""

import json
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from infra.deploy.console import WrongValueError, say
from infra.deploy.context import Context
from infra.deploy.redrive import depth
from infra.deploy.release import read_record
from infra.deploy.steps import operations_body
from infra.operations import named, read_dead_letter_queues
from infra.page.origins import PAGE_URL

FOLLOW_SECONDS = 2.0
NAMES = 100  # CloudWatch DescribeAlarms


def show_status(context: Context) -> None:
    """Print the stacks, functions, dead letters and alarms of a stage."""
    say(f"{context.prefix} in {context.account}, {context.region}")
    for stack in (context.state, context.operations):
        say(f"  stack     {stack.name:<28} {stack.status() or 'does not exist'}")
    if "SigningSecretId" not in context.outputs:
        return
    if PAGE_URL in context.outputs:
        say(f"  page      {context.outputs[PAGE_URL]}")
    record = read_record(context)
    for resource in record.get("chalice", {}).get("resources", ()):
        if "rest_api_url" in resource:  # missing until a deploy finishes
            say(f"  api       {resource['rest_api_url']}")
    _functions(context)
    for queue in read_dead_letter_queues():
        count = depth(context, queue)
        say(
            f"  queue     {queue:<28} {count} dead letters" + (" <-- make redrive" if count else "")
        )
    _alarms(context)


def _alarms(context: Context) -> None:
    """Print the alarms that ring.

    They are asked for by full name: the prefix of a stage `dev` also begins the alarms of `dev-eu`.
    """
    template = json.loads(operations_body(context))
    declared = named(template, "AWS::CloudWatch::Alarm", "AlarmName")
    names = [f"{context.prefix}-{name}" for name in declared]
    pages = context.client("cloudwatch").get_paginator("describe_alarms")
    alarms = [
        alarm
        for first in range(0, len(names), NAMES)
        for page in pages.paginate(AlarmNames=names[first : first + NAMES], StateValue="ALARM")
        for alarm in page["MetricAlarms"]
    ]
    for alarm in alarms:
        say(f"  ALARM     {alarm['AlarmName']}: {alarm['StateReason']}")
    if not alarms:
        say("  alarms    none")


def _functions(context: Context) -> None:
    awslambda = context.client("lambda")
    for function in context.functions:
        name = function.deployed_name(context.prefix)
        try:
            found = awslambda.get_function_configuration(FunctionName=name)
        except awslambda.exceptions.ResourceNotFoundException:
            say(f"  function  {function.name:<28} does not exist")
            continue
        say(
            f"  function  {function.name:<28} {found['Runtime']}, {found['MemorySize']} MB, "
            f"{found['CodeSize'] / 1e6:.1f} MB of code, changed {found['LastModified'][:19]}"
        )


def show_logs(context: Context, function: str | None, minutes: int, follow: bool) -> None:
    """Print the log lines of one function or of all. With `follow`, keep printing new ones."""
    known = {f.name: f.deployed_name(context.prefix) for f in context.functions}
    if function is not None and function not in known:
        names = ", ".join(sorted(known))
        raise WrongValueError(f"FUNCTION={function} does not exist; the functions are {names}")
    since = int((time.time() - minutes * 60) * 1000)
    seen: set[str] = set()
    while True:
        for name in [function] if function else known:
            _show(context, name, f"/aws/lambda/{known[name]}", since, seen)
        if not follow:
            return
        time.sleep(FOLLOW_SECONDS)


def _show(context: Context, name: str, group: str, since: int, seen: set[str]) -> None:
    for event in _events(context.client("logs"), group, since):
        if event["eventId"] not in seen:
            seen.add(event["eventId"])
            at = datetime.fromtimestamp(event["timestamp"] / 1000, UTC)
            say(f"{at:%H:%M:%S} {name:<16} {event['message'].rstrip()}")


def _events(logs: Any, group: str, since: int) -> Iterator[dict[str, Any]]:
    """Yield the events of a log group. None if a deploy has not created it yet."""
    try:
        for page in logs.get_paginator("filter_log_events").paginate(
            logGroupName=group, startTime=since
        ):
            yield from page["events"]
    except logs.exceptions.ResourceNotFoundException:
        return
