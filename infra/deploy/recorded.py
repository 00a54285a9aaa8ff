"""What of a release is still there. Chalice deletes all that it has recorded, or fails at the first
thing that is gone: by somebody's hand, or by a destroy that died midway."""

from typing import Any

from botocore.exceptions import ClientError

from infra.deploy.context import Context

GONE = frozenset({"ResourceNotFoundException", "NoSuchEntity", "NotFoundException"})


def still_there(context: Context, chalice: dict[str, Any]) -> dict[str, Any]:
    """Chalice's record without what is gone."""
    there = [one for one in chalice["resources"] if _is_there(context, one)]
    return {**chalice, "resources": there}


def _is_there(context: Context, resource: dict[str, Any]) -> bool:
    try:
        _look(context, resource)
    except ClientError as error:
        if error.response["Error"]["Code"] in GONE:
            return False
        raise
    return True


def _look(context: Context, resource: dict[str, Any]) -> None:
    match resource["resource_type"]:
        case "lambda_function":
            context.client("lambda").get_function(FunctionName=resource["lambda_arn"])
        case "iam_role":
            context.client("iam").get_role(RoleName=resource["role_name"])
        case "rest_api":
            context.client("apigateway").get_rest_api(restApiId=resource["rest_api_id"])
        case "sqs_event" | "dynamodb_event":
            context.client("lambda").get_event_source_mapping(UUID=resource["event_uuid"])
