"""What Chalice cannot set on event sources. New ones are made with it (deployer.py); here it is
compared with what is in force, and set where it differs. infra/package/merge.py says it to SAM."""

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
    changed = []
    for function in context.functions:
        if function.source is None or function.source.kind == "schedule":
            continue
        uuid = _mapping(awslambda, function.deployed_name(context.prefix))
        # One that was made or changed a moment ago, as a release does, refuses to be changed.
        found = _settled(awslambda, uuid)
        wanted = settings_for(context, function, context.behaviours[function.name])
        # What is off may also be left out of what is in force.
        if any((found.get(name) or None) != (value or None) for name, value in wanted.items()):
            awslambda.update_event_source_mapping(UUID=uuid, **wanted)
            changed.append(uuid)
    for uuid in changed:
        _settled(awslambda, uuid)
    return f"{len(changed)} changed" if changed else "unchanged"


def settings_for(context: Context, function: Function, behaviour: Behaviour) -> dict[str, Any]:
    """A behaviour in the words of CreateEventSourceMapping and UpdateEventSourceMapping."""
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


def _mapping(awslambda: Any, function_name: str) -> str:
    """The id of a function's event source. One that goes away may be listed for some time yet."""
    found = awslambda.list_event_source_mappings(FunctionName=function_name)["EventSourceMappings"]
    uuids = [str(mapping["UUID"]) for mapping in found if mapping["State"] != "Deleting"]
    if len(uuids) != 1:
        raise FailedError(f"{function_name} has {len(uuids)} event sources instead of one")
    return uuids[0]


def _settled(awslambda: Any, uuid: str) -> dict[str, Any]:
    """An event source, as soon as it is neither being made nor changed."""
    until = time.monotonic() + SETTLE_SECONDS
    found: dict[str, Any] = awslambda.get_event_source_mapping(UUID=uuid)
    while found["State"] != "Enabled":
        if time.monotonic() > until:
            raise FailedError(f"the event source {uuid} is not enabled after {SETTLE_SECONDS} s")
        time.sleep(POLL_SECONDS)
        found = awslambda.get_event_source_mapping(UUID=uuid)
    return found
