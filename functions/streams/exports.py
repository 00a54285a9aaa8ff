"""The consequences of a change of an export. Pure."""

from functions.exports.domain import Export
from functions.queues import Prepare
from functions.streams.jobs import Job


def after(old: Export | None, new: Export | None) -> list[Job]:
    """Return the job that prepares an export that was just asked for."""
    if new is None or new.state != "pending":
        return []
    asked_before = old is not None and old.export_id == new.export_id
    return [] if asked_before else [Job("exports", Prepare(new.user_id, new.export_id))]
