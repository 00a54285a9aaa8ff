"""Ids to posts: what is dropped, and when."""

import pytest

from functions.counters.domain import Counts
from functions.posts.domain import PostRef


@pytest.fixture
def bob(world, ada, bob):
    """A follower of ada."""
    world.social.follow(bob, ada)
    return bob


def refs(world, *posts):
    return [world.post_store.get(post.post_id).ref for post in posts]


def shown(world, viewer, entries, **options):
    views = world.hydration.show(viewer, entries, **options)
    return [view and view.post_id for view in views]


def test_entries_become_views_in_their_order(world, ada, bob):
    posts = [world.post(ada), world.post(bob), world.post(ada)]
    assert shown(world, bob, refs(world, *posts)) == [post.post_id for post in posts]
    assert world.hydration.show(bob, refs(world, posts[0])) == [posts[0]]


def test_a_view_has_the_counts_and_whether_its_viewer_liked_it(world, ada, bob):
    post = world.post(ada)
    world.counts.rows[post.post_id] = Counts(likes=3, comments=2)
    world.likes.rows.add((post.post_id, bob))
    for viewer, liked in ((bob, True), (ada, False)):
        [view] = world.hydration.show(viewer, refs(world, post))
        assert (view.like_count, view.comment_count, view.liked) == (3, 2, liked)
        assert world.posts.read(viewer, post.post_id) == view


def test_a_tombstone_is_dropped_at_once(world, ada, bob):
    posts = [world.post(ada), world.post(ada)]
    entries = refs(world, *posts)
    world.posts.delete(ada, posts[0].post_id)
    assert shown(world, bob, entries) == [None, posts[1].post_id]


def test_a_post_that_is_not_there_or_not_published_is_dropped(world, ada, bob):
    post = world.post(ada)
    [there] = refs(world, post)
    gone = PostRef(world.new_id(), "gone", ada)
    world.post_store.rows.put("p2", unpublished(world, post))
    waiting = PostRef(world.new_id(), "p2", ada)
    assert shown(world, ada, [gone, there, waiting]) == [None, post.post_id, None]


def unpublished(world, post):
    from msgspec.structs import replace

    return replace(world.post_store.get(post.post_id), post_id="p2", state="processing")


def test_a_post_whose_author_has_gone_is_dropped(world, ada, bob):
    entries = refs(world, world.post(ada))
    world.users.rows.drop(ada)
    assert shown(world, bob, entries) == [None]


def test_a_private_authors_post_is_dropped_for_who_does_not_follow(world, ada, bob):
    post = world.post(ada)
    entries = refs(world, post)
    world.users.update(ada, {"is_private": True})
    assert shown(world, "stranger", entries) == [None]
    assert shown(world, bob, entries) == shown(world, ada, entries) == [post.post_id]


def test_a_request_opens_nothing(world):
    eve, bob = world.person("eve", is_private=True), world.person("bob")
    entries = refs(world, world.post(eve))
    world.social.follow(bob, eve)
    assert shown(world, bob, entries) == shown(world, bob, entries, followed=True) == [None]


class TestHomeTimeline:
    """Where the viewer must follow the author."""

    def test_an_unfollowed_authors_post_is_dropped_at_once(self, world, ada, bob):
        entries = refs(world, world.post(ada))
        world.follows.rows.hold_index()
        world.social.unfollow(bob, ada)
        assert shown(world, bob, entries, followed=True) == [None]
        assert shown(world, bob, entries) != [None]

    def test_a_followed_authors_and_ones_own_posts_are_shown(self, world, ada, bob):
        posts = [world.post(ada), world.post(bob)]
        entries = refs(world, *posts)
        assert shown(world, bob, entries, followed=True) == [post.post_id for post in posts]


def test_a_page_is_one_read_of_distinct_keys(world, ada, bob):
    entries = refs(world, *[world.post(ada) for _ in range(20)])
    world.read.reads.clear()
    world.hydration.show(bob, entries, followed=True)
    posts = counts = likes = 20
    edge = author = 1
    assert world.read.reads == [posts + counts + likes + edge + author]


def test_nothing_is_read_for_nothing(world):
    assert world.hydration.show("bob", []) == []
    assert world.read.reads == []


def test_a_post_of_an_author_who_has_just_signed_up_is_shown(world):
    world.users.rows.hold_index()
    assert world.post(world.person("ada")).author.username == "ada"
