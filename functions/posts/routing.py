"""What follows from a change of a post or of its media: which messages go to which queue. Pure."""

import msgspec

from functions.feed.messages import Dispatch
from functions.media.domain import Media
from functions.media.messages import Rerender
from functions.posts.domain import Post
from functions.posts.messages import Complete
from functions.stories.messages import CompleteStory

Routed = list[tuple[str, msgspec.Struct]]
"""(queue, message) pairs."""


def after_post(old: Post | None, new: Post | None, *, forgets_originals: bool = False) -> Routed:
    """A post's rows change when it is made, published, edited, given up or deleted.

    `forgets_originals` has a published post looked at once more, to delete what it was made of.
    """
    was, now = old is not None and old.published, new is not None and new.published
    if new is not None and now and not was:
        delivery = ("fanout", Dispatch("deliver", new.ref, new.correlation_id))
        return [delivery, _complete(new)] if forgets_originals else [delivery]
    if old is not None and was and not now:
        return [("fanout", Dispatch("retract", old.ref, old.correlation_id))]
    if new is not None and old is None and new.state == "processing":
        return [_complete(new)]
    return []


def after_media(old: Media | None, new: Media | None) -> Routed:
    """Media settle, and are asked for under another filter; a row that goes while its post or
    story waits was swept: its upload never arrived."""
    if new is None:
        waiting = old is not None and old.post_id is not None and not old.settled
        return [_complete(old)] if old is not None and waiting else []
    if new.status == "processing" and old is not None and new.filter != old.filter:
        return [("render", Rerender(new.media_id, new.correlation_id))]
    settled_now = new.settled and (old is None or not old.settled)
    return [_complete(new)] if settled_now and new.post_id is not None else []


def _complete(changed: Post | Media) -> tuple[str, msgspec.Struct]:
    claimed_by = changed.post_id or ""
    if isinstance(changed, Media) and changed.kind == "story":
        return "story-completion", CompleteStory(claimed_by, changed.correlation_id)
    return "completion", Complete(claimed_by, changed.correlation_id)
