"""Stale reads, at the wire."""

from uuid import uuid4

import pytest

from functions.accounts.storage import UserRow
from functions.posts.domain import PostRef
from functions.posts.storage import PostRow, PostTable
from functions.stage import stage as served
from infra.local.trailing import Trailing
from tests.fakes.clock import SetClock


@pytest.fixture
def trailing(stage):
    held = Trailing(stage.wire)
    stage.wire.surround(held.answer)
    yield held
    stage.wire.bare(held.answer)


@pytest.fixture
def author(trailing):
    return f"author-{uuid4().hex}"


def publish(author):
    post_id = f"post-{uuid4().hex}"
    PostRow(
        post_id, author_id=author, state="published", published_id=post_id, created_at=SetClock()(),
        correlation_id="test",
    ).save()  # fmt: skip
    return PostRef(post_id, post_id, author)


def test_a_held_index_shows_the_moment_and_what_is_read_strongly_the_present(trailing, author):
    first = publish(author)
    trailing.hold(PostRow.Meta.table_name, "author")
    second = publish(author)
    assert PostTable().recent(author, None, 9) == [first]
    assert PostTable().get(second.post_id) is not None
    trailing.release(PostRow.Meta.table_name, "author")
    assert {*PostTable().recent(author, None, 9)} == {first, second}


def test_an_update_does_not_reach_into_a_held_table(trailing, author):
    users = served().accounts.users
    served().accounts.ensure_profile(author, author)
    trailing.hold(UserRow.Meta.table_name)
    users.update(author, {"bio": "new"})
    assert users.read([author])[author].bio == ""
    found = users.get(author)
    assert found is not None
    assert found.bio == "new"
    trailing.release(UserRow.Meta.table_name)
    assert users.read([author])[author].bio == "new"


def test_an_index_trails_without_its_tables_eventual_reads(trailing, author):
    trailing.hold(PostRow.Meta.table_name)
    post = publish(author)
    assert PostTable().recent(author, None, 9) == [post]
