"""Pages of pulled posts that several warm functions serve, each with heads of its own."""

from functions.feed.pulled import PulledPosts
from tests.fakes.world import KEPT, PULL_ALL, World


def test_a_page_goes_on_without_a_skip_in_a_function_whose_heads_are_older():
    world = World(bands=PULL_ALL)
    ada = world.person("ada")
    older = PulledPosts(world.follows, world.post_store, KEPT, world.clock)
    assert older.before([ada], None, 10) == []
    world.clock.move(seconds=10)
    first, second = (world.post_store.get(world.post(ada).post_id).ref for _ in range(2))
    world.clock.move(seconds=10)
    newer = PulledPosts(world.follows, world.post_store, KEPT, world.clock)
    assert newer.before([ada], None, 1) == [second]
    assert older.before([ada], second.published_id, 1) == [first]


def test_a_page_far_back_is_served_from_the_head():
    world = World(bands=PULL_ALL)
    ada = world.person("ada")
    first, second = (world.post_store.get(world.post(ada).post_id).ref for _ in range(2))
    world.clock.move(seconds=10)
    pulled = PulledPosts(world.follows, world.post_store, KEPT, world.clock)
    assert pulled.before([ada], None, 1) == [second]
    world.post_store.rows.drop(first.post_id)
    assert pulled.before([ada], second.published_id, 1) == [first]
