"""Proves that a resource is what the template says: moto answers well to much that it drops."""

from typing import Any


class NotInForceError(RuntimeError):
    """A resource does not have what the template says."""


def check(what: str, actual: Any, expected: Any) -> None:
    """Raise `NotInForceError` unless everything of `expected` is in `actual`."""
    if not holds(actual, expected):
        raise NotInForceError(f"{what}: the template says {expected}, in force is {actual}")


def holds(actual: Any, expected: Any) -> bool:
    """Whether everything of `expected` is in `actual`; lists in any order, more may be there."""
    if isinstance(expected, dict):
        return isinstance(actual, dict) and all(
            key in actual and holds(actual[key], value) for key, value in expected.items()
        )
    if isinstance(expected, list):
        return isinstance(actual, list) and all(
            any(holds(have, want) for have in actual) for want in expected
        )
    return str(actual) == str(expected)


def take(properties: dict[str, Any], *names: str) -> dict[str, Any]:
    """The named properties that are there, out of `properties`."""
    return {name: properties.pop(name) for name in names if name in properties}
