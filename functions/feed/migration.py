"""Promotion and demotion: an author changes from being pushed to being pulled, and back.

Both are jobs that page through the followers, some in each message. They may die and be repeated at
any point. At every moment each post is in the timelines, or pulled, or both. The merge on read
removes duplicates.
"""

from functions.accounts.domain import User
from functions.accounts.ports import UserStore
from functions.aws.sending import Send
from functions.clock import NewId
from functions.feed.bands import Bands, pulled_era_posts
from functions.feed.domain import TIMELINE_CAP
from functions.feed.fanout import Fanout
from functions.feed.ports import RecentPosts, TimelineStore
from functions.observability import log
from functions.queues import Demote, Promote
from functions.social.ports import FollowStore
from functions.stories.tray import Tray

FOLLOWERS_A_PROMOTION = 1000
"""Follows marked by one message: a second or two of parallel updates."""
ENTRIES_A_DEMOTION = 10_000
"""Entries written by one message of a demotion, at most: some ten seconds."""


class Migration:
    """The moves of authors between the bands."""

    def __init__(
        self,
        follows: FollowStore,
        users: UserStore,
        posts: RecentPosts,
        timelines: TimelineStore,
        tray: Tray,
        fanout: Fanout,
        bands: Bands,
        send: Send,
        new_id: NewId,
    ) -> None:
        self._follows = follows
        self._users = users
        self._posts = posts
        self._timelines = timelines
        self._tray = tray
        self._fanout = fanout
        self._bands = bands
        self._send = send
        self._new_id = new_id

    def promote(self, job: Promote) -> None:
        """Mark some follows. After the last of them, turn the author.

        Follows made since the job began are marked from the start. So when the author turns, every
        follower pulls and no post is missed. Posts pushed until then are found twice.
        """
        author = self._changing(job, "promoting")
        if author is None:
            return
        page = self._follows.followers(job.author_id, job.after, FOLLOWERS_A_PROMOTION)
        self._follows.mark(page, job.author_id, job.epoch)
        if len(page) == FOLLOWERS_A_PROMOTION:
            self._send("fanout", [Promote(job.author_id, job.epoch, page[-1])])
        else:
            turned = self._users.set_band(author, "pulled", job.epoch, self._new_id())
            log.info("promoted", author_id=job.author_id, first=turned)

    def demote(self, job: Demote) -> None:
        """Deliver the posts of the pulled era to some followers, and then unmark their follows.

        The author was turned before the job began: newer posts are pushed, and newer follows are
        backfilled with everything. So a follow loses its mark only once its timeline and tray hold
        everything that was pulled through it.
        """
        author = self._changing(job, "demoting")
        if author is None:
            return
        # As far back as a reader can go.
        era = pulled_era_posts(author, self._posts.recent(author.user_id, None, TIMELINE_CAP))
        size = min(FOLLOWERS_A_PROMOTION, max(1, ENTRIES_A_DEMOTION // max(1, len(era))))
        page = self._follows.followers(job.author_id, job.after, size)
        kept_up = page
        if author.follower_count >= self._bands.push_all_below:
            kept_up = self._fanout.active(page)
        self._timelines.put((viewer_id, post) for viewer_id in kept_up for post in era)
        self._tray.deliver(kept_up, job.author_id)
        self._follows.unmark(page, job.author_id, job.epoch)
        if len(page) == size:
            self._send("fanout", [Demote(job.author_id, job.epoch, page[-1])])
        else:
            turned = self._users.set_band(author, "pushed", job.epoch, None)
            log.info("demoted", author_id=job.author_id, first=turned)

    def _changing(self, job: Promote | Demote, band: str) -> User | None:
        """Return the author while this same change of band is still going on."""
        author = self._users.get(job.author_id)
        if author is None or (author.band, author.band_epoch) != (band, job.epoch):
            log.info(f"{band} overtaken", author_id=job.author_id)
            return None
        return author
