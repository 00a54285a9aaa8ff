"""A template's conditions: which of its resources and outputs are there."""

from collections.abc import Mapping
from typing import Any


class Conditions:
    """The conditions of a template whose parameters are given."""

    def __init__(self, declared: Mapping[str, Any], values: Mapping[str, Any]) -> None:
        self._declared = declared
        self._values = values

    def holds(self, name: str) -> bool:
        """Whether a condition of the template holds. Raises KeyError for one that is not there."""
        return self._true(self._declared[name])

    def allow(self, declared: Mapping[str, Any]) -> bool:
        """Whether a resource or an output is to be there."""
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
        raise ValueError(f"the local stack does not know the condition {condition}")

    def _value(self, operand: Any) -> Any:
        match operand:
            case {"Ref": str(name)}:
                return self._values[name]
            case str():
                return operand
        raise ValueError(f"the local stack does not compare {operand}")
