"""Which reads ask DynamoDB for strong consistency, seen in the requests themselves.

The emulator always reads strongly, so no other test can tell the two apart.
"""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from functions.accounts.storage import UserRow, UserTable
from functions.aws.connection import connection
from functions.aws.tables import Table, read_together
from functions.counters.domain import LIKES
from functions.counters.storage import CountedRows, CountsRow, CountsTable
from functions.errors import NotFound
from functions.media.storage import MediaRow, MediaTable
from functions.posts.domain import Post, PostRef
from functions.posts.storage import PostRow, PostTable
from functions.reactions.storage import CommentRow, CommentTable, LikeRow, LikeTable
from functions.social.storage import FollowRow, FollowTable
from functions.social.storage_blocks import BlockRow, BlockTable
from functions.social.storage_mutes import MuteRow, MuteTable
from functions.stage import stage as served
from tests.fakes.clock import SetClock
from tests.fakes.pictures import media

DAY = timedelta(days=1)
STRONG, EVENTUAL = {True}, {False}
FOLLOWS = FollowTable(UserTable().count_step, BlockTable().unblocked_steps)


class Asked:
    """The reads by table, each strong or not."""

    def __init__(self) -> None:
        self._reads: dict[str, set[bool]] = {}

    def note(self, params: dict[str, Any], **_: Any) -> None:
        """Record a request. A read without a setting is eventually consistent."""
        requests = params.get("RequestItems") or {params["TableName"]: params}
        for name, request in requests.items():
            strongly = bool(request.get("ConsistentRead", False))
            self._reads.setdefault(name, set()).add(strongly)

    def by_table(self) -> dict[str, set[bool]]:
        """Return all reads by table."""
        return self._reads

    def of(self, table: type[Table]) -> set[bool]:
        """Return how one table was read, and check that no other was."""
        [(name, strongly)] = self._reads.items()
        assert name == table.Meta.table_name
        return strongly


@pytest.fixture
def asked(stage) -> Iterator[Asked]:
    """Return the reads of the test."""
    asked = Asked()
    tables = (
        PostRow, UserRow, FollowRow, BlockRow, MuteRow, MediaRow, CountsRow, LikeRow, CommentRow,
    )  # fmt: skip
    # One client for all of them, unless a test has given a table its own.
    clients = [connection.client, *(one._get_connection().connection.client for one in tables)]
    heard = [
        (events, f"before-parameter-build.dynamodb.{operation}")
        for events in {id(client): client.meta.events for client in clients}.values()
        for operation in ("GetItem", "BatchGetItem", "Query")
    ]
    for events, name in heard:
        events.register(name, asked.note)
    yield asked
    for events, name in heard:
        events.unregister(name, asked.note)


@pytest.mark.parametrize(
    ("table", "read"),
    [
        (PostRow, lambda: PostTable().get("p1")),
        (PostRow, lambda: read_together(PostTable().lookup(["p1"]))),
        (UserRow, lambda: UserTable().get("u1")),
        (FollowRow, lambda: FOLLOWS.get("u1", "u2")),
        (FollowRow, lambda: read_together(FOLLOWS.lookup([("u1", "u2")]))),
        (FollowRow, lambda: FOLLOWS.read([("u1", "u2")])),
        (FollowRow, lambda: FOLLOWS.followees("u1", None, 10)),
        (FollowRow, lambda: FOLLOWS.followees("u1", "u2", 10)),
        (FollowRow, lambda: FOLLOWS.outgoing("u1", None, 10)),
        (BlockRow, lambda: read_together(BlockTable().lookup([("u1", "u2")]))),
        (BlockRow, lambda: BlockTable().of("u1", None, 10)),
        (MuteRow, lambda: MuteTable().of("u1")),
        (MediaRow, lambda: MediaTable(SetClock(), DAY).read(["m1"])),
        (LikeRow, lambda: LikeTable().users("p1", None, 10)),
        (CommentRow, lambda: CommentTable().get("p1", "c1")),
        (CommentRow, lambda: CommentTable().page("p1", None, 10, newest_first=True)),
        (CountsRow, lambda: CountsTable(SetClock()).read("p1")),
        (LikeRow, lambda: list(CountedRows().items(LIKES, "p1"))),
    ],
    ids=[
        "a post", "posts", "a user", "an edge", "edges", "edges read",
        "followees", "followees after one", "edges made", "blocks",
        "whom one has blocked", "mutes", "media", "likers", "a comment", "comments", "a tally",
        "counted rows",
    ],
)  # fmt: skip
def test_what_decides_who_sees_what_is_read_strongly(asked, table, read):
    read()
    assert asked.of(table) == STRONG


def test_media_that_stand_already_are_read_back_strongly(asked):
    clock = SetClock()
    expected = media(f"media-{uuid4().hex}", "owner", status="awaiting_upload")
    for _ in range(2):
        MediaTable(clock, DAY).create(expected, clock())
    assert asked.of(MediaRow) == STRONG


def test_a_page_is_read_strongly_where_it_may_hide_and_eventually_where_it_only_decorates(asked):
    ref = PostRef("published", f"post-{uuid4().hex}", "author")
    for followed in (False, True):
        assert served().hydration.show("viewer", [ref], followed=followed) == [None]
    assert asked.by_table() == {
        PostRow.Meta.table_name: STRONG,
        FollowRow.Meta.table_name: STRONG,
        BlockRow.Meta.table_name: STRONG,
        UserRow.Meta.table_name: EVENTUAL,
        CountsRow.Meta.table_name: EVENTUAL,
        LikeRow.Meta.table_name: EVENTUAL,
    }


def test_one_post_shows_its_viewers_like_at_once(asked):
    post = Post(
        post_id=f"post-{uuid4().hex}", author_id="author", state="published", caption="",
        location=None, filter=None, media_ids=[], created_at=SetClock()(), correlation_id="c",
    )  # fmt: skip
    with pytest.raises(NotFound):
        served().hydration.one("viewer", post, [])
    assert asked.by_table()[LikeRow.Meta.table_name] == STRONG


def test_authors_by_id_are_read_eventually(asked):
    served().accounts.users.read(["u1"])
    assert asked.of(UserRow) == EVENTUAL
