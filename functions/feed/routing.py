"""What follows for timelines from a change of a follow. Pure."""

from functions.feed.messages import Backfill, Prune
from functions.social.domain import Edge

SECOND_BACKFILL_SECONDS = 30
"""Far beyond the time by which the follower index trails its table."""


def after_follow(old: Edge | None, new: Edge | None) -> Backfill | Prune | None:
    """An accepted follow brings the followee's posts; its end takes them away."""
    was, now = old is not None and old.accepted, new is not None and new.accepted
    if new is not None and now and not was:
        return Backfill(new.follower_id, new.followee_id, new.epoch)
    if old is not None and was and not now:
        return Prune(old.follower_id, old.followee_id, old.epoch)
    return None
