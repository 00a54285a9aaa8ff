"""Operations of exports."""

from tests.chaos.operations.registry import Run, operation


@operation(1, "request_export")
def export(run: Run) -> None:
    """Ask for an export of everything of one's own."""
    result = run.client.ask("POST", "/me/export", run.one(), json={})
    if result.status not in (202, 409, 429, None):
        run.unexpected("export", result)
