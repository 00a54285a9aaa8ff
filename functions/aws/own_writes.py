"""Tells whether a conditional write that failed was applied by its own earlier try.

The SDK repeats a call whose response was lost. If the first try was applied, the repeat fails its
condition on the row that the first one wrote. So after a repeat, a failed condition says nothing.
The row does: if it shows the write's result, the write was applied.

A missing row proves a delete, whichever caller made it, because the caller wanted it gone. So if
the answer of a refused delete is lost, the repeat counts as a success.

This cannot prove an ADD, because its result does not show which call added. Those writes carry
their own proof (the positions of a count) or fail on the safe side (the uses of a limit).
"""

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

Item = Mapping[str, Any]

_CLAUSE = re.compile(
    r"(SET|REMOVE|ADD|DELETE)\s(.*?)(?=\s(?:SET|REMOVE|ADD|DELETE)\s|$)", re.DOTALL
)
_ASSIGNMENT = re.compile(r"(#?\w+)\s*=\s*(:\w+)")


def is_applied(operation: str, request: Mapping[str, Any], row: Item | None) -> bool:
    """Return whether a row is the result of a PutItem, UpdateItem or DeleteItem request.

    `row` is the row, read strongly after the request; None if there is none.
    """
    if operation == "DeleteItem":
        return row is None
    if row is None:
        return False
    if operation == "PutItem":
        return _as_kept(row) == _as_kept(request["Item"])
    return _is_updated(request, row)


def _is_updated(request: Mapping[str, Any], row: Item) -> bool:
    clauses = _CLAUSE.findall(request["UpdateExpression"].strip())
    names = request.get("ExpressionAttributeNames", {})
    values = request.get("ExpressionAttributeValues", {})
    for verb, listed in clauses:
        for action in listed.split(","):
            if verb == "SET" and (found := _ASSIGNMENT.fullmatch(action.strip())):
                name = names.get(found[1], found[1])
                applied = _plain(row.get(name)) == _plain(values[found[2]])
            elif verb == "REMOVE":
                applied = names.get(action.strip(), action.strip()) not in row
            else:
                applied = False
            if not applied:
                return False
    return bool(clauses)


def _as_kept(item: Item) -> dict[str, Any]:
    return {name: _plain(value) for name, value in item.items()}


def _plain(value: Any) -> Any:
    """Return a value for comparison: DynamoDB may spell a number in another way."""
    if isinstance(value, Mapping) and "N" in value:
        return Decimal(value["N"])
    return value
