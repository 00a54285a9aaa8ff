"""Home timelines, as their viewers read them."""

import pytest

from functions.errors import Forbidden, Invalid
from functions.feed import service
from functions.feed.schemas import FeedQuery
from functions.http.pages import ListQuery


@pytest.fixture
def bob(world, ada, bob):
    """A follower of ada."""
    world.social.follow(bob, ada)
    return bob


def deliver(world, viewer, *posts):
    world.timelines.put((viewer, world.post_store.get(post.post_id).ref) for post in posts)


def home(world, viewer, cursor=None, limit=3):
    page = world.feed.home(viewer, viewer, FeedQuery(limit, cursor))
    return [post.post_id for post in page.items], page.next_cursor


def everything(world, viewer, limit=3):
    seen, cursor = [], None
    while True:
        items, cursor = home(world, viewer, cursor, limit)
        seen += items
        if cursor is None:
            return seen


def test_a_new_viewers_feed_is_empty(world, ada):
    assert home(world, ada) == ([], None)


def test_anothers_feed_is_forbidden(world, ada, bob):
    with pytest.raises(Forbidden):
        world.feed.home(bob, ada, FeedQuery(10))


def test_it_goes_newest_first_page_by_page(world, ada, bob):
    posts = [world.post(ada) for _ in range(7)]
    deliver(world, bob, *posts)
    first, cursor = home(world, bob)
    assert first == [post.post_id for post in posts[:-4:-1]]
    world.post_ids = everything(world, bob)
    assert world.post_ids == [post.post_id for post in reversed(posts)]
    assert cursor is not None


def test_what_is_published_meanwhile_moves_no_page(world, ada, bob):
    posts = [world.post(ada) for _ in range(6)]
    deliver(world, bob, *posts)
    _, cursor = home(world, bob)
    deliver(world, bob, world.post(ada))
    assert home(world, bob, cursor)[0] == [post.post_id for post in posts[2::-1]]


def test_a_page_is_full_although_posts_in_it_are_gone(world, ada, bob):
    posts = [world.post(ada) for _ in range(8)]
    deliver(world, bob, *posts)
    for post in posts[3:7]:
        world.posts.delete(ada, post.post_id)
    assert home(world, bob)[0] == [posts[i].post_id for i in (7, 2, 1)]


def test_an_unfollowed_author_is_gone_at_once(world, ada, bob):
    own = world.post(bob)
    deliver(world, bob, world.post(ada), own)
    world.social.unfollow(bob, ada)
    assert everything(world, bob) == [own.post_id]


def test_an_author_who_went_private_stays_for_followers_alone(world, ada, bob):
    post = world.post(ada)
    deliver(world, bob, post)
    deliver(world, world.person("stranger"), post)
    world.users.update(ada, {"is_private": True})
    assert everything(world, bob) == [post.post_id]
    assert everything(world, "stranger") == []


def test_the_cursor_is_its_viewers_alone_and_of_this_list(world, ada, bob):
    deliver(world, bob, *[world.post(bob) for _ in range(4)])
    _, cursor = home(world, bob)
    grid_cursor = world.posts.grid(bob, bob, ListQuery(1)).next_cursor
    for viewer, given in ((ada, cursor), (bob, grid_cursor), (bob, "nonsense")):
        with pytest.raises(Invalid) as refused:
            home(world, viewer, given)
        assert set(refused.value.errors) == {"cursor"}


@pytest.mark.parametrize("limit", [1, 3, 10, 50])
def test_a_reader_goes_back_as_far_as_the_cap_and_no_further(world, bob, monkeypatch, limit):
    monkeypatch.setattr(service, "TIMELINE_CAP", 10)
    posts = [world.post(bob) for _ in range(14)]
    deliver(world, bob, *posts)
    assert everything(world, bob, limit) == [post.post_id for post in posts[:3:-1]]


def test_a_page_of_posts_is_two_reads(world, ada, bob):
    deliver(world, bob, *[world.post(ada) for _ in range(20)])
    world.read.reads.clear()
    home(world, bob, limit=10)
    assert len(world.read.reads) == 1
