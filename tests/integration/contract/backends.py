"""The two backends that must behave alike: the fakes, and the product's own on DynamoDB."""

from dataclasses import dataclass, field
from datetime import timedelta
from itertools import count
from typing import Any
from uuid import uuid4

from functions.accounts.domain import User
from functions.accounts.storage import SessionTable, UserRow, UserTable
from functions.accounts.storage_names import NameRow, NameTable
from functions.affinity.storage import AffinityTable
from functions.aws.connection import connection
from functions.aws.tables import Table, read_together
from functions.aws.tables import commit as real_commit
from functions.counters.domain import Counts
from functions.counters.storage import CountsRow, CountsTable
from functions.feed.storage import TimelineTable
from functions.media.storage import MediaRow, MediaTable
from functions.posts.storage import PostRow, PostTable
from functions.reactions.storage import CommentTable, LikeRow, LikeTable
from functions.social.domain import Edge, FollowState
from functions.social.storage import FollowRow, FollowTable
from functions.social.storage_blocks import BlockTable
from functions.social.storage_mutes import MuteTable
from functions.stories.storage import (
    StoryRow,
    StoryTable,
    StoryViewRow,
    TrayTable,
    ViewTable,
)
from tests.fakes import transactions
from tests.fakes.affinity import FakeAffinity
from tests.fakes.boundaries import FakeBlocks, FakeMutes
from tests.fakes.clock import CountingIds, SetClock
from tests.fakes.counting import FakeTallies
from tests.fakes.follows import FakeFollows
from tests.fakes.media import FakeMedia
from tests.fakes.names import FakeNames
from tests.fakes.posts import FakePosts
from tests.fakes.reactions import FakeComments, FakeCounts, FakeLikes
from tests.fakes.rows import Reader
from tests.fakes.stories import FakeStories, FakeTray, FakeViews
from tests.fakes.timelines import FakeTimelines
from tests.fakes.users import FakeSessionEnds, FakeUsers

KEPT = timedelta(days=30)
UNCLAIMED = timedelta(hours=24)
ROWS: dict[type, type[Table]] = {
    MediaTable: MediaRow,
    PostTable: PostRow,
    FollowTable: FollowRow,
    UserTable: UserRow,
    StoryTable: StoryRow,
    ViewTable: StoryViewRow,
    NameTable: NameRow,
}
"""The models of the tables whose streams are read."""


@dataclass
class Backend:
    """Storage of one kind. Each test gets new names, because the whole run shares the tables."""

    users: Any
    session_ends: Any
    blocks: Any
    mutes: Any
    follows: Any
    media: Any
    posts: Any
    timelines: Any
    counts: Any
    likes: Any
    comments: Any
    tallies: Any
    stories: Any
    views: Any
    tray: Any
    affinity: Any
    names: Any
    read_together: Any
    commit: Any
    clock: SetClock
    mark: str = field(default_factory=lambda: uuid4().hex[:12])
    _numbers: Any = field(default_factory=count)

    def __post_init__(self) -> None:
        self.new_id = CountingIds(self.clock)

    def name(self, what: str = "x") -> str:
        """Make a name that sorts after all earlier ones."""
        return f"{self.mark}-{next(self._numbers):04}-{what}"

    def edge(
        self, follower: User, followee: User, state: FollowState = "accepted", **more: Any
    ) -> Edge:
        """Make a follow of now without storing it."""
        return Edge(
            follower_id=follower.user_id,
            followee_id=followee.user_id,
            state=state,
            epoch=self.new_id(),
            since=self.clock(),
            **more,
        )

    def follow(
        self, follower: User, followee: User, state: FollowState = "accepted", **more: Any
    ) -> Any:
        """Store a follow of now; see `Follows.add`."""
        edge = self.edge(follower, followee, state, **more)
        return self.follows.add(edge, self.users.get(followee.user_id))

    def follow_counts(self, user: User) -> tuple[int, int]:
        """Return how many users a user follows, and how many follow that user."""
        found = self.users.get(user.user_id)
        return found.following_count, found.follower_count

    def user(self, what: str = "user", **fields: Any) -> User:
        """Make an existing user."""
        user_id = self.name(what)
        now = self.clock()
        plain = {
            "username": user_id,
            "display_name": what,
            "created_at": now,
            "last_active": now.date(),
        }
        user = User(user_id=user_id, **{**plain, **fields})
        self.users.create(user)
        return user


class FakeBackend(Backend):
    """The fakes."""

    def image(self, store: Any, *key: str) -> Any:
        """Return a row as a stream's record has it."""
        return store.rows.get(key[0] if len(key) == 1 else key)

    def like(self, post_id: str, user_id: str) -> None:
        """Write a like."""
        self.likes.rows.add((post_id, user_id))

    def count(self, target_id: str, counts: Counts) -> None:
        """Write counts."""
        self.counts.rows[target_id] = counts

    def forget_user(self, user_id: str) -> None:
        """Delete a user's row."""
        self.users.rows.drop(user_id)


class RealBackend(Backend):
    """The product's own, on moto."""

    def image(self, store: Any, *key: str) -> Any:
        """Return a row as a stream's record has it."""
        table = ROWS[type(store)]
        asked = {"TableName": table.Meta.table_name, "Key": table.key_of(*key)}
        return connection.dispatch("GetItem", {**asked, "ConsistentRead": True}).get("Item")

    def like(self, post_id: str, user_id: str) -> None:
        """Write a like."""
        LikeRow(post_id, user_id).save()

    def count(self, target_id: str, counts: Counts) -> None:
        """Write counts."""
        CountsRow(
            target_id, likes=counts.likes, comments=counts.comments, views=counts.views
        ).save()

    def forget_user(self, user_id: str) -> None:
        """Delete a user's row."""
        UserRow(user_id).delete()


def fake_backend() -> Backend:
    """Make the fakes, empty."""
    clock = SetClock()
    users, blocks = FakeUsers(), FakeBlocks()
    follows = FakeFollows(users.count_step, blocks.unblocked_steps)
    return FakeBackend(
        users, FakeSessionEnds(users), blocks, FakeMutes(), follows, FakeMedia(clock, UNCLAIMED),
        FakePosts(), FakeTimelines(KEPT, clock), FakeCounts(), FakeLikes(), FakeComments(),
        FakeTallies(clock),
        FakeStories(clock), FakeViews(), FakeTray(clock), FakeAffinity(), FakeNames(), Reader(),
        transactions.commit, clock,
    )  # fmt: skip


def real_backend() -> Backend:
    """Make the product's own storage, with a clock that tests set."""
    clock = SetClock()
    users, blocks = UserTable(), BlockTable()
    follows = FollowTable(users.count_step, blocks.unblocked_steps)
    return RealBackend(
        users, SessionTable(), blocks, MuteTable(), follows, MediaTable(clock, UNCLAIMED),
        PostTable(), TimelineTable(KEPT, clock), CountsTable(clock), LikeTable(), CommentTable(),
        CountsTable(clock), StoryTable(clock), ViewTable(), TrayTable(clock), AffinityTable(KEPT),
        NameTable(), read_together, real_commit, clock,
    )  # fmt: skip
