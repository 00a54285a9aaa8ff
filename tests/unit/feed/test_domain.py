"""How long a post stays in timelines."""

from datetime import timedelta

from functions.clock import ulid_at
from functions.feed.domain import entry_expires_at
from functions.posts.domain import PostRef
from tests.fakes.pictures import SOME_TIME


def test_a_post_leaves_so_long_after_it_was_published_whenever_it_was_delivered():
    post = PostRef(ulid_at(SOME_TIME, 7), "p1", "ada")
    assert entry_expires_at(post, timedelta(days=30)) == SOME_TIME + timedelta(days=30)
