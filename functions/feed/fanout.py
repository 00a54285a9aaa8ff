"""Fan-out on write: every verb stands beside its inverse, and every one may be repeated.

Nothing here decides what a viewer sees: that is checked when a page is read. Fan-out only brings
entries to where they are looked for, and tidies up behind.
"""

from collections.abc import Callable, Iterable, Sequence

import msgspec

from functions.accounts.service import Users
from functions.clock import Clock, NewId
from functions.feed.bands import Bands, Reach
from functions.feed.messages import Chunk, Dispatch
from functions.feed.store import Timelines
from functions.log import log
from functions.social.service import Follows
from functions.tables import batched

FOLLOWERS_PAGE = 1000
"""Followers per query of the index: about 80 KB, ten read units."""
PAGES_A_DISPATCH = 10
"""Pages after which dispatch hands on to itself: a few seconds, far from its time limit."""

Send = Callable[..., None]
"""`functions.events.send`, or its stand-in."""


class Fanout:
    """Moves posts into timelines, and out of them."""

    def __init__(
        self,
        follows: Follows,
        users: Users,
        timelines: Timelines,
        bands: Bands,
        send: Send,
        now: Clock,
        new_id: NewId,
        chunk_followers: int,
    ) -> None:
        self._follows = follows
        self._users = users
        self._timelines = timelines
        self._bands = bands
        self._send = send
        self._now = now
        self._new_id = new_id
        self._chunk_followers = chunk_followers

    def dispatch(self, job: Dispatch) -> None:
        """Cut an author's followers, and the author, into chunks for the deliveries queue.

        The author's band is read here and strongly, so a crossing between the publishing and this
        message is not missed; and an author who has crossed a line begins to change bands here,
        since nothing but posts is costly. After ten pages dispatch sends itself on through its own
        queue, so that no number of followers comes near its time limit.
        """
        log.info(
            f"dispatch to {job.verb}",
            post_id=job.post.post_id,
            correlation_id=job.correlation_id,
        )
        author = self._users.get(job.post.author_id)
        if author is None:
            # Whoever has left has no band any more; what was delivered goes all the same.
            if job.verb == "retract":
                self._dispatch(job, "all")
            return
        if due := self._bands.due(author, self._now()):
            turned = self._users.turn(author, due, self._new_id(), author.pulled_from)
            log.info(f"{due} begun", author_id=author.user_id, first=turned)
        self._dispatch(job, self._bands.reach(author, job.post))

    def _dispatch(self, job: Dispatch, reach: Reach) -> None:
        first = [job.post.author_id] if job.after is None else []
        if reach == "none":
            self._send("deliveries", self._chunks(job, first, only_active=False))
            return
        after = job.after
        for _ in range(PAGES_A_DISPATCH):
            page = self._follows.followers(job.post.author_id, after, FOLLOWERS_PAGE)
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
            yield Chunk(job.verb, job.post, chunk, job.correlation_id, only_active)

    def deliver(self, chunk: Chunk) -> None:
        """Put a post into the timelines of a chunk, or take it out."""
        viewer_ids = self.active(chunk.viewer_ids) if chunk.only_active else chunk.viewer_ids
        entries = [(viewer_id, chunk.post) for viewer_id in viewer_ids]
        if chunk.verb == "deliver":
            self._timelines.put(entries)
        else:
            self._timelines.remove(entries)
        log.info(
            f"{chunk.verb} done",
            post_id=chunk.post.post_id,
            viewers=len(viewer_ids),
            correlation_id=chunk.correlation_id,
        )

    def active(self, viewer_ids: Sequence[str]) -> list[str]:
        """Those whose timelines are kept up. The reads cost a tenth of the writes that they save:
        a viewer who comes back has the timeline rebuilt."""
        found, today = self._users.read(viewer_ids), self._now().date()
        return [i for i in viewer_ids if i in found and self._bands.is_active(found[i], today)]
