"""Attributes of rows that PynamoDB does not have: days, and msgspec values as JSON."""

from datetime import date
from typing import Any, Generic, TypeVar

import msgspec
from pynamodb.attributes import Attribute
from pynamodb.constants import STRING

Value = TypeVar("Value")


class DateAttribute(Attribute[date]):
    """A day as `2026-11-28`, which sorts by time."""

    attr_type = STRING

    def serialize(self, value: date) -> str:
        """Return the day in ISO 8601."""
        return value.isoformat()

    def deserialize(self, value: str) -> date:
        """Invert `serialize`."""
        return date.fromisoformat(value)


class StructAttribute(Attribute[Value], Generic[Value]):
    """A struct, or a list or dictionary of structs, as JSON. It is read whole or not at all.

    Equal values have equal JSON, so a condition may compare them.
    """

    attr_type = STRING

    def __init__(self, kind: Any, **options: Any) -> None:
        super().__init__(**options)
        self._kind = kind

    def serialize(self, value: Value) -> str:
        """Return the value as JSON."""
        return msgspec.json.encode(value, order="deterministic").decode()

    def deserialize(self, value: str) -> Value:
        """Invert `serialize`."""
        decoded: Value = msgspec.json.decode(value, type=self._kind)
        return decoded
