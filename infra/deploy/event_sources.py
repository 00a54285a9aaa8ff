"""Brings existing event sources up to date with infra/event_sources.yaml.

deployer.py creates new event sources with the right settings. Chalice never changes existing ones,
so this step compares and updates them. infra/package/merge.py writes the same settings for SAM.
"""

import time
from typing import Any

from infra.deploy.console import FailedError
from infra.deploy.context import Context
from infra.functions import Function
from infra.local.event_sources import Behaviour

POLL_SECONDS = 1.0
SETTLE_SECONDS = 300
FOR_EVER = -1
"""Lambda's value for retrying until the records expire. It is Lambda's default, too."""


def set_event_sources(context: Context) -> str:
    """Update every event source that differs. Returns how many were changed."""
    awslambda = context.client("lambda")
    changed = []
    for function in context.functions:
        if function.source is None or function.source.kind == "schedule":
            continue
        uuid = _mapping(awslambda, function.deployed_name(context.prefix))
        # Lambda refuses to change an event source that the release has just created or changed.
        found = _settled(awslambda, uuid)
        wanted = settings_for(context, function, context.behaviours[function.name])
        if any(_given(found.get(name)) != _given(value) for name, value in wanted.items()):
            awslambda.update_event_source_mapping(UUID=uuid, **wanted)
            changed.append(uuid)
    for uuid in changed:
        _settled(awslambda, uuid)
    return f"{len(changed)} changed" if changed else "unchanged"


def settings_for(context: Context, function: Function, behaviour: Behaviour) -> dict[str, Any]:
    """Return a behaviour as parameters of Create- and UpdateEventSourceMapping."""
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
        # Records are given up by their tries alone: a stream that is behind loses none.
        "MaximumRecordAgeInSeconds": FOR_EVER,
        "TumblingWindowInSeconds": behaviour.tumbling_window_seconds,
        # A higher factor keeps the order of an item only; the counts need the order of the shard.
        "ParallelizationFactor": 1,
    }
    if behaviour.on_failure is not None:
        settings["DestinationConfig"] = {
            "OnFailure": {"Destination": queue_arn(context, behaviour.on_failure)}
        }
    return settings


def _given(value: Any) -> Any:
    """Return a setting for comparison. Lambda leaves out some settings that are off or as by
    default."""
    return None if value in ([], 0, FOR_EVER) else value


def queue_arn(context: Context, name: str) -> str:
    """Return the ARN of one of the stage's queues."""
    return f"arn:{context.partition}:sqs:{context.region}:{context.account}:{context.prefix}-{name}"


def _mapping(awslambda: Any, function_name: str) -> str:
    """Return the id of a function's only event source."""
    found = awslambda.list_event_source_mappings(FunctionName=function_name)["EventSourceMappings"]
    # Lambda still lists a deleted event source for some time.
    uuids = [str(mapping["UUID"]) for mapping in found if mapping["State"] != "Deleting"]
    if len(uuids) != 1:
        raise FailedError(f"{function_name} has {len(uuids)} event sources instead of one")
    return uuids[0]


def _settled(awslambda: Any, uuid: str) -> dict[str, Any]:
    """Wait until an event source is neither being created nor changed, and return it."""
    until = time.monotonic() + SETTLE_SECONDS
    found: dict[str, Any] = awslambda.get_event_source_mapping(UUID=uuid)
    while found["State"] != "Enabled":
        if time.monotonic() > until:
            raise FailedError(f"the event source {uuid} is not enabled after {SETTLE_SECONDS} s")
        time.sleep(POLL_SECONDS)
        found = awslambda.get_event_source_mapping(UUID=uuid)
    return found
