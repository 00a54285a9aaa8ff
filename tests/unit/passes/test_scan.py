"""The scan of a pass: what a part costs does not grow with the number of those who wait."""

import threading

import pytest

from functions.aws.scans import Part
from functions.passes import scan
from functions.passes.domain import AT_ONCE, Wait
from functions.passes.scan import TableScan

ROWS, EXPORTS = 500, 200


class Likes:
    """A table whose rows each have one owner. It counts how often it is asked."""

    asked = 0

    class Meta:
        table_name = "likes"

    @classmethod
    def owners(cls, row):
        cls.asked += 1
        return [row["user_id"]["S"]]


@pytest.fixture
def kept(monkeypatch):
    """Run a part of a scan for many exports. Return what it keeps; two puts wait for each other."""
    rows = [{"user_id": {"S": f"user-{number % (EXPORTS * 2)}"}} for number in range(ROWS)]
    monkeypatch.setattr(scan, "scan_part", lambda *_, **__: Part(rows, {}, 1.0))
    monkeypatch.setattr(scan, "delete_rows", lambda *_: None)
    kept, both = {}, threading.Barrier(2, timeout=5)

    def keep(wait, name, rows):
        both.wait()
        kept[wait.user_id, name] = rows

    Likes.asked = 0
    waits = [Wait(user_id=f"user-{n}", purpose="export", ticket="1") for n in range(EXPORTS)]
    table = TableScan(None, [Likes], [], {"likes": Likes}, keep, lambda _: None)
    table.part(table.begin(whole=False), waits, whole=False)
    return kept


def test_each_row_is_looked_at_once_however_many_exports_wait(kept):
    assert Likes.asked == ROWS


def test_each_export_keeps_its_own_rows_and_several_are_written_at_once(kept):
    assert AT_ONCE > 1
    assert kept.keys() == {(f"user-{n}", "likes") for n in range(EXPORTS)}
    for (user_id, _), rows in kept.items():
        assert {row["user_id"]["S"] for row in rows} == {user_id}
    assert sum(len(rows) for rows in kept.values()) == EXPORTS + (ROWS - EXPORTS * 2)
