"""The consequences of a change of a follow. Pure."""

from functions.activity.domain import Cause
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


def causes(edge: Edge | None) -> list[Cause]:
    """Return what a follow makes its ends hear of. A granted request tells its follower; the
    followee has granted it."""
    if edge is None:
        return []
    if not edge.accepted:
        return [Cause(edge.followee_id, "follow_request", edge.follower_id, edge.since)]
    if edge.granted_at is not None:
        return [Cause(edge.follower_id, "request_accepted", edge.followee_id, edge.granted_at)]
    return [Cause(edge.followee_id, "follow", edge.follower_id, edge.since)]
