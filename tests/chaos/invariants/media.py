"""Invariants of pictures and their objects."""

from collections.abc import Iterator

from functions.config import settings
from tests.chaos.invariants.found import Found
from tests.chaos.invariants.registry import invariant


@invariant
def sent_pictures_are_ready(found: Found) -> Iterator[str]:
    """Each sound picture that was sent is ready, unless nothing holds it any more."""
    for media_id, medium in found.journal.media.items():
        row = found.media.get(media_id)
        if row is None or not medium.owner.is_here or not medium.is_sent:
            continue
        if row["status"] != "ready":
            yield f"{media_id} was sent, it is {row['status']} {row.get('failure') or ''}"


@invariant
def pictures_of_standing_items_stay(found: Found) -> Iterator[str]:
    """The picture of a standing post or story is not swept."""
    if found.later:
        return
    held = {m for _, post in found.journal.standing_posts() for m in post.media}
    held |= {story.media_id for _, story in found.journal.standing_stories()}
    yield from (f"{media_id} is gone" for media_id in held - found.media.keys())


@invariant
def every_object_has_a_row(found: Found) -> Iterator[str]:
    """Each object is of a living person, and of a picture that has a row."""
    keys = found.objects(settings().media_bucket) + found.objects(settings().uploads_bucket)
    for key in keys:
        parts = {part.partition(".")[0] for part in key.split("/")}
        if key.startswith(("previews/", "filters/", "exports/", "found/")):
            continue
        if not parts & found.users.keys():
            yield f"{key}: its owner has left"
        elif not parts & found.media.keys() and not key.startswith("avatars/"):
            yield f"{key}: its picture has no row"


@invariant
def nothing_unclaimed_stays(found: Found) -> Iterator[str]:
    """Eight days later, each picture belongs to a standing post or story, or is an avatar."""
    if not found.later:
        return
    avatars = {user.get("avatar_media_id") for user in found.users.values()}
    for media_id, row in found.media.items():
        holder = row.get("claimed_by")
        held = holder in found.posts or holder in found.stories or media_id in avatars
        if not held and row["kind"] == "post":
            yield f"{media_id} is {row['status']}, claimed by {holder}"
