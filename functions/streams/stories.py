"""The consequences of a change of a story. Pure."""

from datetime import datetime

from functions.queues import CompleteStory, Dispatch
from functions.stories.domain import Story, is_over
from functions.streams.jobs import Job, erase_after


def after(old: Story | None, new: Story | None, at: datetime) -> list[Job]:
    """Return the jobs for a story that is made, published, given up or deleted `at` a moment. A row
    that TTL removes needs no retraction: its tray entries expire by TTL too."""
    jobs = erase_after(old, new)
    was, now = old is not None and old.published, new is not None and new.published
    if new is not None and now and not was:
        jobs.append(Job("fanout", Dispatch("deliver", new.ref, new.correlation_id)))
    elif old is not None and was and not now and not is_over(old.expires_at, at):
        jobs.append(Job("fanout", Dispatch("retract", old.ref, old.correlation_id)))
    elif new is not None and old is None and new.state == "processing":
        completion = CompleteStory(new.story_id, new.correlation_id)
        jobs.append(Job("story-completion", completion))
    return jobs
