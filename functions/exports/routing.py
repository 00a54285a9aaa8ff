"""What follows from a change of an export. Pure."""

from functions.exports.domain import Export
from functions.exports.messages import Prepare


def after_export(old: Export | None, new: Export | None) -> list[Prepare]:
    """An export that is asked for is prepared; what is ready or gone needs nothing."""
    if new is None or new.state != "pending":
        return []
    asked_before = old is not None and old.export_id == new.export_id
    return [] if asked_before else [Prepare(new.user_id, new.export_id)]
