"""What follows for timelines from a change of a follow or of a user. Pure."""

from functions.accounts.domain import User
from functions.feed.bands import Bands
from functions.feed.messages import (
    INDEX_TRAILS_SECONDS,
    Backfill,
    Demote,
    Grant,
    Job,
    Promote,
    Prune,
    Rebuild,
)
from functions.social.domain import Edge

Delayed = list[tuple[Job, int]]
"""(job, seconds until it is to be done) pairs."""


def after_follow(old: Edge | None, new: Edge | None) -> Delayed:
    """An accepted follow brings the followee's posts; its end takes them away.

    It brings them twice, at once and half a minute later: the follower index trails its table, so a
    post that is dispatched in between may miss a follower of the last moment.
    """
    was, now = old is not None and old.accepted, new is not None and new.accepted
    if new is not None and now and not was:
        job = Backfill(new.follower_id, new.followee_id, new.epoch)
        return [(job, 0), (job, INDEX_TRAILS_SECONDS)]
    if old is not None and was and not now:
        return [(Prune(old.follower_id, old.followee_id), 0)]
    return []


def after_user(old: User | None, new: User | None, bands: Bands) -> Delayed:
    """A reader who comes back has the timeline rebuilt; a band that begins to change is changed;
    whoever turns public grants the requests that waited.

    The rebuild and the grant come twice for the same reason as a backfill; the change of a band
    waits for the index, since it pages through followers of whom the last may not be in it yet.
    """
    if old is None or new is None:
        return []
    jobs: Delayed = []
    if bands.came_back(old, new):
        jobs += [(Rebuild(new.user_id), 0), (Rebuild(new.user_id), INDEX_TRAILS_SECONDS)]
    if old.is_private and not new.is_private:
        jobs += [(Grant(new.user_id), 0), (Grant(new.user_id), INDEX_TRAILS_SECONDS)]
    if new.band_epoch is not None and new.band_epoch != old.band_epoch:
        change = Promote if new.band == "promoting" else Demote
        jobs.append((change(new.user_id, new.band_epoch), INDEX_TRAILS_SECONDS))
    return jobs
