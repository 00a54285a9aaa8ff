"""Scans of whole tables: all is found, page by page; what only looks like a trace is none."""

from uuid import uuid4

import msgspec
import pytest

from functions.accounts.domain import Erasure
from functions.accounts.storage import UserRow
from functions.clock import utc_now
from functions.erasure.scans import check, is_trace, sweep
from functions.erasure.service import TracesLeftError
from functions.idempotency import Claim
from functions.reactions.storage import CommentRow, LikeRow
from functions.sweeping import empty, scan_on, whole
from functions.tables import connection, put_all


@pytest.fixture
def user_id():
    return str(uuid4())


@pytest.fixture
def likes(user_id):
    """Forty likes of a user on as many posts, and another's beside each."""
    posts = [uuid4().hex for _ in range(40)]
    put_all(LikeRow(post, who) for post in posts for who in (user_id, "another"))
    return posts


@pytest.fixture
def short_pages(monkeypatch):
    """Pages of three rows instead of a megabyte."""
    scan, pages = connection.scan, []

    def short(*given, **named):
        pages.append(named["segment"])
        return scan(*given, **named, limit=3)

    monkeypatch.setattr(connection, "scan", short)
    return pages


def erasure(user_id, username="nobody at all"):
    return Erasure(user_id=user_id, username=username, begun_at=utc_now(), step="rows")


def to_the_end(run, state):
    """Run a step from where it stands each time, as messages do."""
    parts = 0
    while (position := run(state)) is not None:
        state = msgspec.structs.replace(state, position=position)
        parts += 1
    return parts


@pytest.mark.usefixtures("short_pages")
def test_a_scan_finds_every_row_whatever_the_pages(user_id, likes):
    found, positions = [], whole()
    while positions:
        positions = scan_on(LikeRow, positions, found.extend, LikeRow.user_id == user_id)
    assert sorted(row["post_id"]["S"] for row in found) == sorted(likes)


@pytest.mark.usefixtures("short_pages")
def test_a_sweep_takes_a_users_rows_of_all_tables_and_leaves_the_others(user_id, likes):
    said = uuid4().hex
    CommentRow(said, "1", user_id=user_id, text="x", created_at=utc_now()).save()
    parts = to_the_end(sweep([LikeRow, CommentRow, UserRow]), erasure(user_id))
    assert parts > 3
    assert [LikeRow.count(post) for post in likes] == [1] * len(likes)
    assert CommentRow.count(said) == 0


@pytest.mark.usefixtures("short_pages")
def test_a_check_finds_the_one_row_that_is_left(user_id):
    run = check([LikeRow, CommentRow], lambda _: [], lambda _: None)
    to_the_end(run, erasure(user_id))
    LikeRow("a post", user_id).save()
    with pytest.raises(TracesLeftError, match="likes"):
        to_the_end(run, erasure(user_id))


def test_a_check_asks_elsewhere_too(user_id):
    run = check([LikeRow], lambda _: ["the cellar"], lambda _: None)
    with pytest.raises(TracesLeftError, match="the cellar"):
        run(erasure(user_id))


def test_a_partition_is_emptied_in_parts(monkeypatch):
    monkeypatch.setattr("functions.sweeping.PAGE", 7)
    post = uuid4().hex
    put_all(LikeRow(post, f"user {number}") for number in range(20))
    assert [empty(LikeRow, post) for _ in range(3)] == [False, False, True]
    assert LikeRow.count(post) == 0


CLAIM = {"scope": {"S": "ada POST /signup"}, "key": {"S": "k"}}


@pytest.mark.parametrize(
    ("table", "row", "username", "told"),
    [
        (LikeRow, {"post_id": {"S": "p"}, "user_id": {"S": "ada's id"}}, "ada", True),
        (LikeRow, {"post_id": {"S": "p"}, "user_id": {"S": "bob"}}, "ada", False),
        (CommentRow, {"text": {"S": "ada"}}, "ada", False),  # a name is a word, too
        (CommentRow, {"map": {"M": {"x": {"S": "by ada's id"}}}}, "ada", True),
        (Claim, CLAIM, "ada", True),
        (Claim, CLAIM, "ad", False),
        (Claim, CLAIM, None, False),  # the name is another's now
        (UserRow, {"user_id": {"S": "ada's id"}, "erasure": {"S": "ada's id"}}, "ada", False),
        (UserRow, {"user_id": {"S": "new"}, "username": {"S": "ada"}}, "ada", True),
        (UserRow, {"user_id": {"S": "new"}, "username": {"S": "ada"}}, None, False),
    ],
)
def test_a_trace_is_the_id_anywhere_and_the_name_where_names_are(table, row, username, told):
    assert is_trace(table, row, "ada's id", username) == told
