"""Fan-out on write: every verb stands beside its inverse, and every one may be repeated.

Nothing here decides what a viewer sees: that is checked when a page is read. Fan-out only brings
entries to where they are looked for, and tidies up behind.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import Protocol

import msgspec

from functions.feed.domain import TIMELINE_CAP
from functions.feed.messages import Backfill, Chunk, Dispatch, Prune, Rebuild
from functions.feed.service import Timelines
from functions.log import log
from functions.posts.domain import PostRef
from functions.social.service import Follows
from functions.tables import batched

FOLLOWERS_PAGE = 1000
"""Followers per query of the index: about 80 KB, ten read units."""
PAGES_A_DISPATCH = 10
"""Pages after which dispatch hands on to itself: a few seconds, far from its time limit."""
FOLLOWEES_A_REBUILD = 10
"""Followees per rebuild message, for the same reason."""
REBUILT_POSTS = 100
"""Posts of one followee that a rebuild brings, of the 500 that a reader can go back in all. A
message then writes at most a thousand entries of one timeline, about a second of its partition."""

Send = Callable[..., None]
"""`functions.events.send`, or its stand-in."""


class RecentPosts(Protocol):
    """An author's published posts."""

    def recent(self, author_id: str, before: str | None, limit: int) -> Sequence[PostRef]:
        """Newest first."""


class Fanout:
    """Moves posts into timelines, and out of them."""

    def __init__(
        self,
        follows: Follows,
        posts: RecentPosts,
        timelines: Timelines,
        send: Send,
        chunk_followers: int,
    ) -> None:
        self._follows = follows
        self._posts = posts
        self._timelines = timelines
        self._send = send
        self._chunk_followers = chunk_followers

    def dispatch(self, job: Dispatch) -> None:
        """Cut an author's followers, and the author, into chunks for the deliveries queue.

        After ten pages it sends itself on through its own queue, so that no number of followers
        comes near its time limit.
        """
        log.info(
            f"dispatch to {job.verb}",
            post_id=job.post.post_id,
            correlation_id=job.correlation_id,
        )
        first = [job.post.author_id] if job.after is None else []
        after = job.after
        for _ in range(PAGES_A_DISPATCH):
            page = self._follows.followers(job.post.author_id, after, FOLLOWERS_PAGE)
            self._send("deliveries", self._chunks(job, [*first, *page]))
            first = []
            if len(page) < FOLLOWERS_PAGE:
                return
            after = page[-1]
        self._send("fanout", [msgspec.structs.replace(job, after=after)])

    def _chunks(self, job: Dispatch, viewer_ids: Sequence[str]) -> Iterable[Chunk]:
        for chunk in batched(viewer_ids, self._chunk_followers):
            yield Chunk(job.verb, job.post, chunk, job.correlation_id)

    def deliver(self, chunk: Chunk) -> None:
        """Put a post into the timelines of a chunk, or take it out."""
        entries = [(viewer_id, chunk.post) for viewer_id in chunk.viewer_ids]
        if chunk.verb == "deliver":
            self._timelines.put(entries)
        else:
            self._timelines.remove(entries)
        log.info(
            f"{chunk.verb} done",
            post_id=chunk.post.post_id,
            viewers=len(entries),
            correlation_id=chunk.correlation_id,
        )

    def backfill(self, job: Backfill) -> None:
        """Bring a new followee's recent posts into the follower's timeline.

        It runs twice for a follow, at once and half a minute later: the follower index trails its
        table, so a post that is dispatched in between may miss a follower of the last moment.
        """
        edge = self._follows.get(job.viewer_id, job.author_id)
        if edge is None or not edge.accepted or edge.epoch != job.epoch:
            log.info("backfill overtaken", viewer_id=job.viewer_id, author_id=job.author_id)
            return
        self._bring(job.viewer_id, [job.author_id], TIMELINE_CAP)

    def prune(self, job: Prune) -> None:
        """Take a former followee's posts out again, unless a newer follow has begun meanwhile."""
        if self._follows.get(job.viewer_id, job.author_id) is not None:
            log.info("prune overtaken", viewer_id=job.viewer_id, author_id=job.author_id)
            return
        entries = self._timelines.read(job.viewer_id, None, TIMELINE_CAP)
        theirs = [post for post in entries if post.author_id == job.author_id]
        self._timelines.remove((job.viewer_id, post) for post in theirs)

    def rebuild(self, job: Rebuild) -> None:
        """Bring the recent posts of all followees, and the viewer's own, into a timeline."""
        edges = self._follows.followees(job.viewer_id, job.after, FOLLOWEES_A_REBUILD)
        own = [job.viewer_id] if job.after is None else []
        authors = [*own, *(edge.followee_id for edge in edges)]
        self._bring(job.viewer_id, authors, REBUILT_POSTS)
        if len(edges) == FOLLOWEES_A_REBUILD:
            self._send("fanout", [Rebuild(job.viewer_id, edges[-1].followee_id)])

    def _bring(self, viewer_id: str, author_ids: Sequence[str], most: int) -> None:
        for author_id in author_ids:
            recent = self._posts.recent(author_id, None, most)
            self._timelines.put((viewer_id, post) for post in recent)
