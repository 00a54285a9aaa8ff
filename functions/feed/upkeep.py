"""What keeps timelines and trays true to the follows: backfill, its inverse prune, rebuild."""

from collections.abc import Iterable, Sequence

from functions.accounts.service import Users
from functions.feed.bands import pushed_ones
from functions.feed.domain import TIMELINE_CAP
from functions.feed.fanout import Send
from functions.feed.messages import INDEX_TRAILS_SECONDS, Backfill, Prune, Rebuild
from functions.feed.store import RecentPosts, Timelines
from functions.log import log
from functions.social.store import Follows
from functions.stories.tray import Tray

FOLLOWEES_A_REBUILD = 10
"""Followees per rebuild message: at most 5,000 entries are written, in a few seconds."""
DEPTH = 2 * TIMELINE_CAP
"""How deep a timeline is kept up: twice as far as a reader goes, so that where entries are taken
out, what moves up is there."""


class Upkeep:
    """Fills timelines and trays from the past, and clears them."""

    def __init__(
        self,
        follows: Follows,
        users: Users,
        posts: RecentPosts,
        timelines: Timelines,
        tray: Tray,
        send: Send,
    ) -> None:
        self._follows = follows
        self._users = users
        self._posts = posts
        self._timelines = timelines
        self._tray = tray
        self._send = send

    def backfill(self, job: Backfill) -> None:
        """Bring a new followee's recent posts into the follower's timeline, and the stories into
        the tray."""
        edge = self._follows.get(job.viewer_id, job.author_id)
        if edge is None or not edge.accepted or edge.epoch != job.epoch:
            log.info("backfill overtaken", viewer_id=job.viewer_id, author_id=job.author_id)
            return
        self._bring(job.viewer_id, [job.author_id])
        if not self._follows_now(job):
            self._prune_ended(job.viewer_id, {job.author_id})

    def prune(self, job: Prune) -> None:
        """Take a former followee's posts and stories out again.

        A newer follow may begin at any moment, and its backfill be done before this is. So the edge
        is read once more at the end, and all is brought back where it stands.
        """
        if not self._follows_now(job):
            entries = self._timelines.read(job.viewer_id, None, DEPTH)
            theirs = [post for post in entries if post.author_id == job.author_id]
            if theirs and len(entries) == DEPTH:
                # What lay deeper has room now, and was perhaps never written. Sent first: a prune
                # that dies now is repeated. Later: the timeline is read eventually.
                self._send("fanout", [Rebuild(job.viewer_id)], delay_seconds=INDEX_TRAILS_SECONDS)
            self._timelines.remove((job.viewer_id, post) for post in theirs)
            self._tray.drop([job.viewer_id], job.author_id)
        if self._follows_now(job):
            log.info("prune overtaken", viewer_id=job.viewer_id, author_id=job.author_id)
            self._bring(job.viewer_id, [job.author_id])

    def _follows_now(self, job: Backfill | Prune) -> bool:
        edge = self._follows.get(job.viewer_id, job.author_id)
        return edge is not None and edge.accepted

    def rebuild(self, job: Rebuild) -> None:
        """Bring the recent posts of all followees, and the viewer's own, into a timeline; and the
        followees' stories into the tray.

        Some followees a message. Only what is newer than the oldest entry that a reader can come to
        is written, so the later messages write little.
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
        """Prune what was brought for follows that have ended meanwhile: their own prune may have
        been done before the posts were there, and they would fill the timeline unseen. A follow
        that stands after all is left by the prune."""
        jobs = [Prune(viewer_id, author_id) for author_id in author_ids]
        self._send("fanout", jobs, delay_seconds=INDEX_TRAILS_SECONDS)

    def _bring(self, viewer_id: str, author_ids: Sequence[str]) -> None:
        there = self._timelines.read(viewer_id, None, DEPTH)
        floor = there[-1].published_id if len(there) == DEPTH else ""
        for author_id in author_ids:
            if author_id != viewer_id:
                self._tray.bring([viewer_id], author_id)
            # Read strongly: what a demotion leaves to us depends on the band.
            author = self._users.get(author_id)
            if author is not None:
                recent = self._posts.recent(author_id, None, TIMELINE_CAP)
                # One's own are all in the timeline: nobody pulls oneself.
                theirs = recent if author_id == viewer_id else pushed_ones(author, recent)
                new = [post for post in theirs if post.published_id > floor]
                self._timelines.put((viewer_id, post) for post in new)
