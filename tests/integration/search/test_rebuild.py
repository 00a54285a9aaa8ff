"""The operator's rebuild of the index, on the whole stage."""

import re

import pytest

from functions.search.domain import Entry, entry_of, places_of
from functions.search.storage import SearchRow, SearchTable
from functions.stage import stage
from infra.reindex import main


def rows_of(person):
    return {
        (row.part, row.term) for row in SearchRow.scan() if row.term.endswith(f"#{person.user_id}")
    }


def expected(person):
    user = stage().users.get(person.user_id)
    return {(one.part, one.term) for one in places_of(entry_of(user))}


@pytest.fixture
def spoilt(stack, ada, bob):
    """Lose ada's rows, keep old ones of bob and of somebody who is gone."""
    stack.settle()
    entry = entry_of(stage().users.get(ada.user_id))
    table = SearchTable()
    table.drop([entry], None)
    table.add(Entry(bob.user_id, ("former",), 0))
    table.add(Entry("nobody-is-this", ("gone",), 0))
    SearchRow("users#xx", f"misplaced#9#{bob.user_id}", text="former").save()
    return ada, bob


def test_a_rebuild_adds_what_is_missing_and_drops_what_is_wrong(spoilt, capsys):
    assert main([]) == 0
    for person in spoilt:
        assert rows_of(person) == expected(person)
    assert not [row for row in SearchRow.scan() if "nobody-is-this" in row.term]
    assert "the search knows all users" in capsys.readouterr().out


def test_a_rebuild_goes_on_where_it_was_stopped(spoilt, capsys, monkeypatch):
    rebuilding = stage().rebuilding
    part, done = rebuilding.part, []

    def stopped(at):
        if done:
            raise KeyboardInterrupt
        done.append(at.step)
        return part(at)

    monkeypatch.setattr(rebuilding, "part", stopped)
    with pytest.raises(KeyboardInterrupt):
        main([])
    [place] = re.findall("FROM=(.+)", capsys.readouterr().out)
    monkeypatch.setattr(rebuilding, "part", lambda at: done.append(at.step) or part(at))
    assert main(["--from", place]) == 0
    assert set(done) == {"users", "rows"}
    assert done.index("rows") == done.count("users")
    for person in spoilt:
        assert rows_of(person) == expected(person)


@pytest.mark.parametrize("place", ["x", "eyJ9", "AAAA"])
def test_a_place_that_no_run_has_printed_is_refused(place, capsys):
    with pytest.raises(SystemExit) as left:
        main(["--from", place])
    assert left.value.code == 2
    assert "no place" in capsys.readouterr().err
