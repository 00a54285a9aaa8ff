"""The functions' IAM policies, made of infra/policies.yaml and of what wakes each function.

ARNs are written with `${AWS::Region}` and the like, as in a template: `make package` leaves them to
CloudFormation, a deploy fills them in.
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
"""By function and resource, the actions: {"render": {"table/media": ["UpdateItem"]}}."""


@dataclass(frozen=True)
class Grant:
    """One action on one resource, with the ARN's places open."""

    action: str
    resource: str
    is_lambdas: bool = False
    """Used by Lambda itself, not by the function's code."""


def read_policies(path: Path = POLICIES) -> Declared:
    """What infra/policies.yaml grants."""
    declared: Declared = yaml.safe_load(path.read_text())
    return declared


def grants_of(
    function: Function, declared: Declared, behaviours: Mapping[str, Behaviour]
) -> list[Grant]:
    """All that a function is granted. Raises KeyError for one that infra/policies.yaml lacks."""
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
    """An IAM policy: one statement a resource."""
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
    """An ARN with its places filled in. Raises KeyError for a place that is not known."""
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
}
_ARNS: dict[str, Callable[[str], str]] = {
    "table": lambda rest: _arn("dynamodb", f"table/${{Prefix}}-{rest}"),
    "stream": lambda rest: _arn("dynamodb", f"table/${{Prefix}}-{rest}/stream/*"),
    "queue": lambda rest: _arn("sqs", f"${{Prefix}}-{rest}"),
    "bucket": _bucket,
    "pool": lambda _: "${UserPool.Arn}",
    # Secrets Manager adds six characters of its own to the name.
    "secret": lambda rest: _arn("secretsmanager", f"secret:${{Prefix}}-{rest}-??????"),
}

_READS_QUEUE = ("sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes")
_READS_STREAM = ("dynamodb:GetRecords", "dynamodb:GetShardIterator", "dynamodb:DescribeStream")
_OBSERVED = (
    ("logs:CreateLogStream", _arn("logs", "log-group:/aws/lambda/${Function}:*")),
    ("logs:PutLogEvents", _arn("logs", "log-group:/aws/lambda/${Function}:*")),
    # Neither takes a resource.
    ("xray:PutTraceSegments", "*"),
    ("xray:PutTelemetryRecords", "*"),
)


def _source_grants(function: Function) -> Iterator[tuple[str, str]]:
    if function.source is None:
        return
    if function.source.kind == "queue":
        queue = _arn("sqs", function.source.value)
        yield from ((action, queue) for action in _READS_QUEUE)
    elif function.source.kind == "stream":
        table = function.source.value.split("/")[1]
        stream = _arn("dynamodb", f"table/{table}/stream/*")
        yield from ((action, stream) for action in _READS_STREAM)
        yield "dynamodb:ListStreams", "*"  # it takes no resource


def _failure_grants(behaviour: Behaviour) -> Iterator[tuple[str, str]]:
    if behaviour.on_failure is not None:
        yield "sqs:SendMessage", _arn("sqs", f"${{Prefix}}-{behaviour.on_failure}")


def _named(resource: str, function: Function) -> str:
    suffix = "" if function.name == API else f"-{function.name}"
    return resource.replace("${Function}", f"${{Prefix}}{suffix}")
