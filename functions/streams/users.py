"""The consequences of a change of a user, or of the tombstone that a deleted account leaves.
Pure."""

from functions.accounts.domain import FIRST_STEP, Erasure, User
from functions.feed.bands import Bands
from functions.queues import (
    INDEX_TRAILS_SECONDS,
    ChangeAvatar,
    Demote,
    EraseAccount,
    EraseAvatar,
    Grant,
    Promote,
    Rebuild,
    RenderAvatar,
)
from functions.streams.jobs import FENCE_SECONDS, Job, when_indexed


def after(old: User | None, new: User | None, bands: Bands) -> list[Job]:
    """Return the jobs for a reader who comes back, a private account that turns public, an author
    who changes bands, and a profile that shows another picture."""
    if old is None or new is None:
        return []
    jobs: list[Job] = []
    if bands.came_back(old, new):
        jobs += when_indexed(Rebuild(new.user_id))
    if old.is_private and not new.is_private:
        jobs += when_indexed(Grant(new.user_id))
    if new.band_epoch is not None and new.band_epoch != old.band_epoch:
        change = Promote if new.band == "promoting" else Demote
        # The job pages through all followers, and the index may not show the newest of them yet.
        jobs.append(Job("fanout", change(new.user_id, new.band_epoch), INDEX_TRAILS_SECONDS))
    return jobs + _avatar(old, new)


def _avatar(old: User, new: User) -> list[Job]:
    """Return the jobs that render a new avatar and delete the old one."""
    jobs: list[Job] = []
    if new.avatar_id not in (None, old.avatar_id):
        jobs.append(
            Job("rerender", RenderAvatar(new.user_id, new.avatar_id, new.avatar_media_id or ""))
        )
    if old.avatar_id not in (None, new.avatar_id):
        jobs.append(Job("erasure", EraseAvatar(old.user_id, old.avatar_id)))
    if old.picture_as_avatar != new.picture_as_avatar:
        changed = ChangeAvatar(new.user_id, old.picture_as_avatar, new.picture_as_avatar)
        jobs.append(Job("erasure", changed))
    return jobs


def after_tombstone(old: Erasure | None, new: Erasure | None) -> list[Job]:
    """Return the jobs for an account that is deleted, or whose erasure begins again. It begins
    after the fence. Each later step sends its own message, so a tombstone that only moves on needs
    no job."""
    if new is None or new.step is None or (old is not None and new.step != FIRST_STEP):
        return []
    return [Job("erasure", EraseAccount(new.user_id), FENCE_SECONDS)]
