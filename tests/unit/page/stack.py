"""The page's part of infra/resources.yaml, resolved as CloudFormation would."""

from collections import defaultdict
from typing import Any

from infra.deploy.stage import TEMPLATE
from infra.local.template import Made, Template

Resources = dict[str, dict[str, Any]]


def resolved(**parameters: str) -> tuple[Resources, dict[str, str]]:
    """The properties of the resources that a stack has one of, by type, and the outputs."""
    found: Resources = {}

    def make(kind: str, properties: dict[str, Any]) -> Made:
        name = _name(properties)
        found[f"{kind} {name}"] = properties
        domain = f"{name.rpartition(' ')[2]}.cloudfront.example"
        return Made(f"ref-{name}", defaultdict(lambda: "attribute", DomainName=domain))

    given = {"Prefix": "fanlight-t", "AllowedOrigins": "https://a.example", **parameters}
    outputs = Template(TEMPLATE, given, make).apply()
    return found, outputs


def _name(properties: dict[str, Any]) -> str:
    """A resource's name, which some have within their only property."""
    [inner, *_] = [value for value in properties.values() if isinstance(value, dict)] or [{}]
    for named in (properties, inner):
        for key in ("Name", "BucketName", "Comment"):
            if key in named:
                return str(named[key])
    return "without a name"
