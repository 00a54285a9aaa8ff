"""Invariants of posts."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

from tests.chaos.invariants.found import Found
from tests.chaos.invariants.registry import invariant
from tests.chaos.journal import Post


@invariant
def acknowledged_posts_stand(found: Found) -> Iterator[str]:
    """Each post is published with what its author gave it, or deleted for good."""
    for post_id, post in found.journal.posts.items():
        row = found.posts.get(post_id)
        if post.author.is_here and post.is_deleted is False:
            yield from _wrong(found, post_id, post, row)
        elif row and (post.is_deleted or not post.author.is_here):
            yield f"{post_id} was deleted, it is {row['state']}"


def _wrong(found: Found, post_id: str, post: Post, row: dict[str, Any] | None) -> Iterator[str]:
    if row is None:
        yield f"{post_id} is lost"
        return
    if not all(found.journal.media[media_id].is_sent for media_id in post.media):
        expected = "failed" if found.later else "processing"
        if row["state"] != expected:
            yield f"{post_id} is {row['state']}, though a picture was never sent"
    elif row["state"] != "published":
        states = [found.media.get(media_id, {}).get("status") for media_id in post.media]
        yield f"{post_id} is {row['state']}, its pictures are {states}"
    for name in ("caption", "filter"):
        if getattr(post, name) not in (..., row.get(name)):
            yield f"{post_id}: its {name} is {row.get(name)}, not {getattr(post, name)}"


@invariant
def posts_are_whole(found: Found) -> Iterator[str]:
    """A post has a living author, is in no half-way state, and no picture is in two posts."""
    for post_id, row in found.posts.items():
        if row["author_id"] not in found.users:
            yield f"{post_id}: its author has left"
        states = {found.media.get(media_id, {}).get("status") for media_id in row["media_ids"]}
        if row["state"] == "processing" and states <= {"ready", "failed", None}:
            yield f"{post_id} is processing, its pictures are {states}"
    taken = Counter(media_id for row in found.posts.values() for media_id in row["media_ids"])
    yield from (f"{media_id} is in {n} posts" for media_id, n in taken.items() if n > 1)


@invariant
def posts_are_seen_by_those_who_may(found: Found) -> Iterator[str]:
    """Everybody can read exactly the posts that they may see."""
    for viewer in found.journal.here:
        for post_id, row in found.posts.items():
            author = row["author_id"]
            may = author == viewer.user_id or (
                row["state"] == "published" and found.may_see(viewer.user_id, author)
            )
            status, _ = found.read(viewer, f"/posts/{post_id}")
            if status != (200 if may else 404):
                yield f"{viewer.name} reads {post_id} of {found.name(author)}: {status}"


@invariant
def pictures_of_posts_open(found: Found) -> Iterator[str]:
    """Each rendition that a published post names is there."""
    for row in found.published.values():
        author = found.journal.person(row["author_id"])
        if author is None or not author.is_here:
            continue
        _, post = found.read(author, f"/posts/{row['post_id']}")
        for medium in post["media"]:
            if medium["filter"] != post["filter"]:
                yield f"{post['post_id']}: filter {post['filter']}, picture {medium['filter']}"
            for name, rendition in medium["renditions"].items():
                status, _ = found.client.send("GET", rendition["url"])
                if status != 200:
                    yield f"{post['post_id']}: {name} answers {status}"
