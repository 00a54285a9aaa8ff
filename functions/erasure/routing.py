"""What goes when something was deleted. Pure."""

from functions.accounts.domain import FIRST_STEP, KNOWN_FOR, Erasure, User
from functions.erasure.messages import ChangeAvatar, EraseAccount, EraseMedia, ErasePost, Job
from functions.media.domain import Media
from functions.posts.domain import Post
from functions.stories.domain import Story

LONGEST_REQUEST_SECONDS = 30
"""The API function's time limit (.chalice/config.json): a request that was let in ends by then."""
FENCE_SECONDS = int(KNOWN_FOR.total_seconds()) + LONGEST_REQUEST_SECONDS
"""After this no request of a deleted user is under way in any process, nor will one be let in."""
RENDERS_END_SECONDS = 60
"""Twice the render function's time limit: who had begun before a row went has put its objects."""
TRAILS_SECONDS = 90
"""After this what was on its way when a post went has arrived: a like, a render, a count."""

Delayed = list[tuple[Job, int]]
"""(job, seconds until it is to be done) pairs."""


def after_tombstone(old: Erasure | None, new: Erasure | None) -> Delayed:
    """A tombstone where there was none, or one whose erasure begins anew: it begins behind the
    fence. One that moves on, or is done, has nothing follow."""
    if new is None or new.step is None or (old is not None and new.step != FIRST_STEP):
        return []
    return [(EraseAccount(new.user_id), FENCE_SECONDS)]


def after_user(old: User | None, new: User | None) -> Delayed:
    """A profile shows another face."""
    if old is not None and new is not None and old.avatar_media_id != new.avatar_media_id:
        return [(ChangeAvatar(new.user_id, old.avatar_media_id, new.avatar_media_id), 0)]
    return []


def after_post(old: Post | None, new: Post | None) -> Delayed:
    """A post that was there has gone, or left a tombstone. All is done at once, and once more for
    what arrives meanwhile."""
    if old is None or not _went(old, new):
        return []
    return _twice(ErasePost(old.post_id, old.author_id, old.media_ids, old.correlation_id))


def after_story(old: Story | None, new: Story | None) -> Delayed:
    """A story was taken back or given up, or its row was swept after its time: its picture and its
    counts go."""
    if old is None or not _went(old, new):
        return []
    return _twice(ErasePost(old.story_id, old.author_id, [old.media_id], old.correlation_id))


def _went(old: Post | Story, new: Post | Story | None) -> bool:
    return old.state != "deleted" and (new is None or new.state == "deleted")


def _twice(job: Job) -> Delayed:
    return [(job, 0), (job, TRAILS_SECONDS)]


def after_media(old: Media | None, new: Media | None) -> Delayed:
    """A row has gone: deleted, or swept since no post took it. A render may be under way."""
    if old is None or new is not None:
        return []
    job = EraseMedia(old.media_id, old.owner_id, old.kind, old.correlation_id)
    return [(job, 0), (job, RENDERS_END_SECONDS)]
