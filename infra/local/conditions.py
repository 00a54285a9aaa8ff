"""Evaluates a template's conditions, which select its resources and outputs."""

from collections.abc import Mapping
from typing import Any


class Conditions:
    """The conditions of a template with given parameter values."""

    def __init__(self, declared: Mapping[str, Any], values: Mapping[str, Any]) -> None:
        self._declared = declared
        self._values = values

    def holds(self, name: str) -> bool:
        """Return whether a condition holds. Raises KeyError if the template does not have it."""
        return self._true(self._declared[name])

    def allow(self, declared: Mapping[str, Any]) -> bool:
        """Return whether a resource or an output should exist."""
        return "Condition" not in declared or self.holds(declared["Condition"])

    def _true(self, condition: Any) -> bool:
        match condition:
            case {"Condition": str(name)}:
                return self.holds(name)
            case {"Fn::Equals": [left, right]}:
                return bool(self._value(left) == self._value(right))
            case {"Fn::Not": [inner]}:
                return not self._true(inner)
            case {"Fn::And": [*inner]}:
                return all(map(self._true, inner))
            case {"Fn::Or": [*inner]}:
                return any(map(self._true, inner))
        raise ValueError(f"the local stack does not support the condition {condition}")

    def _value(self, operand: Any) -> Any:
        match operand:
            case {"Ref": str(name)}:
                return self._values[name]
            case str():
                return operand
        raise ValueError(f"the local stack does not support comparing {operand}")
