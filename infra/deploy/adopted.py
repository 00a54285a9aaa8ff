"""Finds the resources of a release in AWS, so that an interrupted release can be continued.

Chalice writes its record after the last step. A release that fails half way leaves no record or an
old one; with it Chalice would create the API and the event sources a second time and delete
nothing. So the record is rebuilt from AWS before every release and removal.
"""

from collections.abc import Iterable, Iterator
from typing import Any

from botocore.exceptions import ClientError
from chalice.deploy import models

from infra.deploy.console import FailedError
from infra.deploy.context import Context
from infra.deploy.project import api_description

Entry = dict[str, Any]
"""A resource in Chalice's record: `name`, `resource_type`, and the fields of that type."""
_ABSENT = {"NoSuchEntity", "ResourceNotFoundException", "NotFoundException"}


def planned(context: Context, resources: Iterable[Any]) -> list[Entry]:
    """Return the entries that a release will create, without the ids that AWS assigns later.

    Event sources are left out: `adopted` finds them by their functions.
    """
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
    """Yield the entries that exist in AWS, with their ids, and their functions' event sources.

    An event source that no resource declares is named by its id: Chalice deletes the entries whose
    names it does not know.
    """
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
    """Return an entry with its ids, or None if it does not exist or is an event source."""
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
    """Return whether a function exists, after any change to it has ended.

    Lambda refuses to change a function that an interrupted release is still creating or updating.
    """
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
    """Return the API's id: the recorded one if it exists, otherwise found by its description.

    The name does not help: Chalice gives it to the API of every stage.
    """
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
    """Return the ARNs of an event source's function and of its queue or stream."""
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
