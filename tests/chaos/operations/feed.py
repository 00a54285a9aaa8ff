"""Operations of feeds."""

from tests.chaos.operations.registry import Run, operation


@operation(1, "rebuild_home_feed")
def rebuild(run: Run) -> None:
    """Ask for a rebuild of the home feed."""
    result = run.client.ask("POST", "/feed", run.one(), json={})
    if result.status not in (202, None):
        run.unexpected("rebuild", result)


@operation(4, "get_home_feed")
def read_feed(run: Run) -> None:
    """Read a page of the feed."""
    person = run.one()
    result = run.client.ask("GET", f"/feed/{person.user_id}", person)
    if result.status not in (200, None):
        run.unexpected("feed", result)
