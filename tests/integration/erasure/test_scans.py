"""Scans of whole tables: they find everything, page by page, and only real traces."""

from uuid import uuid4

import pytest

from functions.accounts.domain import Erasure
from functions.accounts.storage import UserRow
from functions.aws.connection import connection
from functions.aws.scans import delete_page, delete_rows
from functions.aws.tables import put_all
from functions.aws.traces import mentioned_in, owned_by
from functions.clock import new_ulid, utc_now
from functions.counters.storage import CountsRow
from functions.erasure.scans import is_left
from functions.http.idempotency import Claim
from functions.passes.domain import Wait
from functions.passes.scan import COUNTED_SECONDS, TableScan
from functions.passes.storage import PassRow, PassTable
from functions.reactions.storage import CommentRow, LikeRow
from functions.social.storage import FollowRow
from functions.stories.storage import StoryViewRow


@pytest.fixture
def user_id():
    return str(uuid4())


@pytest.fixture
def likes(user_id):
    """Make forty likes of a user on as many posts, each beside a like of somebody else."""
    posts = [uuid4().hex for _ in range(40)]
    put_all(LikeRow(post, who) for post in posts for who in (user_id, "another"))
    return posts


@pytest.fixture
def short_pages(monkeypatch):
    """Use pages of three rows instead of a megabyte."""
    scan, pages = connection.scan, []

    def short(*given, **named):
        pages.append(named)
        return scan(*given, **named, limit=3)

    monkeypatch.setattr(connection, "scan", short)
    return pages


@pytest.fixture
def waits():
    """Return a function that lets somebody wait, as a pass finds them."""
    store, made = PassTable(utc_now), []

    def begin(user_id, purpose="erase", username=""):
        store.put(Wait(user_id=user_id, purpose=purpose, ticket="1", username=username))
        made.append((user_id, purpose))
        return store.get(user_id, purpose)

    yield begin
    for one in made:
        store.remove(*one)


class Scanned:
    """Scans tables to their end, as messages do, and collects what exports keep."""

    def __init__(self, tables, *waits, counts=(), exported=(), named=lambda _: None):
        self.kept, self.parts, self.pauses = [], 0, []
        store = PassTable(utc_now)
        exported = {table.Meta.table_name: table for table in exported}
        scan = TableScan(store, tables, counts, exported, self._keep, named)
        whole = not exported
        position = scan.begin(whole=whole)
        while position is not None:
            now = [store.get(wait.user_id, wait.purpose) for wait in waits]
            position, seconds, units = scan.part(position, now, whole=whole)
            assert units > 0
            self.parts += 1
            self.pauses.append(seconds)
        self.found = [store.get(wait.user_id, wait.purpose).found for wait in waits]

    def _keep(self, wait, name, rows):
        self.kept += [(wait.user_id, name, row) for row in rows]


def test_one_pass_takes_the_rows_of_all_who_leave_and_leaves_the_others(
    user_id, likes, short_pages, waits
):
    other, said = str(uuid4()), uuid4().hex
    CommentRow(said, "1", user_id=other, text="x", created_at=utc_now()).save()
    done = Scanned([LikeRow, CommentRow, UserRow], waits(user_id), waits(other))
    assert done.parts > 3
    assert all(page["consistent_read"] for page in short_pages)
    assert [LikeRow.count(post) for post in likes] == [1] * len(likes)
    assert CommentRow.count(said) == 0
    assert done.found == [[LikeRow.Meta.table_name], [CommentRow.Meta.table_name]]


def test_what_is_found_is_noted_before_it_is_deleted(user_id, likes, waits, monkeypatch):
    """If a pass dies between the two, the erasure still knows that it was not the last."""

    def dies(*given):
        delete_rows(*given)
        raise ConnectionError

    wait = waits(user_id)
    with monkeypatch.context() as patch:
        patch.setattr("functions.passes.scan.delete_rows", dies)
        with pytest.raises(ConnectionError):
            Scanned([LikeRow], wait)
    assert Scanned([LikeRow], wait).found == [[LikeRow.Meta.table_name]]
    assert [LikeRow.count(post) for post in likes] == [1] * len(likes)


def test_a_pass_that_finds_nothing_proves_it(user_id, waits):
    assert Scanned([LikeRow, CommentRow], waits(user_id)).found == [[]]
    FollowRow("somebody", user_id, state="accepted", epoch="1", since=utc_now()).save()
    assert Scanned([LikeRow, FollowRow], waits(user_id)).found == [[FollowRow.Meta.table_name]]
    assert FollowRow.count("somebody") == 1, "the step that ends follows deletes it"
    FollowRow("somebody", user_id).delete()


def test_counts_are_scanned_last_and_after_what_was_deleted_is_counted(user_id, likes, waits):
    CountsRow(f"{user_id}.{new_ulid()}").save()
    done = Scanned([LikeRow], waits(user_id), counts=[CountsRow])
    assert [seconds for seconds in done.pauses if seconds] == [COUNTED_SECONDS]
    assert done.found == [[CountsRow.Meta.table_name, LikeRow.Meta.table_name]]
    assert not any(Scanned([LikeRow], waits(user_id), counts=[CountsRow]).pauses)


@pytest.mark.usefixtures("short_pages")
def test_a_pass_for_exports_reads_their_tables_alone_and_deletes_nothing(
    user_id, likes, short_pages, waits
):
    done = Scanned([LikeRow, CommentRow], waits(user_id, "export"), exported=[LikeRow])
    assert sorted(row["post_id"]["S"] for _, _, row in done.kept) == sorted(likes)
    assert {row["user_id"]["S"] for _, _, row in done.kept} == {user_id}
    assert [LikeRow.count(post) for post in likes] == [2] * len(likes)
    assert not any(page["consistent_read"] for page in short_pages)


def test_a_name_that_somebody_else_has_now_is_no_trace(user_id, waits):
    name = uuid4().hex
    Claim(f"{name} POST /signup", "k", fingerprint="", new_id="", held_until=0, expires_at=0).save()
    mine = waits(user_id, username=name)
    assert Scanned([Claim], mine, named=lambda _: "somebody else").found == [[]]
    assert Scanned([Claim], mine, named=lambda _: None).found == [[Claim.Meta.table_name]]
    assert Claim.count(f"{name} POST /signup") == 0


def test_an_operator_finds_the_one_row_that_is_left(user_id):
    state = Erasure(user_id=user_id, username="", begun_at=utc_now(), step=None)
    assert not is_left([LikeRow, CommentRow], lambda _: [], state)
    assert is_left([LikeRow], lambda _: ["the cellar"], state)
    LikeRow("a post", user_id).save()
    assert is_left([CommentRow, LikeRow], lambda _: [], state)
    LikeRow("a post", user_id).delete()


def test_a_partition_is_emptied_in_parts(monkeypatch):
    monkeypatch.setattr("functions.aws.scans.PAGE", 7)
    post = uuid4().hex
    put_all(LikeRow(post, f"user {number}") for number in range(20))
    assert [delete_page(LikeRow, post) for _ in range(3)] == [False, False, True]
    assert LikeRow.count(post) == 0


CLAIM = {"scope": {"S": "ada POST /signup"}, "key": {"S": "k"}}
ID = "0b9f3e5c-5d3c-4a51-8f0e-52a5e9d5a6f1"
IDS = {ID}


@pytest.mark.parametrize(
    ("table", "row", "username", "told"),
    [
        (LikeRow, {"post_id": {"S": "p"}, "user_id": {"S": ID}}, "ada", True),
        (LikeRow, {"post_id": {"S": "p"}, "user_id": {"S": "bob"}}, "ada", False),
        (LikeRow, {"post_id": {"S": "p"}, "user_id": {"S": f"{ID}0"}}, "ada", False),
        (CommentRow, {"text": {"S": "ada"}}, "ada", False),  # a username is also a word
        (CommentRow, {"text": {"S": ID}}, "ada", False),
        (CommentRow, {"map": {"M": {"x": {"S": f"posts/{ID}/1.webp"}}}}, "ada", True),
        (CountsRow, {"target_id": {"S": f"{ID}.01X"}}, "ada", True),
        (Claim, CLAIM, "ada", True),
        (Claim, CLAIM, "ad", False),
        (Claim, CLAIM, None, False),  # the name now belongs to somebody else
        (UserRow, {"user_id": {"S": ID}, "erasure": {"S": ID}}, "ada", False),
        (UserRow, {"user_id": {"S": "new"}, "username": {"S": "ada"}}, "ada", True),
        (UserRow, {"user_id": {"S": "new"}, "username": {"S": "ada"}}, None, False),
        (PassRow, {"user_id": {"S": ID}, "username": {"S": "ada"}}, "ada", False),
    ],
)
def test_a_trace_is_the_id_anywhere_and_the_name_where_names_are(table, row, username, told):
    usernames = {username: ID} if username else {}
    assert mentioned_in(table, row, IDS, usernames) == (IDS if told else set())


@pytest.mark.parametrize(
    ("table", "row", "told"),
    [
        (LikeRow, {"post_id": {"S": ID}, "user_id": {"S": "bob"}}, False),
        (LikeRow, {"post_id": {"S": "p"}, "user_id": {"S": ID}}, True),
        (StoryViewRow, {"story_id": {"S": f"{ID}.01X"}, "viewer_id": {"S": "bob"}}, True),
        (StoryViewRow, {"story_id": {"S": "bob.01X"}, "viewer_id": {"S": ID}}, True),
        (CountsRow, {"target_id": {"S": "01X"}}, False),
        (CountsRow, {"target_id": {"S": f"{ID}.01X"}}, True),
        (Claim, {"scope": {"S": f"{ID} POST /posts"}}, True),
        (Claim, CLAIM, True),
        (FollowRow, {"follower_id": {"S": ID}, "followee_id": {"S": ID}}, False),
    ],
)
def test_a_row_is_its_owners(table, row, told):
    assert owned_by(table, row, IDS, {"ada": ID}) == (IDS if told else set())
