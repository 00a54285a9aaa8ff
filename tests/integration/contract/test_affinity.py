"""The contract of `functions.affinity.ports.ClosenessStore`."""

from datetime import timedelta

import pytest
from msgspec.structs import replace

from functions.affinity.domain import Closeness


@pytest.fixture
def row(backend):
    return Closeness(
        viewer_id=backend.name("viewer"),
        author_id="ada",
        score=2.5,
        as_of=backend.clock() + timedelta(microseconds=250),
        counted={"like": 490_000, "view": 490_001},
    )


def test_a_row_is_read_as_written(backend, row):
    assert backend.affinity.get(row.viewer_id, "ada") is None
    assert backend.affinity.save(None, row)
    assert backend.affinity.get(row.viewer_id, "ada") == row


def test_of_two_who_write_at_once_one_does(backend, row):
    assert backend.affinity.save(None, row)
    assert not backend.affinity.save(None, replace(row, score=9.0))
    newer = replace(row, score=3.5, counted={**row.counted, "like": 490_002})
    assert backend.affinity.save(row, newer)
    assert not backend.affinity.save(row, replace(row, score=9.0))
    assert backend.affinity.get(row.viewer_id, "ada") == newer


def test_a_viewers_rows_are_read_so_far(backend, row):
    rows = [replace(row, author_id=f"author-{number}") for number in range(4)]
    for one in rows:
        backend.affinity.save(None, one)
    assert list(backend.affinity.of(row.viewer_id, 10)) == rows
    assert list(backend.affinity.of(row.viewer_id, 2)) == rows[:2]
    assert list(backend.affinity.of(backend.name("nobody"), 10)) == []
