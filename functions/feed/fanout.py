"""Fan-out on write: every verb stands beside its inverse, and every one may be repeated.

Posts go into timelines, stories into trays; to whom, and how, is the same.

Nothing here decides what a viewer sees: that is checked when a page is read. Fan-out only brings
entries to where they are looked for, and tidies up behind.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import timedelta
from typing import Any

import msgspec

from functions.accounts.lateness import remaining
from functions.accounts.service import Users
from functions.clock import Clock, NewId, ulid_time
from functions.feed.bands import Bands, Reach
from functions.feed.messages import Chunk, Dispatch, Item
from functions.feed.store import Timelines
from functions.log import log
from functions.metrics import FANOUT_DELAY, measured
from functions.posts.domain import PostRef
from functions.social.store import Follows
from functions.stories.tray import Tray
from functions.tables import batched

FOLLOWERS_PAGE = 1000
"""Followers per query of the index: about 80 KB, ten read units."""
PAGES_A_DISPATCH = 10
"""Pages after which dispatch hands on to itself: a few seconds, far from its time limit."""

Send = Callable[..., None]
"""`functions.events.send`, or its stand-in."""


class Fanout:
    """Moves items to those who look for them, and out again."""

    def __init__(
        self,
        follows: Follows,
        users: Users,
        timelines: Timelines,
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
        """Cut an author's followers into chunks for the deliveries queue, and for a post the author
        too, whose timeline has the author's own.

        The author's band is read here and strongly, so a crossing between the publishing and this
        message is not missed; and an author who has crossed a line begins to change bands here,
        since nothing but what is published is costly. After ten pages dispatch sends itself on
        through its own queue, so that no number of followers comes near its time limit.
        """
        log.info(
            f"dispatch to {job.verb}",
            item_id=item_id(job.item),
            correlation_id=job.correlation_id,
        )
        author = self._users.get(job.item.author_id)
        if author is None:
            # Whoever has left has no band any more; what was delivered goes all the same.
            if job.verb == "retract":
                self._dispatch(job, "all")
            return
        if due := self._bands.due(author, self._now()):
            turned = self._users.turn(author, due, self._new_id(), author.pulled_from)
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
        """Bring an item to the viewers of a chunk, or take it away."""
        viewer_ids = self._remaining(chunk, self._kept_up(chunk))
        match chunk:
            case Chunk(item=PostRef() as post, verb="deliver"):
                self._timelines.put((viewer_id, post) for viewer_id in viewer_ids)
            case Chunk(item=PostRef() as post):
                self._timelines.remove((viewer_id, post) for viewer_id in viewer_ids)
            case Chunk(verb="deliver"):
                self._tray.bring(viewer_ids, chunk.item.author_id)
            case _:
                self._tray.take(viewer_ids, chunk.item.author_id)
        log.info(
            f"{chunk.verb} done",
            item_id=item_id(chunk.item),
            viewers=len(viewer_ids),
            correlation_id=chunk.correlation_id,
            **self._delay(chunk),
        )

    def _delay(self, chunk: Chunk) -> dict[str, Any]:
        """How old an item is that has just been delivered, as a figure of the log line."""
        if chunk.verb == "retract":
            return {}
        age = self._now() - ulid_time(chunk.item.published_id)
        return measured(FANOUT_DELAY, age / timedelta(milliseconds=1))

    def _kept_up(self, chunk: Chunk) -> Sequence[str]:
        """Whose timelines a chunk is for. The author always is: who has signed up just now may not
        be read yet, and nothing else would bring them their own post."""
        if not chunk.only_active:
            return chunk.viewer_ids
        kept_up = {*self.active(chunk.viewer_ids), chunk.item.author_id}
        return [viewer_id for viewer_id in chunk.viewer_ids if viewer_id in kept_up]

    def _remaining(self, chunk: Chunk, viewer_ids: Sequence[str]) -> Sequence[str]:
        """The viewers who are left when a chunk comes late: nothing is written about those whose
        account was erased meanwhile. What only removes need not look; a story's retraction may
        bring what else there is of its author."""
        author_id, retracts = chunk.item.author_id, chunk.verb == "retract"
        if retracts and isinstance(chunk.item, PostRef):
            return viewer_ids
        made_at = ulid_time(chunk.item.published_id)
        # Who is kept up was read a moment ago.
        known = {*viewer_ids} - {author_id} if chunk.only_active else set()
        asked = {*viewer_ids, author_id} - known
        left = known | remaining(self._users, asked, made_at, self._now())
        if author_id not in left and not retracts:
            return []
        return [viewer_id for viewer_id in viewer_ids if viewer_id in left]

    def active(self, viewer_ids: Sequence[str]) -> list[str]:
        """Those whose timelines and trays are kept up. The reads cost a tenth of the writes that
        they save: a viewer who comes back has them rebuilt."""
        found, today = self._users.read(viewer_ids), self._now().date()
        return [i for i in viewer_ids if i in found and self._bands.is_active(found[i], today)]


def item_id(item: Item) -> str:
    """The public id of a post or story."""
    return item.post_id if isinstance(item, PostRef) else item.story_id
