"""Operations of the search."""

from urllib.parse import quote

from tests.chaos.operations.registry import Run, operation

FORENAMES = ("Ada", "Ánna", "Mira Maria", "山田")


@operation(3, "update_me")
def change_display_name(run: Run) -> None:
    """Show another name to others, by which they search."""
    person, name = run.one(), run.draw.choice(FORENAMES)
    result = run.client.ask("PATCH", "/me", person, json={"display_name": name})
    if result.status not in (200, None):
        run.unexpected("display name", result)


@operation(3, "search_by_words")
def search(run: Run) -> None:
    """Search for somebody by the beginning of a name. Whoever is here may be found."""
    seeker, sought = run.two()
    result = run.client.ask("GET", f"/search?q={quote(sought.name[:5])}", seeker)
    if result.status not in (200, None):
        run.unexpected("search", result)
