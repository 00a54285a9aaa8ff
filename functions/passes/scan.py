"""The scan of a pass: deletes the rows of those who leave, and keeps the rows that exports need."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from functions.aws.scans import Row, delete_rows, scan_part, scan_start
from functions.aws.tables import Table
from functions.aws.traces import mentioned_in, names_in, owned_by
from functions.observability import log
from functions.passes.domain import AT_ONCE, Wait
from functions.passes.ports import PassStore

COUNTED_SECONDS = 120
"""The time after which the rows that a pass has deleted are counted. The counts are read then."""

Named = Callable[[str], str | None]
"""Returns the id of the user with a name."""
Keep = Callable[[Wait, str, Sequence[Row]], None]
"""Keeps a user's rows of a table for the export that waits for them."""


class TableScan:
    """Scans `tables`, and those of `counts` last. `exported` are the tables that exports need, by
    the name of their list.

    A row that a leaving user owns is deleted, after the table was noted on the wait. So a wait
    without notes proves that the pass has found nothing of the user in any row.
    """

    def __init__(
        self,
        store: PassStore,
        tables: Sequence[type[Table]],
        counts: Sequence[type[Table]],
        exported: Mapping[str, type[Table]],
        keep: Keep,
        named: Named,
    ) -> None:
        self._store = store
        self._counts = {table.Meta.table_name for table in counts}
        self._tables = {table.Meta.table_name: table for table in (*tables, *counts)}
        self._exported = {table.Meta.table_name: name for name, table in exported.items()}
        self._keep = keep
        self._named = named

    def begin(self, *, whole: bool) -> dict[str, Any]:
        return {"table": self._names(whole=whole)[0]}

    def part(
        self, position: dict[str, Any], waits: Sequence[Wait], *, whole: bool
    ) -> tuple[dict[str, Any] | None, int, float]:
        name = position["table"]
        table = self._tables[name]
        found = scan_part(table, position.get("segments") or scan_start(), consistent=whole)
        if name in self._exported:
            self._keep_found(table, found.rows, waits)
        deleted = self._erase(table, found.rows, waits)
        if found.positions:
            return {"table": name, "segments": found.positions}, 0, found.units
        names = self._names(whole=whole)
        following = names[names.index(name) + 1 :]
        if not following:
            return None, 0, found.units
        counts = following[0] in self._counts and name not in self._counts
        waits_for_counts = counts and (deleted or any(wait.found for wait in waits))
        return {"table": following[0]}, COUNTED_SECONDS if waits_for_counts else 0, found.units

    def _names(self, *, whole: bool) -> list[str]:
        return [*(self._tables if whole else self._exported)]

    def _keep_found(self, table: type[Table], rows: Sequence[Row], waits: Sequence[Wait]) -> None:
        """Keep what exports need. Each row is looked at once, however many exports wait."""
        mine: dict[str, list[Row]] = {one.user_id: [] for one in waits if one.purpose == "export"}
        for row in rows if mine else ():
            for owner in {*table.owners(row)} & mine.keys():
                mine[owner].append(row)
        name = self._exported[table.Meta.table_name]
        kept = [(one, name, mine[one.user_id]) for one in waits
                if one.purpose == "export" and mine[one.user_id]]  # fmt: skip
        with ThreadPoolExecutor(AT_ONCE) as pool:
            list(pool.map(lambda args: self._keep(*args), kept))

    def _erase(self, table: type[Table], rows: Sequence[Row], waits: Sequence[Wait]) -> bool:
        """Note what is found of those who leave, then delete what they own. Return whether anything
        was found."""
        leaving = {wait.user_id: wait for wait in waits if wait.purpose == "erase"}
        if not leaving:
            return False
        ids, usernames = leaving.keys(), self._usernames(table, rows, leaving.values())
        owned, seen = list[Row](), set[str]()
        for row in rows:
            owners = owned_by(table, row, ids, usernames)
            seen |= owners | mentioned_in(table, row, ids, usernames)
            if owners:
                owned.append(row)
        name = table.Meta.table_name
        for user_id in sorted(seen):
            if name not in leaving[user_id].found:
                log.info("rows of a leaving user", user_id=user_id, table=name)
                self._store.note(leaving[user_id], name)
        delete_rows(table, owned)
        return bool(seen)

    def _usernames(
        self, table: type[Table], rows: Sequence[Row], leaving: Iterable[Wait]
    ) -> dict[str, str]:
        """Return the names in these rows that leaving users had. A name that belongs to a different
        user now is not a trace."""
        there = names_in(table, rows)
        held = {wait.username: wait.user_id for wait in leaving if wait.username in there}
        return {n: one for n, one in held.items() if self._named(n) in (None, one)}
