"""Deletes the rows of a partition, page by page, and scans whole tables.

A deleted account is named in rows that no index leads to. An index would be paid for by every like
of all users who never leave. So one scan looks for all who leave: see `functions.passes`.
"""

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import msgspec

from functions.aws.connection import connection
from functions.aws.tables import Table, delete_all

PAGE = 500
SEGMENTS = 8
"""Parts of a table that the threads of one process scan at once: some 80 MB a second."""
LAST = "LastEvaluatedKey"

Row = Mapping[str, Any]
"""A row as DynamoDB writes it: `{"post_id": {"S": "01…"}}`."""
Positions = dict[str, Any]
"""The position of each segment's scan. None is the segment's beginning. A finished segment is left
out, so the scan is done when the dictionary is empty."""


def scan_start() -> Positions:
    """Return the position at the beginning of a scan."""
    return {str(segment): None for segment in range(SEGMENTS)}


def delete_page(table: type[Table], partition: str) -> bool:
    """Delete a page of a partition. Return whether nothing is left."""
    rows = list(table.query(partition, consistent_read=True, limit=PAGE))
    names = _key_names(table)
    delete_all(table, [tuple(getattr(row, name) for name in names) for row in rows])
    return len(rows) < PAGE


class Part(msgspec.Struct, frozen=True):
    """A megabyte of each segment of a table: the rows, the next positions, and the read units."""

    rows: list[Row]
    positions: Positions
    units: float


def scan_part(table: type[Table], positions: Positions, *, consistent: bool = False) -> Part:
    """Scan a megabyte of every segment. `consistent` costs twice as much."""

    def page(segment: str) -> tuple[str, dict[str, Any]]:
        table._get_connection()  # noqa: SLF001 - this makes the model known to the connection
        answer = connection.scan(
            table.Meta.table_name,
            exclusive_start_key=positions[segment],
            segment=int(segment),
            total_segments=SEGMENTS,
            consistent_read=consistent,
            return_consumed_capacity="TOTAL",
        )
        return segment, answer

    with ThreadPoolExecutor(SEGMENTS) as pool:
        pages = list(pool.map(page, positions))
    return Part(
        [row for _, answer in pages for row in answer["Items"]],
        {segment: answer[LAST] for segment, answer in pages if answer.get(LAST) is not None},
        sum(answer["ConsumedCapacity"]["CapacityUnits"] for _, answer in pages),
    )


def delete_rows(table: type[Table], rows: Sequence[Row]) -> None:
    """Delete rows that a scan has found."""
    names = _key_names(table)
    delete_all(table, [tuple(row[name]["S"] for name in names) for row in rows])


def _key_names(table: type[Table]) -> list[str]:
    return list(table.key_of(*["x"] * _key_length(table)))


def _key_length(table: type[Table]) -> int:
    return sum(a.is_hash_key or a.is_range_key for a in table.get_attributes().values())
