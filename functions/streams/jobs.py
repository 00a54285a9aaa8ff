"""A job for a queue, and the delays after which work on a change is safe."""

import msgspec

from functions.posts.domain import Post
from functions.queues import INDEX_TRAILS_SECONDS, ErasePost, Queue
from functions.stories.domain import Story

LONGEST_REQUEST_SECONDS = 30
"""The time limit of the API function (.chalice/config.json). The longest request ends by then."""
FENCE_SECONDS = 2 * LONGEST_REQUEST_SECONDS
"""The time after which the last request of a deleted user has ended, with as much again to spare.
No process lets a deleted user in."""
RENDERS_END_SECONDS = 60
"""Twice the time limit of the render function: a render that began before its row was deleted has
put its objects by then."""
LATE_SECONDS = 900
"""The longest delay of SQS. A delivery that failed twice has been repeated by then."""
TRAILS_SECONDS = 90
"""The time after which everything that was under way when a post was deleted has arrived: a like, a
render, a count."""


class Job(msgspec.Struct, frozen=True):
    """A message for a queue, to be handled after so many seconds."""

    queue: Queue
    message: msgspec.Struct
    delay_seconds: int = 0


def now_and_after(seconds: int, queue: Queue, message: msgspec.Struct) -> list[Job]:
    """Return jobs that handle a message at once, and again after a delay for changes that the first
    could not see."""
    return [Job(queue, message), Job(queue, message, seconds)]


def when_indexed(message: msgspec.Struct) -> list[Job]:
    """Return jobs that handle a fan-out message at once, and again when the indexes show the last
    changes. A post that is dispatched in between may miss a follower that the index does not show
    yet."""
    return now_and_after(INDEX_TRAILS_SECONDS, "fanout", message)


def erase_after(old: Post | Story | None, new: Post | Story | None) -> list[Job]:
    """Return the jobs that erase everything that belongs to a deleted post or story: pictures,
    likes, comments and counts.

    It was deleted when its row was removed or became a tombstone. The end of a tombstone by TTL is
    not a deletion, because that was handled when it was left.
    """
    if old is None or old.state == "deleted" or (new is not None and new.state != "deleted"):
        return []
    if isinstance(old, Post):
        item_id, media_ids = old.post_id, old.media_ids
    else:
        item_id, media_ids = old.story_id, [old.media_id]
    job = ErasePost(item_id, old.author_id, media_ids, old.correlation_id)
    return now_and_after(TRAILS_SECONDS, "erasure", job)
