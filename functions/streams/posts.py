"""The consequences of a change of a post. Pure."""

from functions.posts.domain import Post
from functions.queues import Complete, Dispatch
from functions.streams.jobs import Job, erase_after


def after(old: Post | None, new: Post | None, *, forgets_originals: bool = False) -> list[Job]:
    """Return the jobs for a post that is made, published, edited, given up or deleted.

    With `forgets_originals`, a published post is completed once more, to delete its originals.
    """
    jobs = erase_after(old, new)
    was, now = old is not None and old.published, new is not None and new.published
    if new is not None and now and not was:
        jobs.append(Job("fanout", Dispatch("deliver", new.ref, new.correlation_id)))
        if forgets_originals:
            jobs.append(_complete(new))
    elif old is not None and was and not now:
        jobs.append(Job("fanout", Dispatch("retract", old.ref, old.correlation_id)))
    elif new is not None and old is None and new.state == "processing":
        jobs.append(_complete(new))
    return jobs


def _complete(post: Post) -> Job:
    return Job("completion", Complete(post.post_id, post.correlation_id))
