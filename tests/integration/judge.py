"""Judges every AWS call of a function by the function's policy, as IAM would.

moto's own enforcement cannot: it does not know indexes, transactions or batches. Here the actions
and the ARNs of a call are derived from its parameters, and matched against the grants.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from fnmatch import fnmatchcase
from typing import Any
from unittest.mock import patch

from botocore.client import BaseClient
from botocore.exceptions import ClientError
from botocore.signers import S3PostPresigner
from chalice.app import Chalice

from functions.aws import app_client, signing_keys
from functions.aws.sending import queue_url
from infra.functions import API, functions_of
from infra.local.event_sources import read_behaviours
from infra.local.wire import ACCOUNT, REGION
from infra.policies import Grant, filled, grants_of, read_policies

Need = tuple[str, str]
"""An action and the ARN that it acts on."""


class Judge:
    """For each function, the grants, the used grants, and the missing grants."""

    def __init__(
        self, app: Chalice, environment: Mapping[str, str], listens: Callable[[], bool]
    ) -> None:
        self._listens = listens
        self._prefix = environment["RESOURCE_PREFIX"]
        places = {
            "AWS::Partition": "aws",
            "AWS::Region": REGION,
            "AWS::AccountId": ACCOUNT,
            "Prefix": self._prefix,
            "UserPool.Arn": environment["USER_POOL_ARN"],
        }
        self._pool = environment["USER_POOL_ARN"]
        functions = functions_of(app)
        declared = {**{function.name: {} for function in functions}, **read_policies()}
        self.granted = {
            function.name: {
                grant: filled(grant.resource, places)
                for grant in grants_of(function, declared, read_behaviours())
            }
            for function in functions
        }
        self.used: set[tuple[str, Grant]] = set()
        self.denied: set[tuple[str, str, str]] = set()
        self._running: list[str] = []

    @contextmanager
    def sitting(self, app: Chalice) -> Iterator[None]:
        """Judge the calls of the code in the block. One function runs at a time, so calls are
        assigned to the running function, whatever their thread.
        """
        handlers = {n: self._entering(n, handler) for n, handler in app.handler_map.items()}
        with (
            patch.dict(app.handler_map, handlers),
            patch.object(Chalice, "__call__", self._entering(API, Chalice.__call__)),
            patch.object(BaseClient, "_make_api_call", self._judged(BaseClient._make_api_call)),
            patch.object(
                S3PostPresigner,
                "generate_presigned_post",
                self._presigned(S3PostPresigner.generate_presigned_post),
            ),
        ):
            yield

    def unused(self) -> set[tuple[str, str, str]]:
        """Return the grants that a function's code has but did not use."""
        return {
            (name, grant.action, grant.resource)
            for name, grants in self.granted.items()
            for grant in grants
            if not grant.is_lambdas and (name, grant) not in self.used
        }

    def _entering(self, name: str, handler: Callable[..., Any]) -> Callable[..., Any]:
        def entered(*arguments: Any, **named: Any) -> Any:
            if not self._listens():
                return handler(*arguments, **named)
            self._running.append(name)
            _forget_what_a_process_knows()
            try:
                return handler(*arguments, **named)
            finally:
                self._running.pop()

        return entered

    def _judged(self, call: Callable[..., Any]) -> Callable[..., Any]:
        def judged(client: Any, operation: str, parameters: dict[str, Any]) -> Any:
            model = client.meta.service_model.operation_model(operation)
            if self._running and model.auth_type != "none":
                for need in self._needs(
                    client.meta.service_model.service_name, operation, parameters
                ):
                    self._check(need)
            try:
                return call(client, operation, parameters)
            except ClientError as error:
                if operation in ("GetObject", "HeadObject") and _is_missing(error):
                    self._check(("s3:ListBucket", f"arn:aws:s3:::{parameters['Bucket']}"))
                raise

        return judged

    def _presigned(self, presign: Callable[..., Any]) -> Callable[..., Any]:
        def presigned(signer: Any, **named: Any) -> Any:
            given: dict[str, str] = {}
            for condition in named["conditions"]:
                given |= condition if isinstance(condition, dict) else {}
            self._check(("s3:PutObject", f"arn:aws:s3:::{given['bucket']}/{given['key']}"))
            return presign(signer, **named)

        return presigned

    def _check(self, need: Need) -> None:
        if not self._running:
            return
        name, (action, arn) = self._running[-1], need
        allowing = [
            grant
            for grant, resource in self.granted.get(name, {}).items()
            if grant.action == action and fnmatchcase(arn, resource)
        ]
        self.used |= {(name, grant) for grant in allowing}
        if not allowing:
            self.denied.add((name, action, arn))

    def _needs(self, service: str, operation: str, parameters: dict[str, Any]) -> Iterator[Need]:
        match service:
            case "dynamodb":
                yield from _dynamodb(operation, parameters)
            case "dynamodbstreams":
                iterator = parameters.get("ShardIterator", "")  # moto's answer begins with the ARN
                arn = parameters.get("StreamArn") or iterator.partition("|")[0]
                yield f"dynamodb:{operation}", arn
            case "s3":
                yield from _s3(operation, parameters)
            case "sqs":
                name = parameters.get("QueueName") or parameters["QueueUrl"].rpartition("/")[2]
                action = operation.removesuffix("Batch")
                yield f"sqs:{action}", f"arn:aws:sqs:{REGION}:{ACCOUNT}:{name}"
            case "cognito-idp":
                yield f"cognito-idp:{operation}", self._pool
            case "sesv2":
                domain = parameters["FromEmailAddress"].rpartition("@")[2].rstrip(">")
                yield f"ses:{operation}", f"arn:aws:ses:{REGION}:{ACCOUNT}:identity/{domain}"
            case _:
                resource = parameters.get("SecretId", "?")
                yield f"{service}:{operation}", resource


def listed(what: str, calls: set[tuple[str, str, str]]) -> str:
    """List calls, a line each, in the form in which infra/policies.yaml would grant them."""
    lines = (f"  {name}: {_line(action, arn)}" for name, action, arn in sorted(calls))
    return "\n".join([f"{what}:", *lines])


_DECLARED = re.compile(
    r"arn:aws:(?:dynamodb:.*:(?P<kind>table)/|(?:sqs):.*:)[a-z]+-local-(?P<name>.+)"
)


def _line(action: str, arn: str) -> str:
    """Return the line of a table or a queue: `table/likes: [PutItem]`. Other ARNs stay as they
    are.
    """
    found = _DECLARED.fullmatch(arn)
    place = f"{found['kind'] or 'queue'}/{found['name']}" if found else arn
    return f"{place}: [{action.partition(':')[2]}]"


def _forget_what_a_process_knows() -> None:
    """Clear what a process remembers: each function has its own processes, which must ask again."""
    queue_url.cache_clear()
    signing_keys._fetched.cache_clear()
    app_client.client_secret.cache_clear()


def _is_missing(error: ClientError) -> bool:
    return str(error.response["Error"]["Code"]) in {"404", "NoSuchKey"}


_IN_TRANSACTION = {
    "Put": "PutItem",
    "Update": "UpdateItem",
    "Delete": "DeleteItem",
    "ConditionCheck": "ConditionCheckItem",
    "Get": "GetItem",
}


def _dynamodb(operation: str, parameters: dict[str, Any]) -> Iterator[Need]:
    if "TransactItems" in parameters:
        for item in parameters["TransactItems"]:
            for kind, step in item.items():
                yield f"dynamodb:{_IN_TRANSACTION[kind]}", _table(step["TableName"])
    elif "RequestItems" in parameters:
        for name in parameters["RequestItems"]:
            yield f"dynamodb:{operation}", _table(name)
    else:
        index = parameters.get("IndexName")
        table = _table(parameters["TableName"])
        yield f"dynamodb:{operation}", f"{table}/index/{index}" if index else table


def _table(name: str) -> str:
    return f"arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/{name}"


_S3_ACTIONS = {
    "HeadObject": "GetObject",
    "ListObjectsV2": "ListBucket",
    "DeleteObjects": "DeleteObject",
    "CreateMultipartUpload": "PutObject",
    "UploadPart": "PutObject",
    "CompleteMultipartUpload": "PutObject",
}


def _s3(operation: str, parameters: dict[str, Any]) -> Iterator[Need]:
    bucket = f"arn:aws:s3:::{parameters['Bucket']}"
    action = _S3_ACTIONS.get(operation, operation)
    if operation == "CopyObject":
        source = parameters["CopySource"]
        yield "s3:GetObject", f"arn:aws:s3:::{source['Bucket']}/{source['Key']}"
        yield "s3:PutObject", f"{bucket}/{parameters['Key']}"
    elif operation == "DeleteObjects":
        for one in parameters["Delete"]["Objects"]:
            yield "s3:DeleteObject", f"{bucket}/{one['Key']}"
    elif "Key" in parameters:
        yield f"s3:{action}", f"{bucket}/{parameters['Key']}"
    else:
        yield f"s3:{action}", bucket
