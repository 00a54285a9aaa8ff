"""Searches all tables for a user, without deleting anything: for an operator who names one."""

from collections.abc import Callable, Iterable

from functions.accounts.domain import Erasure
from functions.aws.scans import scan_part, scan_start
from functions.aws.tables import Table
from functions.aws.traces import mentioned_in


def is_left(
    tables: Iterable[type[Table]], elsewhere: Callable[[Erasure], list[str]], state: Erasure
) -> bool:
    """Return whether any row mentions a user, or `elsewhere` names another place with traces."""
    if elsewhere(state):
        return True
    usernames = {state.username: state.user_id} if state.username else {}
    for table in tables:
        positions = scan_start()
        while positions:
            found = scan_part(table, positions, consistent=True)
            positions = found.positions
            if any(mentioned_in(table, row, {state.user_id}, usernames) for row in found.rows):
                return True
    return False
