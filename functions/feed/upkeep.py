"""Jobs that keep timelines and trays in step with the follows: backfill, its inverse prune,
rebuild."""

from collections.abc import Iterable, Sequence

from functions.accounts.ports import UserStore
from functions.aws.sending import Send
from functions.feed.bands import pushed_posts
from functions.feed.domain import TIMELINE_CAP
from functions.feed.entries import Muted
from functions.feed.ports import RecentPosts, TimelineStore
from functions.observability import log
from functions.queues import INDEX_TRAILS_SECONDS, Backfill, Prune, Rebuild
from functions.social.ports import FollowStore
from functions.stories.tray import Tray

FOLLOWEES_A_REBUILD = 10
"""Followees per rebuild message: at most 5,000 entries are written, in a few seconds."""
DEPTH = 2 * TIMELINE_CAP
"""How deep a timeline is kept up. It is twice as far as a reader goes, so that older entries can
move up where entries are taken out. Entries of muted authors do not count: no reader sees them."""
FLOOR_READS = 10
"""Reads of DEPTH entries, after which a timeline full of muted authors' posts counts as empty."""


class Upkeep:
    """The jobs that fill timelines and trays with past items, and clear them."""

    def __init__(
        self,
        follows: FollowStore,
        users: UserStore,
        posts: RecentPosts,
        timelines: TimelineStore,
        tray: Tray,
        send: Send,
        muted: Muted,
    ) -> None:
        self._muted = muted
        self._follows = follows
        self._users = users
        self._posts = posts
        self._timelines = timelines
        self._tray = tray
        self._send = send

    def backfill(self, job: Backfill) -> None:
        """Add a new followee's recent posts to the follower's timeline, and the stories to the
        tray."""
        edge = self._follows.get(job.viewer_id, job.author_id)
        if edge is None or not edge.accepted or edge.epoch != job.epoch:
            log.info("backfill overtaken", viewer_id=job.viewer_id, author_id=job.author_id)
            return
        self._bring(job.viewer_id, [job.author_id])
        if not self._follows_now(job):
            self._prune_ended(job.viewer_id, {job.author_id})

    def prune(self, job: Prune) -> None:
        """Remove a former followee's posts and stories again.

        A newer follow may begin at any moment, and its backfill may finish before this prune. So
        this reads the edge once more at the end, and adds everything again if the follow exists.
        """
        if not self._follows_now(job):
            entries = self._timelines.read(job.viewer_id, None, DEPTH)
            theirs = [post for post in entries if post.author_id == job.author_id]
            if theirs and len(entries) == DEPTH:
                # Deeper posts have room now, and were perhaps never written. Sent first: a prune
                # that dies now is repeated. Later: the timeline is read eventually.
                self._send("fanout", [Rebuild(job.viewer_id)], delay_seconds=INDEX_TRAILS_SECONDS)
            self._timelines.remove((job.viewer_id, post) for post in theirs)
            self._tray.remove_author([job.viewer_id], job.author_id)
        if self._follows_now(job):
            log.info("prune overtaken", viewer_id=job.viewer_id, author_id=job.author_id)
            self._bring(job.viewer_id, [job.author_id])

    def _follows_now(self, job: Backfill | Prune) -> bool:
        edge = self._follows.get(job.viewer_id, job.author_id)
        return edge is not None and edge.accepted

    def rebuild(self, job: Rebuild) -> None:
        """Add the recent posts of all followees, and the viewer's own, to a timeline, and the
        followees' stories to the tray.

        Each message handles some followees. It writes only posts newer than the oldest entry that a
        reader can reach, so the later messages write little.
        """
        followees = self._followees(job)
        own = [job.viewer_id] if job.after is None else []
        self._bring(job.viewer_id, [*own, *followees])
        self._prune_ended(job.viewer_id, {*followees}.difference(self._followees(job)))
        if len(followees) == FOLLOWEES_A_REBUILD:
            self._send("fanout", [Rebuild(job.viewer_id, followees[-1])])

    def _followees(self, job: Rebuild) -> list[str]:
        edges = self._follows.followees(job.viewer_id, job.after, FOLLOWEES_A_REBUILD)
        return [edge.followee_id for edge in edges]

    def _prune_ended(self, viewer_id: str, author_ids: Iterable[str]) -> None:
        """Prune the posts added for follows that have ended meanwhile. Their own prune may have run
        before the posts were there, and the posts would fill the timeline unseen. The prune leaves
        a follow alone if it still exists."""
        jobs = [Prune(viewer_id, author_id) for author_id in author_ids]
        self._send("fanout", jobs, delay_seconds=INDEX_TRAILS_SECONDS)

    def _floor(self, viewer_id: str) -> str:
        """Return the published_id of the last entry within the depth; empty if there is room."""
        muted = self._muted(viewer_id)
        before, within = None, 0
        for _ in range(FLOOR_READS):
            there = self._timelines.read(viewer_id, before, DEPTH)
            for post in there:
                within += post.author_id not in muted
                if within == DEPTH:
                    return post.published_id
            if len(there) < DEPTH:
                break
            before = there[-1].published_id
        return ""

    def _bring(self, viewer_id: str, author_ids: Sequence[str]) -> None:
        floor = self._floor(viewer_id)
        for author_id in author_ids:
            if author_id != viewer_id:
                self._tray.deliver([viewer_id], author_id)
            # Read strongly: the posts that a demotion leaves to us depend on the band.
            author = self._users.get(author_id)
            if author is not None:
                recent = self._posts.recent(author_id, None, TIMELINE_CAP)
                # The viewer's own posts are all in the timeline: nobody pulls their own.
                theirs = recent if author_id == viewer_id else pushed_posts(author, recent)
                new = [post for post in theirs if post.published_id > floor]
                self._timelines.put((viewer_id, post) for post in new)
