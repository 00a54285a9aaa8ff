"""Stories go through the fan-out as posts do."""

import pytest

from functions.http.pages import ListQuery
from functions.queues import Backfill, Chunk, Demote, Dispatch, Prune, Rebuild
from tests.fakes.world import World

PULLED = {"band": "pulled", "band_epoch": "01E", "pulled_from": "0" * 26}


@pytest.fixture
def world() -> World:
    """Bob and cid follow ada, whose story is told, and has not been delivered."""
    world = World()
    for name in ("ada", "bob", "cid"):
        world.person(name)
    for name in ("bob", "cid"):
        world.social.follow(name, "ada")
    world.story("ada")
    return world


def trays(world):
    return sorted(viewer for viewer, _ in world.tray_entries.rows)


def ref(world):
    [story] = world.story_store.rows.rows()
    return story.ref


def run(world, job):
    world.fanout.dispatch(job)
    for chunk in world.send.to("deliveries"):
        world.fanout.deliver(chunk)


def test_it_goes_to_the_followers_and_not_to_its_author_and_back(world):
    run(world, Dispatch("deliver", ref(world), "request"))
    [chunk] = world.send.to("deliveries")
    assert chunk == Chunk("deliver", ref(world), ["bob", "cid"], "request")
    assert trays(world) == ["bob", "cid"]
    told = ref(world)
    world.stories.delete("ada", told.story_id)
    run(world, Dispatch("retract", told, "request"))
    assert trays(world) == []


def test_a_delivery_that_comes_after_the_deletion_brings_nothing(world):
    told = ref(world)
    world.stories.delete("ada", told.story_id)
    run(world, Dispatch("deliver", told, "request"))
    assert trays(world) == []


def test_a_pulled_authors_is_not_pushed_and_a_demotion_brings_it(world):
    world.users.update("ada", PULLED)
    world.follows.mark(["bob", "cid"], "ada", "00E")
    run(world, Dispatch("deliver", ref(world), "request"))
    assert trays(world) == []
    assert [item.author.user_id for item in world.tray.read("bob", ListQuery(10)).items] == ["ada"]
    demoting = world.users.get("ada")  # the dispatch found too few followers for a pulled author
    assert demoting.band == "demoting"
    world.migration.demote(Demote("ada", demoting.band_epoch))
    assert trays(world) == ["bob", "cid"]
    assert world.follows.pulled("bob") == []


def test_a_rebuild_and_a_backfill_bring_it_and_a_prune_takes_it_away(world):
    world.upkeep.rebuild(Rebuild("bob"))
    assert trays(world) == ["bob"]
    edge = world.follows.get("cid", "ada")
    world.upkeep.backfill(Backfill("cid", "ada", "another epoch"))
    assert trays(world) == ["bob"]
    world.upkeep.backfill(Backfill("cid", "ada", edge.epoch))
    assert trays(world) == ["bob", "cid"]
    prune = Prune("cid", "ada")
    world.upkeep.prune(prune)  # overtaken: the follow stands
    assert trays(world) == ["bob", "cid"]
    world.social.unfollow("cid", "ada")
    world.upkeep.prune(prune)
    assert trays(world) == ["bob"]


def test_the_own_stories_are_in_no_tray_of_ones_own(world):
    world.upkeep.rebuild(Rebuild("ada"))
    assert trays(world) == []


def test_what_comes_late_writes_nothing_of_those_who_have_left(world):
    told = ref(world)
    world.story("ada")
    world.clock.move(minutes=2)
    for verb in ("deliver", "retract"):
        world.fanout.deliver(Chunk(verb, told, ["bob", "gone"], "request"))
        assert trays(world) == ["bob"]


def test_a_late_retraction_reaches_trays_when_its_author_has_left(world):
    told = ref(world)
    run(world, Dispatch("deliver", told, "request"))
    world.stories.delete("ada", told.story_id)
    world.users.rows.drop("ada")
    world.clock.move(minutes=2)
    world.fanout.deliver(Chunk("retract", told, ["bob", "cid"], "request"))
    assert trays(world) == []
