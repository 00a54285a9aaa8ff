"""Reads a CloudFormation template: its intrinsic functions, parameters and outputs.

It supports what infra/resources.yaml uses. Anything else raises an error.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from infra.local.conditions import Conditions
from infra.local.wire import ACCOUNT, REGION

PSEUDO_PARAMETERS = {
    "AWS::AccountId": ACCOUNT,
    "AWS::Region": REGION,
    "AWS::Partition": "aws",
    "AWS::URLSuffix": "amazonaws.com",
}
NO_VALUE = object()
"""The value of `AWS::NoValue`: the property is left out."""
EMPTY: Mapping[str, str] = {}
_SUBSTITUTE = re.compile(r"\$\{(!?)([^}]+)\}")


class _Loader(yaml.CSafeLoader):
    """A YAML loader that converts CloudFormation's short tags to their long forms.

    The parser in C takes 12 ms for the stage's template, the one in Python 200 ms.
    """


def _short_form(loader: _Loader, suffix: str, node: yaml.Node) -> dict[str, Any]:
    if isinstance(node, yaml.SequenceNode):
        return {f"Fn::{suffix}": loader.construct_sequence(node, deep=True)}
    if not isinstance(node, yaml.ScalarNode):
        raise ValueError(f"the local stack does not support !{suffix} of a mapping")
    value: Any = loader.construct_scalar(node)
    if suffix == "GetAtt":
        return {"Fn::GetAtt": value.split(".", 1)}
    return {suffix: value} if suffix in {"Ref", "Condition"} else {f"Fn::{suffix}": value}


_Loader.add_multi_constructor("!", _short_form)


def read_template(path: Path) -> dict[str, Any]:
    """Read a CloudFormation template, with its short tags in their long forms."""
    body: dict[str, Any] = yaml.load(path.read_text(), _Loader)  # noqa: S506 - a SafeLoader
    return body


@dataclass(frozen=True)
class Made:
    """A created resource: the values of `Ref` and `Fn::GetAtt`."""

    ref: str
    attributes: Mapping[str, str] = field(default_factory=dict)


Maker = Callable[[str, dict[str, Any]], Made]
"""Creates a resource from its type and resolved properties."""


class Template:
    """A template with its parameters. A resource is created when it is first referred to."""

    def __init__(self, path: Path, parameters: Mapping[str, str], make: Maker) -> None:
        self._body = read_template(path)
        self._values: dict[str, Any] = {
            **PSEUDO_PARAMETERS,
            "AWS::NoValue": NO_VALUE,
            **self._parameters(parameters),
        }
        self._make = make
        self._made: dict[str, Made] = {}
        self._conditions = Conditions(self._body.get("Conditions", {}), self._values)

    def _parameters(self, given: Mapping[str, str]) -> dict[str, Any]:
        values: dict[str, Any] = {}
        for name, declared in self._body.get("Parameters", {}).items():
            value = given.get(name, declared.get("Default"))
            if value is None:
                raise ValueError(f"the template's parameter {name} is not given")
            is_list = declared["Type"] == "CommaDelimitedList"
            values[name] = value.split(",") if is_list else value
        return values

    def apply(self) -> dict[str, str]:
        """Create every resource whose condition holds. Returns the outputs that apply."""
        for name, declared in self._body["Resources"].items():
            if self._conditions.allow(declared):
                self._resource(name)
        outputs = self._body.get("Outputs", {})
        return {
            name: self._resolve(output["Value"])
            for name, output in outputs.items()
            if self._conditions.allow(output)
        }

    def _resource(self, name: str) -> Made:
        if name not in self._made:
            declared = self._body["Resources"][name]
            if not self._conditions.allow(declared):
                raise ValueError(f"{name} is referred to, but its condition does not hold")
            depends = declared.get("DependsOn", [])
            for other in [depends] if isinstance(depends, str) else depends:
                self._resource(other)
            properties = self._resolve(declared.get("Properties", {}))
            self._made[name] = self._make(declared["Type"], properties)
        return self._made[name]

    def _resolve(self, value: Any) -> Any:
        match value:
            case {"Ref": str(name), **more} if not more:
                return self._ref(name)
            case {"Fn::GetAtt": [name, attribute], **more} if not more:
                return self._resource(name).attributes[attribute]
            case {"Fn::Sub": str(text), **more} if not more:
                return _SUBSTITUTE.sub(self._substitute, text)
            case {"Fn::If": [str(name), then, otherwise], **more} if not more:
                return self._resolve(then if self._conditions.holds(name) else otherwise)
            case dict() if any(key.startswith("Fn::") for key in value):
                return self._text(value)
        return self._inside(value)

    def _text(self, value: dict[str, Any]) -> Any:
        """Resolve a function that makes a text of others."""
        match value:
            case {"Fn::Sub": [str(text), {**own}], **more} if not more:
                named = {str(name): self._resolve(inner) for name, inner in own.items()}
                return _SUBSTITUTE.sub(lambda found: self._substitute(found, named), text)
            case {"Fn::Join": [str(between), [*parts]], **more} if not more:
                return between.join(self._inside(parts))
            case {"Fn::Select": [index, listed], **more} if not more:
                return self._resolve(listed)[int(index)]
            case {"Fn::Split": [str(between), text], **more} if not more:
                return self._resolve(text).split(between)
        raise ValueError(f"the local stack does not support {next(iter(value))}")

    def _inside(self, value: Any) -> Any:
        """Resolve everything inside a value, and leave out `AWS::NoValue`."""
        if isinstance(value, dict):
            resolved = ((key, self._resolve(inner)) for key, inner in value.items())
            return {key: inner for key, inner in resolved if inner is not NO_VALUE}
        if isinstance(value, list):
            listed = (self._resolve(inner) for inner in value)
            return [inner for inner in listed if inner is not NO_VALUE]
        return value

    def _ref(self, name: str) -> Any:
        return self._values[name] if name in self._values else self._resource(name).ref

    def _substitute(self, found: re.Match[str], own: Mapping[str, str] = EMPTY) -> str:
        if found[1]:
            return "${" + found[2] + "}"
        if found[2] in own:
            return own[found[2]]
        name, _, attribute = found[2].partition(".")
        return self._resource(name).attributes[attribute] if attribute else str(self._ref(name))
