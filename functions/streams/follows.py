"""The consequences of a change of a follow. Pure."""

from functions.queues import Backfill, Prune
from functions.social.domain import Edge
from functions.streams.jobs import LATE_SECONDS, Job, now_and_after, when_indexed


def after(old: Edge | None, new: Edge | None) -> list[Job]:
    """Return the jobs that follow from a follow. An accepted follow adds the followee's posts to
    the timeline. Its end removes them, and once more those that were delivered late."""
    was, now = old is not None and old.accepted, new is not None and new.accepted
    if new is not None and now and not was:
        return when_indexed(Backfill(new.follower_id, new.followee_id, new.epoch))
    if old is not None and was and not now:
        return now_and_after(LATE_SECONDS, "fanout", Prune(old.follower_id, old.followee_id))
    return []
