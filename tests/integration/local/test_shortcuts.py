"""Answers with the shortcuts are those of moto itself."""

from typing import Any

import pytest
from moto.core.serialize import ResponseSerializer

from infra.local import shortcuts
from tests.integration.local.toys import Toys

KEY = {"id": {"S": "x"}, "n": {"N": "1"}}
ITEM: dict[str, Any] = {
    **KEY,
    "bytes": {"B": b"\0\xff"},
    "texts": {"SS": ["a", "b"]},
    "numbers": {"NS": ["1", "2"]},
    "blobs": {"BS": [b"1", b"2"]},
    "map": {"M": {"S": {"S": "named as a kind"}, "inner": {"L": [{"M": {}}, {"NULL": True}]}}},
    "list": {"L": [{"BOOL": False}, {"S": ""}, {"L": []}]},
    "null": {"NULL": True},
    "no": {"BOOL": False},
}
"""Every kind of value that DynamoDB has."""


def test_every_kind_of_value_is_read_as_without_them(
    toys: Toys, monkeypatch: pytest.MonkeyPatch
) -> None:
    table, _ = toys.table()
    toys.dynamodb.put_item(TableName=table, Item=ITEM)

    def read() -> dict[str, Any]:
        item: dict[str, Any] = toys.dynamodb.get_item(TableName=table, Key=KEY)["Item"]
        return {name: _sorted(value) for name, value in item.items()}

    assert ResponseSerializer.get_value is shortcuts.get_value  # type: ignore[comparison-overlap]
    assert read() == ITEM
    monkeypatch.setattr(ResponseSerializer, "get_value", shortcuts._moto_get_value)
    assert read() == ITEM


def _sorted(value: dict[str, Any]) -> dict[str, Any]:
    """Sort a set, which has no order."""
    return {kind: sorted(one) if kind in {"SS", "NS", "BS"} else one for kind, one in value.items()}
