"""Upkeep that others overtake, and timelines that are full."""

import pytest

from functions.feed import service, upkeep
from functions.feed.schemas import FeedQuery
from functions.queues import INDEX_TRAILS_SECONDS, Backfill, Prune, Rebuild
from tests.fakes.courier import Courier
from tests.fakes.sending import Sent
from tests.fakes.world import PULL_ALL, World


@pytest.fixture
def small(monkeypatch):
    """Timelines of which a reader sees three entries."""
    for module in (service, upkeep):
        monkeypatch.setattr(module, "TIMELINE_CAP", 3)
    monkeypatch.setattr(upkeep, "DEPTH", 6)


def seen(world, viewer):
    return [post.post_id for post in world.feed.home(viewer, viewer, FeedQuery(50)).items]


def test_what_lay_below_a_full_timeline_is_there_when_an_author_leaves_it(world, small, bob):
    courier = Courier(world)
    for author in ("cy", "ada"):
        world.person(author)
    old = world.post("cy").post_id
    for _ in range(8):
        world.post("ada")
    for author in ("ada", "cy"):
        world.social.follow(bob, author)
        courier.settle()
    assert old not in seen(world, bob)
    world.social.unfollow(bob, "ada")
    courier.settle()
    assert seen(world, bob) == [old]


def test_the_rebuild_of_a_timeline_that_was_full_is_sent_before_its_entries_go(world, small, bob):
    world.person("ada")
    posts = [world.post("ada").post_id for _ in range(6)]
    world.timelines.put((bob, world.post_store.get(post).ref) for post in posts)
    world.timelines.remove = _die
    with pytest.raises(ConnectionError):
        world.upkeep.prune(Prune(bob, "ada"))
    assert world.send.sent == [Sent("fanout", Rebuild(bob), INDEX_TRAILS_SECONDS)]


def _die(_):
    raise ConnectionError


@pytest.mark.parametrize("verb", ["backfill", "rebuild"])
def test_what_is_brought_for_a_follow_that_has_just_ended_is_pruned(world, bob, verb):
    world.person("ada")
    world.post("ada")
    edge = world.social.follow(bob, "ada")
    put = world.timelines.put

    def unfollowed_meanwhile(posts):
        world.social.unfollow(bob, "ada")
        put(posts)

    world.timelines.put = unfollowed_meanwhile
    job = Backfill(bob, "ada", edge.epoch) if verb == "backfill" else Rebuild(bob)
    getattr(world.upkeep, verb)(job)
    assert world.send.sent == [Sent("fanout", Prune(bob, "ada"), INDEX_TRAILS_SECONDS)]
    world.upkeep.prune(Prune(bob, "ada"))
    assert world.timelines.of(bob) == []


def test_a_rebuild_brings_ones_own_posts_to_an_author_whom_others_pull():
    world = World(bands=PULL_ALL)
    ada = world.person("ada", band="pulled", band_epoch="0", pulled_from="0")
    post = world.post(ada).post_id
    world.upkeep.rebuild(Rebuild(ada))
    assert world.timelines.of(ada) == [post]


def test_a_backfill_reads_the_band_strongly(world, bob):
    """A demotion leaves to backfills the follows that are made after it has begun."""
    world.person("ada", band="pulled", band_epoch="0", pulled_from="0")
    post = world.post("ada").post_id
    edge = world.social.follow(bob, "ada")
    world.users.rows.hold_index()
    world.users.update("ada", {"band": "demoting", "band_epoch": "1"})
    world.upkeep.backfill(Backfill(bob, "ada", edge.epoch))
    assert world.timelines.of(bob) == [post]


def test_a_ranked_page_reads_no_further_than_a_reader_may_go(world, small, bob, monkeypatch):
    monkeypatch.setattr(service, "CANDIDATES", 3)
    world.person("ada")
    world.social.follow(bob, "ada")
    posts = [world.post_store.get(world.post("ada").post_id).ref for _ in range(40)]
    world.timelines.put((bob, post) for post in (posts[0], posts[20], posts[-1]))
    cursor = world.feed.home(bob, bob, FeedQuery(1, None, "ranked")).next_cursor
    world.timelines.put((bob, post) for post in posts)
    reads = []
    read = world.timelines.read

    def counted(*asked):
        reads.append(asked)
        return read(*asked)

    world.timelines.read = counted
    world.feed.home(bob, bob, FeedQuery(1, cursor, "ranked"))
    assert len(reads) == 1


def test_a_deleted_post_does_not_use_up_the_cap(world, small, bob):
    world.person("ada")
    world.social.follow(bob, "ada")
    posts = [world.post("ada").post_id for _ in range(3)]
    world.timelines.put((bob, world.post_store.get(post).ref) for post in posts)
    world.posts.delete("ada", posts[2])
    first = world.feed.home(bob, bob, FeedQuery(1))
    assert [post.post_id for post in first.items] == [posts[1]]
    rest = world.feed.home(bob, bob, FeedQuery(1, first.next_cursor))
    assert [post.post_id for post in rest.items] == [posts[0]]
