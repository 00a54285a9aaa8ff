"""To whom a post goes, by the author's band as it is when the post is dispatched."""

import pytest

from functions.clock import ulid_at
from functions.feed.bands import Bands
from functions.posts.domain import PostRef
from functions.queues import Chunk, Dispatch
from tests.fakes.world import World


@pytest.fixture
def world():
    return World(bands=Bands(push_all_below=2, pull_from=4, active_days=30), chunk_followers=10)


def ada_with(world, fans, **fields):
    world.person("ada", **fields)
    for number in range(fans):
        world.social.follow(world.person(f"fan{number}"), "ada")


def dispatch(world, verb="deliver", **more):
    post = PostRef(world.new_id(), "p1", "ada")
    world.fanout.dispatch(Dispatch(verb, post, "request", **more))
    return world.send.to("deliveries")


@pytest.mark.parametrize(("fans", "only_active"), [(1, False), (2, True), (3, True)])
def test_from_the_line_on_a_chunk_is_for_the_active_alone(world, fans, only_active):
    ada_with(world, fans)
    [chunk] = dispatch(world)
    assert chunk.only_active is only_active
    assert chunk.viewer_ids == ["ada", *(f"fan{i}" for i in range(fans))]


@pytest.mark.parametrize("verb", ["deliver", "retract"])
def test_a_pulled_authors_post_goes_to_the_author_alone(world, verb):
    before = ulid_at(world.clock(), 0)
    ada_with(world, 5, band="pulled", pulled_from=before)
    [chunk] = dispatch(world, verb)
    assert (chunk.verb, chunk.viewer_ids, chunk.only_active) == (verb, ["ada"], False)


def test_a_dispatch_that_was_on_its_way_as_the_author_was_pulled_sends_no_empty_chunk(world):
    ada_with(world, 5, band="pulled", pulled_from=ulid_at(world.clock(), 0))
    assert dispatch(world, after="fan1") == []


def test_the_author_who_crosses_the_line_begins_to_change_once_and_the_post_is_pushed(world):
    ada_with(world, 4)
    [chunk] = dispatch(world)
    assert len(chunk.viewer_ids) == 5
    begun = world.users.get("ada")
    assert (begun.band, begun.band_epoch is None) == ("promoting", False)
    dispatch(world)
    assert world.users.get("ada") == begun


def test_an_author_who_has_gone_has_nothing_dispatched(world):
    assert dispatch(world) == []


def test_of_a_chunk_the_active_and_nobody_else_get_the_post(world):
    ada_with(world, 2)
    world.clock.move(days=31)
    world.users.set_last_active("fan1", world.clock().date())
    post = PostRef(world.new_id(), "p1", "ada")
    viewers = ["fan0", "fan1", "gone"]
    world.fanout.deliver(Chunk("deliver", post, viewers, "request", only_active=True))
    assert [v for v in viewers if world.timelines.of(v)] == ["fan1"]
    world.fanout.deliver(Chunk("deliver", post, viewers, "request"))
    assert [v for v in viewers if world.timelines.of(v)] == viewers


def test_an_author_who_is_not_read_yet_gets_their_own_post(world):
    world.users.rows.hold_index()
    ada_with(world, 2)
    [chunk] = dispatch(world)
    assert chunk.only_active
    world.fanout.deliver(chunk)
    assert world.timelines.of("ada") == ["p1"]


@pytest.mark.parametrize("verb", ["deliver", "retract"])
def test_the_band_is_read_strongly_so_that_no_post_of_a_demotion_is_left_to_it(world, verb):
    """A demotion delivers what it finds; what comes after it has looked is for dispatch to send."""
    ada_with(world, 3, band="pulled", band_epoch="01A", pulled_from=ulid_at(world.clock(), 0))
    world.users.rows.hold_index()
    world.users.update("ada", {"band": "demoting", "band_epoch": "01B"})
    [chunk] = dispatch(world, verb)
    assert chunk.viewer_ids == ["ada", "fan0", "fan1", "fan2"]
