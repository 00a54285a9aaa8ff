"""The consequences of a change of a picture's row. Pure."""

from functions.media.domain import Media
from functions.queues import Complete, CompleteStory, EraseMedia, Rerender
from functions.streams.jobs import RENDERS_END_SECONDS, Job, now_and_after


def after(old: Media | None, new: Media | None) -> list[Job]:
    """Return the jobs for a picture that settles, is asked for with another filter or focal point,
    or loses its row."""
    if new is None:
        return [] if old is None else _gone(old)
    if new.status == "processing" and old is not None and new.is_other(old.filter, old.focus):
        # A first picture, and the filter that a post is made with, are waited for.
        again = new.picture is not None and new.claimed_by == old.claimed_by
        job = Rerender(new.media_id, new.correlation_id)
        return [Job("rerender" if again else "render", job)]
    settled_now = new.settled and (old is None or not old.settled)
    return _complete(new) if settled_now else []


def _gone(old: Media) -> list[Job]:
    """Return the jobs that erase the objects. They run twice, because a render may be under way. If
    a post or story still waits for a picture whose row goes, the upload never arrived and TTL
    removed the row. The waiting ends."""
    erased = EraseMedia(old.media_id, old.owner_id, old.kind, old.correlation_id)
    waited_for = [] if old.settled else _complete(old)
    return [*waited_for, *now_and_after(RENDERS_END_SECONDS, "erasure", erased)]


def _complete(picture: Media) -> list[Job]:
    """Return the job that looks at the post or story that has claimed a picture, if one has."""
    if picture.claimed_by is None:
        return []
    if picture.kind == "story":
        completion = CompleteStory(picture.claimed_by, picture.correlation_id)
        return [Job("story-completion", completion)]
    return [Job("completion", Complete(picture.claimed_by, picture.correlation_id))]
