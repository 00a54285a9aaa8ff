"""Upkeep at its edges: the cap, a prune that is overtaken, who is pulled, and who comes back."""

import pytest
from msgspec.structs import replace

from functions.feed import upkeep
from functions.queues import Prune, Rebuild
from tests.fakes.courier import Courier


@pytest.fixture
def bob(world, ada, bob):
    """A follower of ada, who has posts."""
    world.social.follow(bob, ada)
    return bob


def ref(world, post):
    return world.post_store.get(post.post_id).ref


def test_a_full_timeline_gets_only_what_is_newer_than_its_oldest_entry(world, bob, monkeypatch):
    monkeypatch.setattr(upkeep, "DEPTH", 3)
    early, first, second = (world.post("ada") for _ in range(3))
    own = [world.post(bob) for _ in range(2)]
    world.timelines.put((bob, ref(world, post)) for post in (first, *own))
    world.upkeep._bring(bob, ["ada"])
    held = [own[1], own[0], second, first]
    assert world.timelines.of(bob) == [post.post_id for post in held]
    assert early.post_id not in world.timelines.of(bob)


def test_a_timeline_with_room_gets_older_posts_too(world, bob, monkeypatch):
    monkeypatch.setattr(upkeep, "TIMELINE_CAP", 3)
    early, late = world.post("ada"), world.post(bob)
    world.timelines.put([(bob, ref(world, late))])
    world.upkeep._bring(bob, ["ada"])
    assert world.timelines.of(bob) == [late.post_id, early.post_id]


def test_what_readers_pull_is_not_brought(world, bob):
    pushed, pulled = world.post("ada"), world.post("ada")
    turned = {"band": "pulled", "pulled_from": ref(world, pulled).published_id}
    world.users.update("ada", turned)
    world.upkeep.rebuild(Rebuild(bob))
    assert world.timelines.of(bob) == [pushed.post_id]
    world.users.update("ada", {"band": "demoting"})
    world.upkeep.rebuild(Rebuild(bob))
    assert world.timelines.of(bob) == [pulled.post_id, pushed.post_id]


def test_a_followee_who_has_gone_is_passed_over(world, bob):
    world.post("ada")
    world.users.rows.drop("ada")
    world.upkeep.rebuild(Rebuild(bob))
    assert world.timelines.of(bob) == []


@pytest.mark.parametrize("when", ["before it reads", "before it removes", "before its last look"])
def test_a_prune_overtaken_by_a_newer_follow_leaves_its_posts(world, bob, when):
    post = world.post("ada")
    world.timelines.put([(bob, ref(world, post))])
    first = world.follows.get(bob, "ada")
    world.social.unfollow(bob, "ada")
    get, remove, looks = world.follows.get, world.timelines.remove, []

    def follow_again():
        if get(bob, "ada") is None:
            newer = replace(first, epoch=world.new_id())
            world.follows.add(newer, world.users.get("ada"))
            world.upkeep._bring(bob, ["ada"])

    def looked(*pair):
        looks.append(pair)
        found = get(*pair)
        if (len(looks), when) == (1, "before it reads"):
            follow_again()  # behind the first look, before the timeline is read
        if (len(looks), when) == (2, "before its last look"):
            follow_again()
            found = get(*pair)
        return found

    def removed(entries):
        entries = list(entries)
        if when == "before it removes":
            follow_again()
        remove(entries)

    world.follows.get, world.timelines.remove = looked, removed
    world.upkeep.prune(Prune(bob, "ada"))
    assert world.timelines.of(bob) == [post.post_id]


def test_a_late_prune_takes_nothing_from_a_newer_follow_even_for_a_moment(world, bob):
    post = world.post("ada")
    world.timelines.put([(bob, ref(world, post))])
    removed = []
    world.timelines.remove = removed.extend
    world.upkeep.prune(Prune(bob, "ada"))
    assert removed == []
    assert world.timelines.of(bob) == [post.post_id]


def test_who_comes_back_after_the_window_has_the_timeline_rebuilt(world, bob):
    courier = Courier(world)
    post = world.post("ada")
    world.clock.move(days=29)
    world.accounts.ensure_profile(bob, bob)
    courier.waiting = type(courier.waiting)(m for m in courier.waiting if isinstance(m, Rebuild))
    courier.settle()
    assert world.timelines.of(bob) == []
    world.clock.move(days=30)
    new = world.post("ada")
    courier.waiting.clear()
    world.accounts.ensure_profile(bob, bob)
    assert set(courier.waiting) == {Rebuild(bob)}
    courier.settle()
    assert world.timelines.of(bob) == [new.post_id]
    assert post.post_id not in world.timelines.of(bob)
