"""Invariants of stories."""

from collections.abc import Iterator

from tests.chaos.invariants.found import Found
from tests.chaos.invariants.registry import invariant


@invariant
def acknowledged_stories_stand(found: Found) -> Iterator[str]:
    """Each story is published with the views it had, until it is over or deleted."""
    for story_id, story in found.journal.stories.items():
        row = found.stories.get(story_id)
        if story.is_deleted and row is not None:
            yield f"{story_id} was deleted, it is {row['state']}"
        if story.is_deleted is not False or not story.author.is_here or found.later:
            continue
        if row is None:
            yield f"{story_id} is lost"
        elif found.journal.media[story.media_id].is_sent and row["state"] != "published":
            yield f"{story_id} is {row['state']}"
        for viewer in story.viewers:
            person = found.journal.person(viewer)
            if person and person.is_here and (story_id, viewer) not in found.views:
                yield f"the view of {found.name(viewer)} on {story_id} is lost"


@invariant
def trays_show_whom_one_follows(found: Found) -> Iterator[str]:
    """A tray has exactly the authors with a story that runs, whom one follows and has not muted."""
    running = {
        row["author_id"]
        for row in found.stories.values()
        if row["state"] == "published" and int(row["expires_at"]) > found.now
    }
    for viewer in found.journal.here:
        me = viewer.user_id
        shown = {item["author"]["user_id"] for item in found.pages(viewer, "/stories?limit=100")}
        due = {
            author
            for author in running & found.users.keys()
            if found.follows(me, author) and (me, author) not in found.mutes
        }
        if shown - {me} != due:
            names = sorted(found.name(author) for author in (shown - {me}) ^ due)
            yield f"the tray of {viewer.name} differs by {names}"


@invariant
def trays_end(found: Found) -> Iterator[str]:
    """A row of a tray has an end."""
    for row in found.rows("story_tray"):
        if not row.get("expires_at"):
            yield f"the row stays for ever: {row}"
