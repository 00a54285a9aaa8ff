"""Invariants of saved posts and collections."""

from collections import Counter
from collections.abc import Iterator

from tests.chaos.invariants.found import Found
from tests.chaos.invariants.registry import invariant


@invariant
def acknowledged_saves_stand(found: Found) -> Iterator[str]:
    """Each save of a standing post, and its collection, is as its user last heard."""
    standing = dict(found.journal.standing_posts())
    here = {person.user_id for person in found.journal.here}
    for (post_id, user_id), known in found.journal.saves.items():
        if known.is_saved is None or post_id not in standing or user_id not in here:
            continue
        name, row = f"{found.name(user_id)}'s {post_id}", found.saves.get((post_id, user_id))
        if (row is not None) != known.is_saved:
            yield f"{name}: saved={known.is_saved} was acknowledged"
        elif row is not None and known.place not in (..., _collection(row)):
            yield f"{name} is in {_collection(row)}, {known.place} was acknowledged"


@invariant
def saves_are_of_something(found: Found) -> Iterator[str]:
    """Each save is of a living person and names a post that exists and its author."""
    for (post_id, user_id), row in found.saves.items():
        post = found.posts.get(post_id)
        if post is None:
            yield f"a save stands on {post_id}, which does not exist"
        elif post["author_id"] != row["author_id"]:
            yield f"a save of {post_id} names another author"
        if user_id not in found.users:
            yield f"a save of {post_id} is of {found.name(user_id)}, who has left"


@invariant
def acknowledged_collections_stand(found: Found) -> Iterator[str]:
    """Each collection is there with its name, or deleted for good. None is made twice."""
    for collection_id, known in found.journal.collections.items():
        if not known.owner.is_here or known.is_deleted is None:
            continue
        row = found.collections.get(collection_id)
        if (row is None) != known.is_deleted:
            yield f"{collection_id}: deleted={known.is_deleted} was acknowledged"
        elif row is not None and known.name not in (..., row["name"]):
            yield f"{collection_id} is named {row['name']}, {known.name} was acknowledged"
    named = Counter((row["user_id"], row["name"]) for row in found.collections.values()
                    if row["name"].startswith("collection "))  # fmt: skip
    yield from (f"{name} stands {count} times" for name, count in named.items() if count > 1)
    for row in found.collections.values():
        if row["user_id"] not in found.users:
            yield f"the collection {row['name']} is of {found.name(row['user_id'])}, who has left"


@invariant
def people_are_shown_their_own_saved_posts(found: Found) -> Iterator[str]:
    """The list has all of a person's saved posts that are visible, newest save first, and says so
    of each. So has the list of each collection. Each collection counts its saves."""
    for person in found.journal.here:
        mine = sorted(
            (row for (_, user_id), row in found.saves.items() if user_id == person.user_id),
            key=lambda row: str(row["saved_id"]),
            reverse=True,
        )
        expected = {"": mine}
        for one in found.pages(person, "/me/collections?limit=2"):
            place = one["collection_id"]
            expected[place] = [row for row in mine if _collection(row) == place]
            if one["count"] != len(expected[place]):
                yield f"{person.name}'s {place} counts {one['count']} of {len(expected[place])}"
        own = {key for key, row in found.collections.items() if row["user_id"] == person.user_id}
        if {*expected} - {""} != own:
            yield f"{person.name} is shown the collections {sorted(expected)}, not {sorted(own)}"
        for place, rows in expected.items():
            views = list(found.pages(person, f"/me/saved?limit=3&collection={place}"))
            shown = [view["post_id"] for view in views]
            visible = [row["post_id"] for row in rows if _sees(found, person.user_id, row)]
            if shown != visible:
                yield f"{person.name} is shown {shown} in {place!r}, not {visible}"
            if not all(view["saved"] for view in views):
                yield f"{person.name} is shown saved posts that say they are not"


def _collection(row: dict[str, str]) -> str | None:
    """Return the collection that a row names."""
    return row["place"].removesuffix(row["saved_id"]) if "place" in row else None


def _sees(found: Found, user_id: str, row: dict[str, str]) -> bool:
    return row["post_id"] in found.published and found.may_see(user_id, row["author_id"])
