"""The ranked feed: scored once, frozen in its cursor."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from functions.clock import ulid_at
from functions.counters.domain import Counts
from functions.errors import Invalid
from functions.feed.domain import CANDIDATES, Snapshot
from functions.feed.ranking import by_gravity
from functions.feed.schemas import FeedQuery
from functions.posts.domain import PostRef
from tests.fakes.pictures import SOME_TIME
from tests.fakes.world import World

MOST_CURSOR = 2048


def publish(world, count, likes=lambda number: 0):
    """Posts of bob an hour apart, in bob's timeline; the oldest first."""
    posts = []
    for number in range(count):
        posts.append(world.post("bob").post_id)
        world.timelines.put([("bob", world.post_store.get(posts[-1]).ref)])
        world.counts.rows[posts[-1]] = Counts(likes=likes(number), comments=0)
        world.clock.move(hours=1)
    return posts


def home(world, cursor=None, limit=3, order="ranked"):
    page = world.feed.home("bob", "bob", FeedQuery(limit, cursor, order))
    return [post.post_id for post in page.items], page.next_cursor


def rest(world, cursor, limit=3):
    seen = []
    while cursor:
        items, cursor = home(world, cursor, limit)
        seen += items
    return seen


def by_score(world, posts):
    now, score = world.clock(), by_gravity(12)

    def standing(post_id):
        post = world.post_store.get(post_id)
        return score(world.counts.rows[post_id], post.created_at, now), post.published_id

    return sorted(posts, key=standing, reverse=True)


def test_it_goes_by_score(world, bob):
    posts = publish(world, 9, likes=lambda number: 10 ** (number % 4))
    seen = rest(world, home(world)[1])
    assert home(world)[0] + seen == by_score(world, posts)
    assert home(world)[0] + seen != posts[::-1]


def test_of_two_with_one_score_the_newer_stands_first(bob, world):
    world.feed._score = lambda *_: 1.0
    posts = publish(world, 7)
    assert home(world, limit=7)[0] == posts[::-1]


def test_its_pages_are_those_of_the_first_moment_whatever_is_liked_or_published(world, bob):
    posts = publish(world, 9, likes=lambda number: number % 4)
    expected = by_score(world, posts)
    items, cursor = home(world)
    for post_id in posts:
        world.counts.rows[post_id] = Counts(likes=hash(post_id) % 10**6, comments=3)
    publish(world, 4, likes=lambda _: 10**6)
    world.clock.move(days=2)
    assert items + rest(world, cursor) == expected


def test_a_cursor_may_be_used_twice(world, bob):
    publish(world, 9)
    _, cursor = home(world)
    assert home(world, cursor) == home(world, cursor)


@pytest.mark.parametrize("gone", [{0}, {8}, {3}, {4, 5, 6, 7}, set(range(9))])
def test_posts_deleted_meanwhile_are_left_out_and_no_other_is(world, bob, gone):
    posts = publish(world, 9, likes=lambda number: number % 4)
    ranked = by_score(world, posts)
    _, cursor = home(world)
    for number in gone:
        world.posts.delete("bob", ranked[number])
    expected = [post_id for i, post_id in enumerate(ranked) if i >= 3 and i not in gone]
    assert rest(world, cursor) == expected
    for number in gone:
        world.timelines.rows["bob"] = {
            key: ref for key, ref in world.timelines.rows["bob"].items()
            if ref.post_id != ranked[number]
        }  # fmt: skip
    assert rest(world, cursor) == expected


def test_only_the_newest_are_candidates_and_their_cursor_stays_small(world, bob):
    posts = publish(world, CANDIDATES + 5)
    items, cursor = home(world, limit=1)
    assert len(cursor) < MOST_CURSOR
    assert sorted(items + rest(world, cursor, 50)) == sorted(posts[5:])


def test_a_page_costs_no_counts_but_the_first(world, bob):
    publish(world, 9)
    world.read.reads.clear()
    _, cursor = home(world)
    assert world.read.reads[0] == 9
    world.read.reads.clear()
    home(world, cursor)
    assert len(world.read.reads) == 1


def test_an_empty_feed_is_empty(world, bob):
    assert home(world) == ([], None)


def test_the_cursor_of_one_order_is_refused_by_the_other_and_by_others(world, bob):
    world.person("eve")
    publish(world, 9)
    recent, ranked = home(world, order="recent")[1], home(world)[1]
    middle = len(ranked) // 2
    forged = ranked[:middle] + ("A" if ranked[middle] != "A" else "B") + ranked[middle + 1 :]
    for cursor, order in ((recent, "ranked"), (ranked, "recent"), (forged, "ranked")):
        with pytest.raises(Invalid) as refused:
            home(world, cursor, order=order)
        assert set(refused.value.errors) == {"cursor"}
    with pytest.raises(Invalid):
        world.feed.home("eve", "eve", FeedQuery(3, ranked, "ranked"))


@given(st.lists(st.integers(0, 2**80 - 1), unique_by=lambda n: n % 2**50, min_size=1), st.data())
def test_a_snapshot_restores_the_order_of_those_that_are_still_there(numbers, data):
    posts = [PostRef(ulid_at(SOME_TIME, n), f"p{n}", "ada") for n in numbers]
    left = [post for post in posts if data.draw(st.booleans())]
    snapshot = Snapshot.of(posts)
    assert snapshot.restore(data.draw(st.permutations(left))) == left
    assert all(snapshot.oldest <= post.published_id <= snapshot.newest for post in posts)


def test_pulled_posts_are_ranked_among_the_others_and_found_again():
    world = World()
    world.person("bob")
    world.person("ada", band="pulled", band_epoch="01A", pulled_from="0" * 26)
    world.social.follow("bob", "ada")
    pulled = world.post("ada").post_id
    world.counts.rows[pulled] = Counts(likes=10**6, comments=0)
    world.clock.move(hours=2)
    own = publish(world, 3)
    items, cursor = home(world, limit=1)
    assert [*items, *rest(world, cursor)] == by_score(world, [pulled, *own])
