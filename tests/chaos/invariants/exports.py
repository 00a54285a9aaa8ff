"""Invariants of exports."""

from collections.abc import Iterator

from tests.chaos.invariants.found import Found
from tests.chaos.invariants.registry import invariant


@invariant
def exports_come_to_an_end(found: Found) -> Iterator[str]:
    """No export is still being prepared when everything has settled."""
    for person in found.journal.here:
        _, export = found.read(person, "/me/export")
        if export["status"] not in ("ready", "none"):
            yield f"the export of {person.name} is {export['status']}"
    for row in found.rows("exports"):
        if row["user_id"] not in found.users:
            yield f"an export of {found.name(row['user_id'])}, who has left"
