"""Builds the functions' IAM policies from infra/policies.yaml and their event sources.

ARNs contain placeholders such as `${AWS::Region}`. `make package` leaves them to CloudFormation,
`make deploy` fills them in.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from infra.functions import API, Function
from infra.local.event_sources import Behaviour

POLICIES = Path(__file__).parent / "policies.yaml"
_PLACE = re.compile(r"\$\{([^}]+)\}")

Declared = Mapping[str, Mapping[str, Sequence[str]]]
"""Actions by function and resource: {"render": {"table/media": ["UpdateItem"]}}."""


@dataclass(frozen=True)
class Grant:
    """One action on one resource, whose ARN still has placeholders."""

    action: str
    resource: str
    is_lambdas: bool = False
    """Every function with this event source has it, whether a test sees it used or not."""


def read_policies(path: Path = POLICIES) -> Declared:
    """Read infra/policies.yaml."""
    declared: Declared = yaml.safe_load(path.read_text())
    return declared


def grants_of(
    function: Function, declared: Declared, behaviours: Mapping[str, Behaviour]
) -> list[Grant]:
    """Return a function's grants. Raises KeyError if infra/policies.yaml does not list it."""
    own = [
        Grant(f"{_SERVICES[kind]}:{action}", _ARNS[kind](rest))
        for resource, actions in declared[function.name].items()
        for kind, _, rest in [resource.partition("/")]
        for action in actions
    ]
    behaviour = behaviours.get(function.name, Behaviour())
    lambdas = [*_source_grants(function), *_failure_grants(behaviour), *_OBSERVED]
    return [*own, *(Grant(a, _named(r, function), is_lambdas=True) for a, r in lambdas)]


def policy_of(grants: Sequence[Grant]) -> dict[str, Any]:
    """Return an IAM policy with one statement per resource."""
    actions: dict[str, set[str]] = {}
    for grant in grants:
        actions.setdefault(grant.resource, set()).add(grant.action)
    return {
        "Version": "2012-10-17",
        "Statement": [
            {"Effect": "Allow", "Action": sorted(allowed), "Resource": resource}
            for resource, allowed in sorted(actions.items())
        ],
    }


def filled(text: str, places: Mapping[str, str]) -> str:
    """Fill in the placeholders of an ARN. Raises KeyError for an unknown placeholder."""
    return _PLACE.sub(lambda found: places[found[1]], text)


def _arn(service: str, rest: str) -> str:
    return f"arn:${{AWS::Partition}}:{service}:${{AWS::Region}}:${{AWS::AccountId}}:{rest}"


def _bucket(rest: str) -> str:
    name, _, keys = rest.partition("/")
    bucket = f"arn:${{AWS::Partition}}:s3:::${{Prefix}}-{name}-${{AWS::AccountId}}"
    return f"{bucket}/{keys}" if keys else bucket


_SERVICES = {
    "table": "dynamodb",
    "stream": "dynamodb",
    "queue": "sqs",
    "bucket": "s3",
    "pool": "cognito-idp",
    "secret": "secretsmanager",
    "mail": "ses",
}
_ARNS: dict[str, Callable[[str], str]] = {
    "table": lambda rest: _arn("dynamodb", f"table/${{Prefix}}-{rest}"),
    "stream": lambda rest: _arn("dynamodb", f"table/${{Prefix}}-{rest}/stream/*"),
    "queue": lambda rest: _arn("sqs", f"${{Prefix}}-{rest}"),
    "bucket": _bucket,
    "pool": lambda _: "${UserPool.Arn}",
    # The identity is a parameter of the stage, and may be a domain or an address.
    "mail": lambda _: _arn("ses", "identity/*"),
    # Secrets Manager appends a hyphen and six random characters to the name.
    "secret": lambda rest: _arn("secretsmanager", f"secret:${{Prefix}}-{rest}-??????"),
}

_READS_QUEUE = ("sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes")
_RETRIES_QUEUE = ("sqs:GetQueueUrl", "sqs:ChangeMessageVisibility")
_PARKS = ("sqs:GetQueueUrl", "sqs:SendMessage")
"""A function's own calls after a failure (functions/aws/redelivery.py), and with its queue's dead
letters."""
_READS_STREAM = ("dynamodb:GetRecords", "dynamodb:GetShardIterator", "dynamodb:DescribeStream")
_OBSERVED = (
    ("logs:CreateLogStream", _arn("logs", "log-group:/aws/lambda/${Function}:*")),
    ("logs:PutLogEvents", _arn("logs", "log-group:/aws/lambda/${Function}:*")),
    # IAM does not restrict these two actions to a resource.
    ("xray:PutTraceSegments", "*"),
    ("xray:PutTelemetryRecords", "*"),
)


def _source_grants(function: Function) -> Iterator[tuple[str, str]]:
    if function.source is None:
        return
    if function.source.kind == "queue":
        queue = _arn("sqs", function.source.value)
        yield from ((action, queue) for action in (*_READS_QUEUE, *_RETRIES_QUEUE))
        yield from ((action, f"{queue}-dead") for action in _PARKS)
    elif function.source.kind == "stream":
        table = function.source.value.split("/")[1]
        stream = _arn("dynamodb", f"table/{table}/stream/*")
        yield from ((action, stream) for action in _READS_STREAM)
        yield "dynamodb:ListStreams", "*"  # IAM does not restrict it to a resource


def _failure_grants(behaviour: Behaviour) -> Iterator[tuple[str, str]]:
    if behaviour.on_failure is not None:
        yield "sqs:SendMessage", _arn("sqs", f"${{Prefix}}-{behaviour.on_failure}")


def _named(resource: str, function: Function) -> str:
    suffix = "" if function.name == API else f"-{function.name}"
    return resource.replace("${Function}", f"${{Prefix}}{suffix}")
