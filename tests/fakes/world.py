"""All services on fakes, and people who do things."""

import hashlib
from datetime import timedelta

from functions.accounts.domain import User
from functions.accounts.service import Accounts
from functions.affinity.service import Affinity
from functions.cursors import Cursors
from functions.feed.bands import Bands
from functions.feed.fanout import Fanout
from functions.feed.migration import Migration
from functions.feed.pulled import PulledPosts
from functions.feed.ranking import formula
from functions.feed.service import Feed
from functions.feed.upkeep import Upkeep
from functions.media.domain import Failure, Kind, Picture
from functions.media.service import MediaService
from functions.media.urls import MediaUrls
from functions.media.worker import RenderWorker
from functions.posts.hydration import Hydration
from functions.posts.schemas import NewPost, PostView
from functions.posts.service import Posts
from functions.reactions.service import Reactions
from functions.social.boundaries import Boundaries
from functions.social.service import Social
from functions.stories.hydration import StoryHydration
from functions.stories.schemas import StoryView
from functions.stories.service import Stories
from functions.stories.tray import Tray
from tests.fakes.affinity import FakeAffinity
from tests.fakes.boundaries import FakeBlocks, FakeMutes
from tests.fakes.clock import CountingIds, SetClock
from tests.fakes.follows import FakeFollows
from tests.fakes.media import FakeMedia, FakeOriginals, FakeRenditions
from tests.fakes.pictures import picture
from tests.fakes.pool import FakePool
from tests.fakes.posts import FakePosts
from tests.fakes.reactions import FakeComments, FakeCounts, FakeLikes
from tests.fakes.rows import Reader
from tests.fakes.sending import Outbox
from tests.fakes.stories import FakeStories, FakeTray, FakeViews
from tests.fakes.timelines import FakeTimelines
from tests.fakes.transactions import commit
from tests.fakes.users import FakeUsers

CDN = "https://cdn.test"
KEPT = timedelta(days=30)
STORY_TTL = timedelta(hours=24)
HALF_LIFE = timedelta(hours=168)
PUSH_ALL = Bands(push_all_below=1000, pull_from=100_000, active_days=30)
PULL_ALL = Bands(push_all_below=1, pull_from=1, active_days=30)


class World:
    """One stage, in memory. `chunk_followers` is small, so that few followers are several."""

    def __init__(
        self, *, chunk_followers: int = 2, auto_confirm: bool = True, bands: Bands = PUSH_ALL
    ) -> None:
        self.clock = SetClock()
        self.new_id = CountingIds(self.clock)
        self.users = FakeUsers()
        self.pool = FakePool(self.new_id, auto_confirm=auto_confirm)
        self.blocks = FakeBlocks()
        self.mutes = FakeMutes()
        self.follows = FakeFollows(self.users.counting, self.blocks.none_between)
        self.media_store = FakeMedia(self.clock)
        self.originals = FakeOriginals()
        self.renditions = FakeRenditions(self.originals)
        self.post_store = FakePosts()
        self.timelines = FakeTimelines(KEPT, self.clock)
        self.story_store = FakeStories(self.clock)
        self.views = FakeViews()
        self.tray_entries = FakeTray(self.clock)
        self.closeness = FakeAffinity()
        self.counts = FakeCounts()
        self.likes = FakeLikes()
        self.comments = FakeComments()
        self.read = Reader()
        self.send = Outbox()
        self.bands = bands
        self._wire(chunk_followers)

    def _wire(self, chunk_followers: int) -> None:
        cursors = Cursors(lambda: "a key that only the tests know")
        urls = MediaUrls(CDN, 3600, STORY_TTL, lambda: ("key", _sign), self.clock)
        self.accounts = Accounts(self.users, self.pool, self.clock)
        self.social = Social(
            self.follows, self.blocks, self.mutes, self.accounts, urls, self.read, cursors,
            self.clock, self.new_id,
        )  # fmt: skip
        self.boundaries = Boundaries(self.social, cursors, self.clock)
        self.media = MediaService(
            self.media_store, self.originals, self.renditions, urls, self.clock, timedelta(hours=24)
        )
        self.worker = RenderWorker(self.media_store, self.originals, self.renditions, "always")
        self.hydration = Hydration(
            self.post_store, self.counts, self.likes, self.users, self.social, self.media, self.read
        )
        self.posts = Posts(
            self.post_store, self.media, self.accounts, self.social, self.hydration, cursors,
            self.clock, self.new_id, keeps_originals=True,
        )  # fmt: skip
        self.reactions = Reactions(
            self.likes, self.comments, self.counts, self.posts, self.social, cursors
        )
        self._wire_stories(urls, cursors)
        pulled = PulledPosts(self.follows, self.post_store, KEPT, self.clock)
        score = formula("gravity", 12)
        self.feed = Feed(
            self.timelines, pulled, self.hydration, self.social.muted, cursors, score, self.clock
        )
        self._wire_fanout(chunk_followers)

    def _wire_stories(self, urls: MediaUrls, cursors: Cursors) -> None:
        self.affinity = Affinity(self.closeness, self.users, HALF_LIFE, self.clock)
        shown = StoryHydration(self.views, self.counts, self.social, urls, self.read)
        self.stories = Stories(
            self.story_store, self.views, self.media, self.accounts, self.social, shown, cursors,
            self.clock, self.new_id, STORY_TTL,
        )  # fmt: skip
        self.tray = Tray(
            self.tray_entries, self.story_store, shown, self.affinity, self.social, cursors,
            self.read, self.clock,
        )  # fmt: skip

    def _wire_fanout(self, chunk_followers: int) -> None:
        self.fanout = Fanout(
            self.follows, self.users, self.timelines, self.tray, self.bands, self.send, self.clock,
            self.new_id, chunk_followers,
        )  # fmt: skip
        self.upkeep = Upkeep(
            self.follows, self.users, self.post_store, self.timelines, self.tray, self.send
        )
        self.migration = Migration(
            self.follows, self.users, self.post_store, self.timelines, self.tray, self.fanout,
            self.bands, self.send, self.new_id,
        )  # fmt: skip

    def person(self, username: str, **fields: object) -> str:
        """Somebody with a profile, whose id is their name."""
        now = self.clock()
        plain = {"display_name": username, "created_at": now, "last_active": now.date()}
        self.users.create(User(user_id=username, username=username, **{**plain, **fields}))
        return username

    def upload(self, owner_id: str, *, ready: bool = True, kind: Kind = "post") -> str:
        """Media of somebody, rendered or still on their way."""
        media_id = self.new_id()
        self.media.offer(media_id, owner_id, "image/jpeg", 1000, kind, f"request {media_id}")
        self.media_store.begin(media_id)
        if ready:
            self.settle(media_id, picture(media_id, owner_id, kind))
        return media_id

    def settle(self, media_id: str, outcome: Picture | Failure) -> bool:
        """Let media become what it becomes."""
        return self.media_store.settle(self.media.get(media_id), outcome)

    def settle_filter(self, media_id: str, name: str) -> None:
        """Ask for a filter of media, as a post does."""
        commit(self.media_store.filtering(self.media.get(media_id), name))

    def post(self, author_id: str, **fields: object) -> PostView:
        """A post of one picture that is ready."""
        new = NewPost(media_ids=[self.upload(author_id)], **fields)
        return self.posts.create(self.new_id(), author_id, new)

    def story(self, author_id: str, *, ready: bool = True) -> StoryView:
        """A story whose picture is ready, or on its way."""
        media_id = self.upload(author_id, ready=ready, kind="story")
        return self.stories.create(self.new_id(), author_id, media_id)


def _sign(message: bytes) -> bytes:
    return hashlib.sha256(message).digest()
