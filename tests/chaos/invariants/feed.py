"""Invariants of home feeds."""

from collections.abc import Iterator

from tests.chaos.invariants.found import Found
from tests.chaos.invariants.registry import invariant


@invariant
def feeds_equal_the_oracle(found: Found) -> Iterator[str]:
    """A feed has one's own posts and those of the people one follows and has not muted, newest
    first."""
    for viewer in found.journal.here:
        me = viewer.user_id
        shown = [item["post_id"] for item in found.pages(viewer, f"/feed/{me}?limit=50")]
        due = [
            row["post_id"]
            for row in sorted(found.published.values(), key=lambda row: row["published_id"])
            if row["author_id"] == me
            or (found.follows(me, row["author_id"]) and (me, row["author_id"]) not in found.mutes)
        ][::-1]
        if shown != due:
            lacks = [(p, found.name(found.posts[p]["author_id"])) for p in due if p not in shown]
            extra = [post_id for post_id in shown if post_id not in due]
            yield f"the feed of {viewer.name} lacks {lacks}, has {extra} too, or is out of order"


@invariant
def entries_are_of_living_people(found: Found) -> Iterator[str]:
    """A feed's rows and the notes of closeness are of people who are here."""
    for table, names in (("feed_items", ("viewer_id", "author_id")),
                         ("affinity", ("viewer_id", "author_id"))):  # fmt: skip
        for row in found.rows(table):
            for name in names:
                if row[name] not in found.users:
                    yield f"{table}: {found.name(row[name])} has left"
