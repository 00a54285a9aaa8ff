"""Checks that a resource has the properties of the template. moto silently drops some of them."""

from typing import Any


class NotAppliedError(RuntimeError):
    """A resource lacks a property of the template."""


def check(what: str, actual: Any, expected: Any) -> None:
    """Raise `NotAppliedError` unless `actual` contains all of `expected`."""
    if not holds(actual, expected):
        raise NotAppliedError(f"{what}: the template says {expected}, but it is {actual}")


def holds(actual: Any, expected: Any) -> bool:
    """Return whether `actual` contains all of `expected`. The order of lists does not matter."""
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
    """Remove the named properties from `properties` and return those that were there."""
    return {name: properties.pop(name) for name in names if name in properties}
