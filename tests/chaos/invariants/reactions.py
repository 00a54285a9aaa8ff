"""Invariants of likes and comments."""

from collections import Counter
from collections.abc import Iterator

from tests.chaos.invariants.found import Found
from tests.chaos.invariants.registry import invariant


@invariant
def acknowledged_likes_stand(found: Found) -> Iterator[str]:
    """Each like on a standing post is as its writer last heard."""
    standing = dict(found.journal.standing_posts())
    here = {person.user_id for person in found.journal.here}
    for (post_id, user_id), on in found.journal.likes.items():
        if on is None or post_id not in standing or user_id not in here:
            continue
        if ((post_id, user_id) in found.likes) != on:
            yield f"{found.name(user_id)} on {post_id}: {on} was acknowledged"


@invariant
def acknowledged_comments_stand(found: Found) -> Iterator[str]:
    """Each comment on a standing post is there, or deleted for good."""
    standing = dict(found.journal.standing_posts())
    for comment_id, comment in found.journal.comments.items():
        if comment.post_id not in standing or not comment.writer.is_here:
            continue
        if comment.is_deleted is not None and (comment_id in found.comments) == comment.is_deleted:
            yield f"{comment_id}: deleted={comment.is_deleted} was acknowledged"


@invariant
def comments_are_written_once(found: Found) -> Iterator[str]:
    """A repeated request writes no second comment. Each text is unique."""
    texts = Counter((row["post_id"], row["text"]) for row in found.comments.values())
    yield from (f"{text} stands {count} times" for text, count in texts.items() if count > 1)


@invariant
def reactions_are_of_something(found: Found) -> Iterator[str]:
    """Each like and comment is of a living person on a post that exists."""
    likes = list(found.likes)
    comments = [(row["post_id"], row["user_id"]) for row in found.comments.values()]
    for post_id, user_id in likes + comments:
        if post_id not in found.posts:
            yield f"a reaction stands on {post_id}, which does not exist"
        if user_id not in found.users:
            yield f"a reaction on {post_id} is of {found.name(user_id)}, who has left"
