"""Emptying tables: a partition page by page, or what a scan of a whole table finds.

Whoever deletes an account is in rows that no index leads to: an index would be paid for by every
like of all who never leave. See docs/decisions/2026-11-22-erasure-scans.md.
"""

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from pynamodb.expressions.condition import Condition

from functions.tables import Table, connection, delete_all

PAGE = 500
SEGMENTS = 8
"""Parts of a table that are scanned at once, by threads of one process: some 80 MB a second."""

Row = Mapping[str, Any]
"""A row as DynamoDB writes it: `{"post_id": {"S": "01…"}}`."""
Positions = dict[str, Any]
"""Where the scan of each segment goes on: None at its beginning; a segment that is done is left
out, so nothing is left when there is none."""


def whole() -> Positions:
    """The beginning of a scan."""
    return {str(segment): None for segment in range(SEGMENTS)}


def empty(table: type[Table], partition: str) -> bool:
    """Delete a page of a partition; whether nothing is left."""
    rows = list(table.query(partition, consistent_read=True, limit=PAGE))
    names = _key_names(table)
    delete_all(table, [tuple(getattr(row, name) for name in names) for row in rows])
    return len(rows) < PAGE


def scan_on(
    table: type[Table],
    positions: Positions,
    look: Callable[[Sequence[Row]], None],
    condition: Condition | None = None,
    *,
    consistent: bool = False,
) -> Positions:
    """Scan a megabyte of every segment, show what was found to `look`, and say where to go on.
    `consistent` costs twice as much."""

    def page(segment: str) -> tuple[str, Any, list[Row]]:
        table._get_connection()  # noqa: SLF001 - a model is known to the connection once it asks
        answer = connection.scan(
            table.Meta.table_name,
            filter_condition=condition,
            exclusive_start_key=positions[segment],
            segment=int(segment),
            total_segments=SEGMENTS,
            consistent_read=consistent,
        )
        return segment, answer.get("LastEvaluatedKey"), answer["Items"]

    with ThreadPoolExecutor(SEGMENTS) as pool:
        pages = list(pool.map(page, positions))
    for _, _, rows in pages:
        look(rows)
    return {segment: last for segment, last, _ in pages if last is not None}


def delete_rows(table: type[Table], rows: Sequence[Row]) -> None:
    """Delete rows that a scan has found."""
    names = _key_names(table)
    delete_all(table, [tuple(row[name]["S"] for name in names) for row in rows])


def _key_names(table: type[Table]) -> list[str]:
    return list(table.key_of(*["x"] * _key_length(table)))


def _key_length(table: type[Table]) -> int:
    return sum(a.is_hash_key or a.is_range_key for a in table.get_attributes().values())
