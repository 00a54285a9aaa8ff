"""The consequences of a change of a name. Pure."""

from functions.accounts.names import Name
from functions.queues import EraseLogin
from functions.streams.jobs import FENCE_SECONDS, Job


def after(old: Name | None, new: Name | None) -> list[Job]:
    """Return the job that deletes the account of a claim that has ended: it expired, was given up,
    or gave way to another. The sign-up that made it may still run, so the job waits for its end."""
    if old is None or old.state != "claimed":
        return []
    if new is not None and new.pool_name == old.pool_name:
        return []
    return [Job("erasure", EraseLogin(old.pool_name), FENCE_SECONDS)]
