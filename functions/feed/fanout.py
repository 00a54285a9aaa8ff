"""Fan-out on write: every verb stands beside its inverse, and every one may be repeated.

Posts go into timelines and stories into trays. Both go to the same followers in the same way.

Nothing here decides which posts a viewer sees: the read checks that for each page. Fan-out only
puts entries where readers look for them, and cleans up afterwards.
"""

from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import Any

import msgspec

from functions.accounts.deleted import existing_users
from functions.accounts.ports import UserStore
from functions.aws.sending import Send
from functions.aws.tables import batched
from functions.clock import Clock, NewId, ulid_time
from functions.feed.bands import Bands, Reach
from functions.feed.ports import TimelineStore
from functions.observability import FANOUT_DELAY, log, metric_fields
from functions.posts.domain import PostRef
from functions.queues import Chunk, Dispatch, Item
from functions.social.ports import FollowStore
from functions.stories.tray import Tray

FOLLOWERS_PAGE = 1000
"""Followers per query of the index: about 80 KB, ten read units."""
PAGES_A_DISPATCH = 10
"""Pages after which dispatch hands the rest to a new message: a few seconds, far from its time
limit."""


class Fanout:
    """Delivery of items to where followers look for them, and their removal."""

    def __init__(
        self,
        follows: FollowStore,
        users: UserStore,
        timelines: TimelineStore,
        tray: Tray,
        bands: Bands,
        send: Send,
        now: Clock,
        new_id: NewId,
        chunk_followers: int,
    ) -> None:
        self._follows = follows
        self._users = users
        self._timelines = timelines
        self._tray = tray
        self._bands = bands
        self._send = send
        self._now = now
        self._new_id = new_id
        self._chunk_followers = chunk_followers

    def dispatch(self, job: Dispatch) -> None:
        """Cut an author's followers into chunks for the deliveries queue. For a post, add the
        author, whose timeline shows the author's own posts.

        Reads the author's band strongly here, so that a band change between the publishing and this
        message is not missed. An author who has crossed a limit begins to change bands here,
        because publishing is the only thing that many followers make costly. After ten pages,
        dispatch sends itself the rest through its own queue, so that no number of followers comes
        near its time limit.
        """
        log.info(
            f"dispatch to {job.verb}",
            item_id=item_id(job.item),
            correlation_id=job.correlation_id,
        )
        author = self._users.get(job.item.author_id)
        if author is None:
            # An author who has left has no band any more. Delivered items are removed all the same.
            if job.verb == "retract":
                self._dispatch(job, "all")
            return
        if due := self._bands.due(author, self._now()):
            turned = self._users.set_band(author, due, self._new_id(), author.pulled_from)
            log.info(f"{due} begun", author_id=author.user_id, first=turned)
        self._dispatch(job, self._bands.reach(author, job.item))

    def _dispatch(self, job: Dispatch, reach: Reach) -> None:
        own = isinstance(job.item, PostRef) and job.after is None
        first = [job.item.author_id] if own else []
        if reach == "none":
            self._send("deliveries", self._chunks(job, first, only_active=False))
            return
        after = job.after
        for _ in range(PAGES_A_DISPATCH):
            page = self._follows.followers(job.item.author_id, after, FOLLOWERS_PAGE)
            chunks = self._chunks(job, [*first, *page], only_active=reach == "active")
            self._send("deliveries", chunks)
            if len(page) < FOLLOWERS_PAGE:
                return
            first, after = [], page[-1]
        self._send("fanout", [msgspec.structs.replace(job, after=after)])

    def _chunks(
        self, job: Dispatch, viewer_ids: Sequence[str], *, only_active: bool
    ) -> Iterable[Chunk]:
        for chunk in batched(viewer_ids, self._chunk_followers):
            yield Chunk(job.verb, job.item, chunk, job.correlation_id, only_active)

    def deliver(self, chunk: Chunk) -> None:
        """Add an item to the timelines or trays of a chunk's viewers, or remove it."""
        viewer_ids = self._existing_viewers(chunk, self._kept_up(chunk))
        match chunk:
            case Chunk(item=PostRef() as post, verb="deliver"):
                self._timelines.put((viewer_id, post) for viewer_id in viewer_ids)
            case Chunk(item=PostRef() as post):
                self._timelines.remove((viewer_id, post) for viewer_id in viewer_ids)
            case Chunk(verb="deliver"):
                self._tray.deliver(viewer_ids, chunk.item.author_id)
            case _:
                self._tray.retract(viewer_ids, chunk.item.author_id)
        log.info(
            f"{chunk.verb} done",
            item_id=item_id(chunk.item),
            viewers=len(viewer_ids),
            correlation_id=chunk.correlation_id,
            **self._delay(chunk),
        )

    def _delay(self, chunk: Chunk) -> dict[str, Any]:
        """Return the age of a delivered item as a figure for the log line."""
        if chunk.verb == "retract":
            return {}
        age = self._now() - ulid_time(chunk.item.published_id)
        return metric_fields(FANOUT_DELAY, age / timedelta(milliseconds=1))

    def _kept_up(self, chunk: Chunk) -> Sequence[str]:
        """Return the viewers of a chunk whose timelines are kept up. The author is always one of
        them: an account made a moment ago may not be readable yet, and nothing else would deliver
        the author's own post."""
        if not chunk.only_active:
            return chunk.viewer_ids
        kept_up = {*self.active(chunk.viewer_ids), chunk.item.author_id}
        return [viewer_id for viewer_id in chunk.viewer_ids if viewer_id in kept_up]

    def _existing_viewers(self, chunk: Chunk, viewer_ids: Sequence[str]) -> Sequence[str]:
        """Return the viewers whose accounts still exist when a chunk comes late, so that nothing is
        written about an account that was erased meanwhile. A removal skips this check, except a
        story's retraction, which may deliver the author's other stories."""
        author_id, retracts = chunk.item.author_id, chunk.verb == "retract"
        if retracts and isinstance(chunk.item, PostRef):
            return viewer_ids
        made_at = ulid_time(chunk.item.published_id)
        # The read above has just shown that these viewers exist.
        known = {*viewer_ids} - {author_id} if chunk.only_active else set()
        asked = {*viewer_ids, author_id} - known
        left = known | existing_users(self._users, asked, made_at, self._now())
        if author_id not in left and not retracts:
            return []
        return [viewer_id for viewer_id in viewer_ids if viewer_id in left]

    def active(self, viewer_ids: Sequence[str]) -> list[str]:
        """Return the viewers whose timelines and trays are kept up. The reads cost a tenth of the
        writes that they save: a viewer who comes back gets both rebuilt."""
        found, today = self._users.read(viewer_ids), self._now().date()
        return [i for i in viewer_ids if i in found and self._bands.is_active(found[i], today)]


def item_id(item: Item) -> str:
    """Return the public id of a post or story."""
    return item.post_id if isinstance(item, PostRef) else item.story_id
