"""All services on fakes, and people who use them."""

import hashlib
from datetime import timedelta

import msgspec

from functions.accounts.domain import User
from functions.config import settings
from functions.feed.bands import Bands
from functions.http.cursors import Cursors
from functions.http.limits import Limiter
from functions.media.domain import Failure, Kind, Picture
from functions.media.urls import Signer
from functions.posts.schemas import NewPost, PostView
from functions.stage import Stage
from functions.stories.schemas import NewStory, StoryView
from tests.fakes.affinity import FakeAffinity
from tests.fakes.boundaries import FakeBlocks, FakeMutes
from tests.fakes.clock import CountingIds, SetClock
from tests.fakes.follows import FakeFollows
from tests.fakes.limits import FakeUses, plain_digest
from tests.fakes.mail import FakeMailer
from tests.fakes.media import FakeMedia, FakeOriginals, FakeRenditions
from tests.fakes.names import FakeNames
from tests.fakes.passes import FakePasses
from tests.fakes.pictures import picture
from tests.fakes.pool import FakePool
from tests.fakes.posts import FakePosts
from tests.fakes.reactions import FakeComments, FakeCounts, FakeLikes
from tests.fakes.rows import Reader
from tests.fakes.sending import Outbox
from tests.fakes.stories import FakeStories, FakeTray, FakeViews
from tests.fakes.timelines import FakeTimelines
from tests.fakes.transactions import commit
from tests.fakes.users import FakeSessionEnds, FakeUsers

CDN = "https://cdn.test"
KEPT = timedelta(days=30)
STORY_TTL = timedelta(hours=24)
UNCLAIMED = timedelta(hours=24)
PUSH_ALL = Bands(push_all_below=1000, pull_from=100_000, active_days=30)
PULL_ALL = Bands(push_all_below=1, pull_from=1, active_days=30)


class World(Stage):
    """A stage in memory. `chunk_followers` is small, so that a few followers fill several
    chunks."""

    def __init__(
        self, *, chunk_followers: int = 2, auto_confirm: bool = True, bands: Bands = PUSH_ALL
    ) -> None:
        self.settings = msgspec.structs.replace(
            settings(), sign_up_auto_confirm=auto_confirm, media_base_url=CDN,
            media_url_seconds=3600, chunk_followers=chunk_followers,
            timeline_days=KEPT.days, story_ttl_seconds=int(STORY_TTL.total_seconds()),
        )  # fmt: skip
        self.bands = bands
        self.clock = self.now = SetClock()
        self.new_id = CountingIds(self.clock)
        self.read = Reader()
        self.send = Outbox()
        self.digest = plain_digest
        self.cursors = Cursors(lambda: ["a key that only the tests know"])
        self.limiter = Limiter(FakeUses(), self.clock, plain_digest)
        self.mailer = FakeMailer()
        self.cognito = FakePool(self.new_id, self.may_mail, auto_confirm=auto_confirm)
        self._keep_in_memory()

    def _keep_in_memory(self) -> None:
        self.users = FakeUsers()
        self.names = FakeNames()
        self.session_ends = FakeSessionEnds(self.users)
        self.blocks = FakeBlocks()
        self.mutes = FakeMutes()
        self.follows = FakeFollows(self.users.count_step, self.blocks.unblocked_steps)
        self.media_store = FakeMedia(self.clock, UNCLAIMED)
        self.originals = FakeOriginals()
        self.renditions = FakeRenditions(self.originals)
        self.post_store = FakePosts()
        self.timelines = FakeTimelines(self.timelines_kept, self.clock)
        self.story_store = FakeStories(self.clock)
        self.views = FakeViews()
        self.tray_entries = FakeTray(self.clock)
        self.closeness = FakeAffinity()
        self.counts = FakeCounts()
        self.likes = FakeLikes()
        self.comments = FakeComments()
        self.pass_store = FakePasses()

    def signer(self) -> tuple[str, Signer]:
        """Return a key that needs no secret."""
        return "key", _sign

    def person(self, username: str, **fields: object) -> str:
        """Create a user with a profile. The id is the name."""
        now = self.clock()
        plain = {"display_name": username, "created_at": now, "last_active": now.date()}
        self.users.create(User(user_id=username, username=username, **{**plain, **fields}))
        return username

    def upload(self, owner_id: str, *, ready: bool = True, kind: Kind = "post") -> str:
        """Create media of a user, rendered or not yet."""
        media_id = self.new_id()
        self.media.offer(media_id, owner_id, "image/jpeg", 1000, kind, f"request {media_id}")
        self.media_store.begin(media_id, f"message {media_id}")
        if ready:
            self.settle(media_id, picture(media_id, owner_id, kind))
        return media_id

    def settle(self, media_id: str, outcome: Picture | Failure) -> bool:
        """Let media reach an outcome."""
        return self.media_store.settle(self.media.get(media_id), outcome)

    def settle_filter(self, media_id: str, name: str) -> None:
        """Ask for a filter of media, as a post does."""
        commit(self.media_store.filter_step(self.media.get(media_id), name))

    def post(self, author_id: str, **fields: object) -> PostView:
        """Publish a post with one picture that is ready."""
        new = NewPost(media_ids=[self.upload(author_id)], **fields)
        return self.posts.create(self.new_id(), author_id, new)

    def story(self, author_id: str, *, ready: bool = True) -> StoryView:
        """Publish a story whose picture is ready, or still processing."""
        media_id = self.upload(author_id, ready=ready, kind="story")
        return self.stories.create(self.new_id(), author_id, NewStory(media_id))


def _sign(message: bytes) -> bytes:
    return hashlib.sha256(message).digest()
