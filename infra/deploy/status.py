"""What a stage is like just now, and what its functions say."""

import time
from datetime import UTC, datetime

from infra.deploy.console import FailedError, say
from infra.deploy.context import Context
from infra.deploy.redrive import depth
from infra.deploy.release import read_record
from infra.operations import read_dead_letter_queues

FOLLOW_SECONDS = 2.0


def show_status(context: Context) -> None:
    """The stacks, the functions, dead letters and alarms of a stage."""
    say(f"{context.prefix} in {context.account}, {context.region}")
    for stack in (context.state, context.operations):
        say(f"  stack     {stack.name:<28} {stack.status() or 'not there'}")
    if context.state.status() is None:
        return
    record = read_record(context)
    for resource in record.get("chalice", {}).get("resources", ()):
        if "rest_api_url" in resource:  # it is not, of a deploy that was not finished
            say(f"  api       {resource['rest_api_url']}")
    _functions(context)
    for queue in read_dead_letter_queues():
        count = depth(context, queue)
        say(
            f"  queue     {queue:<28} {count} dead letters" + (" <-- make redrive" if count else "")
        )
    alarms = context.client("cloudwatch").describe_alarms(
        AlarmNamePrefix=f"{context.prefix}-", StateValue="ALARM"
    )["MetricAlarms"]
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
            say(f"  function  {function.name:<28} not there")
            continue
        say(
            f"  function  {function.name:<28} {found['Runtime']}, {found['MemorySize']} MB, "
            f"{found['CodeSize'] / 1e6:.1f} MB of code, changed {found['LastModified'][:19]}"
        )


def show_logs(context: Context, function: str | None, minutes: int, follow: bool) -> None:
    """The log lines of one function, or of all, of the last minutes; and then as they come."""
    known = {f.name: f.deployed_name(context.prefix) for f in context.functions}
    if function is not None and function not in known:
        raise FailedError(f"there is no function {function} among {sorted(known)}")
    since = int((time.time() - minutes * 60) * 1000)
    seen: set[str] = set()
    while True:
        for name in [function] if function else known:
            _show(context, name, f"/aws/lambda/{known[name]}", since, seen)
        if not follow:
            return
        time.sleep(FOLLOW_SECONDS)


def _show(context: Context, name: str, group: str, since: int, seen: set[str]) -> None:
    pages = context.client("logs").get_paginator("filter_log_events")
    for page in pages.paginate(logGroupName=group, startTime=since):
        for event in page["events"]:
            if event["eventId"] not in seen:
                seen.add(event["eventId"])
                at = datetime.fromtimestamp(event["timestamp"] / 1000, UTC)
                say(f"{at:%H:%M:%S} {name:<16} {event['message'].rstrip()}")
