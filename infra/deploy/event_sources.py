"""What Chalice cannot set on event sources: compared with what is in force, and set where it
differs. The same values in SAM's words are in infra/package/merge.py."""

import time
from typing import Any

from infra.deploy.console import FailedError
from infra.deploy.context import Context
from infra.functions import Function
from infra.local.event_sources import Behaviour

POLL_SECONDS = 1.0
SETTLE_SECONDS = 300
FOR_EVER = -1
"""Lambda's word for tries until the records expire."""


def set_event_sources(context: Context) -> str:
    """Give every event source its behaviour. Gives how many had to be changed."""
    awslambda = context.client("lambda")
    changed = 0
    for function in context.functions:
        if function.source is None or function.source.kind == "schedule":
            continue
        found = _mapping(awslambda, function.deployed_name(context.prefix))
        wanted = settings_for(context, function, context.behaviours[function.name])
        # What is off may also be left out of what is in force.
        if any((found.get(name) or None) != (value or None) for name, value in wanted.items()):
            awslambda.update_event_source_mapping(UUID=found["UUID"], **wanted)
            changed += 1
        _await(awslambda, found["UUID"])
    return f"{changed} changed" if changed else "unchanged"


def settings_for(context: Context, function: Function, behaviour: Behaviour) -> dict[str, Any]:
    """A behaviour in the words of UpdateEventSourceMapping."""
    reports = ["ReportBatchItemFailures"] if behaviour.report_batch_item_failures else []
    settings: dict[str, Any] = {"FunctionResponseTypes": reports}
    if function.source is None or function.source.kind == "queue":
        if behaviour.max_concurrency is not None:
            settings["ScalingConfig"] = {"MaximumConcurrency": behaviour.max_concurrency}
        return settings
    retries = FOR_EVER if behaviour.max_retries is None else behaviour.max_retries
    settings |= {
        "BisectBatchOnFunctionError": behaviour.bisect_on_error,
        "MaximumRetryAttempts": retries,
        "TumblingWindowInSeconds": behaviour.tumbling_window_seconds,
        "ParallelizationFactor": 1,
    }
    if behaviour.on_failure is not None:
        settings["DestinationConfig"] = {
            "OnFailure": {"Destination": queue_arn(context, behaviour.on_failure)}
        }
    return settings


def queue_arn(context: Context, name: str) -> str:
    """A queue's ARN."""
    return f"arn:{context.partition}:sqs:{context.region}:{context.account}:{context.prefix}-{name}"


def _mapping(awslambda: Any, function_name: str) -> dict[str, Any]:
    found = awslambda.list_event_source_mappings(FunctionName=function_name)
    mappings: list[dict[str, Any]] = found["EventSourceMappings"]
    if len(mappings) != 1:
        raise FailedError(f"{function_name} has {len(mappings)} event sources instead of one")
    return mappings[0]


def _await(awslambda: Any, uuid: str) -> None:
    until = time.monotonic() + SETTLE_SECONDS
    while awslambda.get_event_source_mapping(UUID=uuid)["State"] != "Enabled":
        if time.monotonic() > until:
            raise FailedError(f"the event source {uuid} is not enabled after {SETTLE_SECONDS} s")
        time.sleep(POLL_SECONDS)
