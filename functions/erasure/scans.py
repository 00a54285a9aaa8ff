"""The two scans of all tables that an account's erasure makes: to delete its rows, and to see that
nothing is left."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import msgspec

from functions.accounts.domain import Erasure
from functions.erasure.service import TracesLeftError
from functions.sweeping import Row, delete_rows, scan_on, whole
from functions.tables import Table

Tables = Iterable[type[Table]]
Run = Callable[[Erasure], dict[str, Any] | None]


def sweep(tables: Tables) -> Run:
    """Delete the rows of a user in every table whose model says which they are."""
    tables = list(tables)

    def run(state: Erasure) -> dict[str, Any] | None:
        def part(table: type[Table], segments: dict[str, Any]) -> dict[str, Any]:
            condition = table.of_user(state.user_id, state.username)
            if condition is None:
                return {}
            return scan_on(table, segments, lambda rows: delete_rows(table, rows), condition)

        return _table_by_table(tables, state, part)

    return run


def is_left(look: Run, state: Erasure) -> bool:
    """Whether `look`, which is a `check`, finds anything of a user."""
    position: dict[str, Any] | None = {}
    try:
        while position is not None:
            position = look(msgspec.structs.replace(state, position=position))
    except TracesLeftError:
        return True
    return False


def check(tables: Tables, elsewhere: Callable[[Erasure], list[str]], named: "Named") -> Run:
    """Look for a user in every row there is, and `elsewhere`: where there are traces. `named`
    says whose a username is now; another's is no trace."""

    def run(state: Erasure) -> dict[str, Any] | None:
        if not state.position and (left := elsewhere(state)):
            raise TracesLeftError(left)
        username = state.username or None
        if username is not None and named(username) not in (None, state.user_id):
            username = None

        def part(table: type[Table], segments: dict[str, Any]) -> dict[str, Any]:
            def look(rows: Sequence[Row]) -> None:
                found = sum(is_trace(table, row, state.user_id, username) for row in rows)
                if found:
                    raise TracesLeftError([f"{found} rows of {table.Meta.table_name}"])

            return scan_on(table, segments, look, consistent=True)

        return _table_by_table(tables, state, part)

    return run


Named = Callable[[str], str | None]
"""The id of the user of a name."""


def is_trace(table: type[Table], row: Row, user_id: str, username: str | None) -> bool:
    """Whether a row tells of a user: the id anywhere in it but in what others write, or the name
    where names are. The tombstone, which is the user's row itself, is none."""
    if table.names == ("username",) and row["user_id"]["S"] == user_id:
        return False
    if user_id in str({name: held for name, held in row.items() if name not in table.words}):
        return True
    texts = (row.get(name, {}).get("S", "") for name in table.names)
    return username is not None and any(f"{text} ".startswith(f"{username} ") for text in texts)


def _table_by_table(
    tables: Tables,
    state: Erasure,
    part: Callable[[type[Table], dict[str, Any]], dict[str, Any]],
) -> dict[str, Any] | None:
    """Do a part of the scan of one table, and say where to go on: there, or in the next table."""
    by_name = {table.Meta.table_name: table for table in tables}
    names = sorted(by_name)
    name = state.position.get("table", names[0])
    segments = part(by_name[name], state.position.get("segments") or whole())
    if segments:
        return {"table": name, "segments": segments}
    following = [other for other in names if other > name]
    return {"table": following[0]} if following else None
