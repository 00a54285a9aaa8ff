"""Finds what a release has made, by names and sources instead of by what was written down.

Chalice writes its record when all is done. After a release that failed or died half way there is
none, or one from before; Chalice would then make the API and the event sources a second time, and
delete nothing. So its record is made anew from what is there, before every release and removal.
"""

from collections.abc import Iterable, Iterator
from typing import Any

from botocore.exceptions import ClientError
from chalice.deploy import models

from infra.deploy.console import FailedError
from infra.deploy.context import Context
from infra.deploy.project import api_description

Entry = dict[str, Any]
"""A resource as Chalice records it: `name`, `resource_type`, and what is special to the type."""
_ABSENT = {"NoSuchEntity", "ResourceNotFoundException", "NotFoundException"}


def planned(context: Context, resources: Iterable[Any]) -> list[Entry]:
    """What a release is about to make, as far as it can be told before: without the ids that AWS
    gives. Event sources are found with their functions."""
    entries = (_planned(context, resource) for resource in resources)
    return [entry for entry in entries if entry is not None]


def _planned(context: Context, resource: Any) -> Entry | None:
    match resource:
        case models.ManagedIAMRole():
            more = {"resource_type": "iam_role", "role_name": resource.role_name}
        case models.LambdaFunction():
            arn = _function_arn(context, resource)
            more = {"resource_type": "lambda_function", "lambda_arn": arn}
        case models.ScheduledEvent():
            more = {"resource_type": "cloudwatch_event", "rule_name": resource.rule_name}
        case models.RestAPI():
            more = {"resource_type": "rest_api"}
        case _:
            return None
    return {"name": resource.resource_name, **more}


def adopted(
    context: Context, resources: Iterable[Any], entries: Iterable[Entry]
) -> Iterator[Entry]:
    """Those of the entries that are there, with their ids, and the event sources of their
    functions. A source that no resource asks for has its id for a name: Chalice takes away what it
    has no name for."""
    sources = {
        _source_of(context, one): one.resource_name
        for one in resources
        if isinstance(one, models.SQSEventSource | models.DynamoDBEventSource)
    }
    for entry in entries:
        found = _found(context, entry)
        if found is not None:
            yield found
        if found is not None and entry["resource_type"] == "lambda_function":
            for source in _mappings(context, entry["lambda_arn"]):
                key = (source["lambda_arn"], source["arn"])
                yield {**source, "name": sources.get(key, source["event_uuid"])}


def _found(context: Context, entry: Entry) -> Entry | None:
    """An entry with its ids; None for what is not there, and for an event source."""
    match entry["resource_type"]:
        case "iam_role":
            role = _there(context.client("iam").get_role, RoleName=entry["role_name"])
            return role and {**entry, "role_arn": role["Role"]["Arn"]}
        case "lambda_function":
            return entry if _is_function(context.client("lambda"), entry["lambda_arn"]) else None
        case "cloudwatch_event":
            ask = context.client("events").describe_rule
            return _there(ask, Name=entry["rule_name"]) and entry
        case "rest_api":
            api_id = _api_id(context, entry)
            return None if api_id is None else {**entry, "rest_api_id": api_id}
    return None


def _is_function(awslambda: Any, arn: str) -> bool:
    """Whether there is a function. One that a stopped release was about to make or change refuses
    another change: it is waited for."""
    found = _there(awslambda.get_function_configuration, FunctionName=arn)
    if found is not None and found.get("State") == "Pending":
        awslambda.get_waiter("function_active").wait(FunctionName=arn)
    if found is not None and found.get("LastUpdateStatus") == "InProgress":
        awslambda.get_waiter("function_updated").wait(FunctionName=arn)
    return found is not None


def _there(ask: Any, **arguments: Any) -> dict[str, Any] | None:
    try:
        answer: dict[str, Any] = ask(**arguments)
    except ClientError as error:
        if error.response["Error"]["Code"] in _ABSENT:
            return None
        raise
    return answer


def _api_id(context: Context, entry: Entry) -> str | None:
    """The API's id: the recorded one if it is there, or else that of the API that says whose it
    is. Its name would not do: that is the same in every stage."""
    gateway = context.client("apigateway")
    recorded = entry.get("rest_api_id")
    if recorded and _there(gateway.get_rest_api, restApiId=recorded):
        return str(recorded)
    ours = [
        str(api["id"])
        for page in gateway.get_paginator("get_rest_apis").paginate()
        for api in page["items"]
        if api.get("description") == api_description(context)
    ]
    if len(ours) > 1:
        raise FailedError(f"{context.prefix} has the APIs {', '.join(ours)}: delete all but one")
    return ours[0] if ours else None


def _mappings(context: Context, function_arn: str) -> Iterator[Entry]:
    pages = context.client("lambda").get_paginator("list_event_source_mappings")
    for page in pages.paginate(FunctionName=function_arn):
        for one in page["EventSourceMappings"]:
            if one["State"] != "Deleting":
                yield _source(one, function_arn)


def _source(mapping: dict[str, Any], function_arn: str) -> Entry:
    arn = str(mapping["EventSourceArn"])
    common = {"arn": arn, "event_uuid": mapping["UUID"], "lambda_arn": function_arn}
    if ":sqs:" in arn:
        queue = arn.rpartition(":")[2]
        return {"resource_type": "sqs_event", "queue_arn": arn, "queue": queue, **common}
    return {"resource_type": "dynamodb_event", "stream_arn": arn, **common}


def _source_of(context: Context, resource: Any) -> tuple[str, str]:
    """A resource's function and source, as ARNs."""
    function_arn = _function_arn(context, resource.lambda_function)
    if isinstance(resource, models.DynamoDBEventSource):
        return function_arn, resource.stream_arn
    if isinstance(resource.queue, models.QueueARN):
        return function_arn, resource.queue.arn
    return function_arn, _arn(context, "sqs", resource.queue)


def _function_arn(context: Context, function: Any) -> str:
    return _arn(context, "lambda", f"function:{function.function_name}")


def _arn(context: Context, service: str, name: str) -> str:
    return f"arn:{context.partition}:{service}:{context.region}:{context.account}:{name}"
