"""Reads the tables and indexes of infra/resources.yaml: their keys and projected attributes."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from infra.local.provision import PREFIX
from infra.local.template import read_template

TEMPLATE = Path(__file__).parents[1] / "infra" / "resources.yaml"

Item = Mapping[str, Any]


@dataclass(frozen=True)
class Index:
    """A table or one of its indexes. `kept` are the projected attributes, None for all."""

    keys: tuple[str, ...]
    kept: frozenset[str] | None = None

    def image(self, item: Item | None) -> Item | None:
        """Return the part of a row that it holds, or None if the row is not in it."""
        if not item or any(name not in item for name in self.keys):
            return None
        if self.kept is None:
            return item
        return {name: value for name, value in item.items() if name in self.kept}

    def key(self, item: Item) -> tuple[str, ...]:
        """Return the key of a row, or a key in DynamoDB's form, as plain values."""
        return tuple(item[name]["S"] for name in self.keys)


@cache
def schema() -> dict[str, dict[str | None, Index]]:
    """Return the indexes of each table by their names. The name None means the table itself."""
    resources = read_template(TEMPLATE)["Resources"].values()
    tables = (one["Properties"] for one in resources if one["Type"] == "AWS::DynamoDB::Table")
    return {t["TableName"]["Fn::Sub"].replace("${Prefix}", PREFIX): _indexes(t) for t in tables}


def _indexes(properties: Mapping[str, Any]) -> dict[str | None, Index]:
    keys = _keys(properties)
    found: dict[str | None, Index] = {None: Index(keys)}
    for one in properties.get("GlobalSecondaryIndexes", ()):
        projection = one["Projection"]
        kept = {*keys, *_keys(one), *projection.get("NonKeyAttributes", ())}
        everything = projection["ProjectionType"] == "ALL"
        found[one["IndexName"]] = Index(_keys(one), None if everything else frozenset(kept))
    return found


def _keys(properties: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(key["AttributeName"] for key in properties["KeySchema"])
