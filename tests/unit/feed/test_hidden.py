"""Entries that are hidden from a reader, in any number, never hide the others."""

import pytest

from functions.feed import entries, service
from functions.feed import upkeep as upkeep_module
from functions.feed.domain import CANDIDATES, TIMELINE_CAP
from functions.feed.schemas import FeedQuery
from functions.http import pages
from functions.http.pages import MOST_EXAMINED
from functions.posts.domain import PostRef
from functions.queues import Backfill

KINDS = ["muted", "blocked", "unfollowed", "private", "gone", "deleted"]
ORDERS = ["recent", "ranked"]


@pytest.fixture
def friend(world, bob):
    """A friend of bob's with three posts that are older than all others."""
    world.social.follow(bob, world.person("friend"))
    posts = [world.post("friend").post_id for _ in range(3)]
    world.timelines.put((bob, world.post_store.get(post).ref) for post in posts)
    return posts[::-1]


def hide(world, viewer, kind, count):
    """Fill a timeline with entries of one author, all hidden."""
    world.social.follow(viewer, world.person("busy"))
    world.timelines.put((viewer, PostRef(world.new_id(), f"busy{i}", "busy")) for i in range(count))
    match kind:
        case "muted":
            world.boundaries.mute(viewer, "busy")
        case "blocked":
            world.boundaries.block("busy", viewer)
        case "unfollowed":
            world.social.unfollow(viewer, "busy")
        case "private":
            world.social.unfollow(viewer, "busy")
            world.users.update("busy", {"is_private": True})
        case "gone":
            world.users.rows.drop("busy")
        # "deleted": no such posts exist


def page(world, viewer, order, cursor=None, limit=20):
    found = world.feed.home(viewer, viewer, FeedQuery(limit, cursor, order))
    return [post.post_id for post in found.items], found.next_cursor


def everything(world, viewer, order, limit=20):
    seen, cursor, requests = *page(world, viewer, order, None, limit), 1
    while cursor:
        items, cursor = page(world, viewer, order, cursor, limit)
        seen, requests = seen + items, requests + 1
    return seen, requests


@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize("kind", KINDS)
def test_a_page_reads_on_behind_as_many_as_a_whole_timeline(world, bob, friend, kind, order):
    hide(world, bob, kind, TIMELINE_CAP)
    assert page(world, bob, order)[0] == friend


@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize("kind", KINDS)
def test_a_page_that_examines_too_many_ends_and_the_next_goes_on(world, bob, friend, kind, order):
    hide(world, bob, kind, MOST_EXAMINED + 50)
    items, cursor = page(world, bob, order)
    assert items == []
    assert page(world, bob, order, cursor) == (friend, None)


@pytest.mark.parametrize("limit", [1, 3, 50])
@pytest.mark.parametrize("order", ORDERS)
def test_hidden_entries_among_shown_ones_use_up_no_cap(world, bob, order, limit, monkeypatch):
    """A reader sees as many posts as the cap says, and not one more."""
    monkeypatch.setattr(service, "TIMELINE_CAP", 6)
    monkeypatch.setattr(service, "CANDIDATES", 6)
    posts = []
    for number in range(10):
        posts.append(world.post(bob).post_id)
        gone = [PostRef(world.new_id(), f"gone{number}.{i}", bob) for i in range(4)]
        own = world.post_store.get(posts[-1]).ref
        world.timelines.put((bob, ref) for ref in (own, *gone))
    seen, _ = everything(world, bob, order, limit)
    assert sorted(seen) == sorted(posts[4:])
    assert len(seen) == len(set(seen))


@pytest.mark.parametrize("order", ORDERS)
def test_pages_go_on_however_few_entries_a_request_examines(world, bob, friend, order, monkeypatch):
    monkeypatch.setattr(pages, "MOST_EXAMINED", 5)
    monkeypatch.setattr(entries, "MOST_EXAMINED", 10)
    monkeypatch.setattr(entries, "CANDIDATES", 5)
    monkeypatch.setattr(service, "MOST_EXAMINED", 5)
    hide(world, bob, "muted", 40)
    seen, requests = everything(world, bob, order, limit=2)
    assert seen == friend
    assert requests > 2


def test_a_ranked_feed_of_shown_posts_ends_with_its_candidates(world, bob):
    posts = [world.post(bob) for _ in range(CANDIDATES + 5)]
    world.timelines.put((bob, world.post_store.get(post.post_id).ref) for post in posts)
    seen, requests = everything(world, bob, "ranked", limit=50)
    assert (len(seen), requests) == (CANDIDATES, 2)


def test_a_backfill_reaches_below_a_timeline_full_of_a_muted_authors_posts(world, bob, monkeypatch):
    monkeypatch.setattr(upkeep_module, "DEPTH", 6)
    world.person("ada")
    old = world.post("ada").post_id
    hide(world, bob, "muted", 9)
    edge = world.social.follow(bob, "ada")
    world.upkeep.backfill(Backfill(bob, "ada", edge.epoch))
    assert page(world, bob, "recent") == ([old], None)


def test_a_backfill_writes_nothing_below_a_timeline_full_of_others(world, bob, monkeypatch):
    monkeypatch.setattr(upkeep_module, "DEPTH", 6)
    world.person("ada")
    old = world.post("ada").post_id
    hide(world, bob, "muted", 3)
    world.timelines.put((bob, PostRef(world.new_id(), f"own{i}", bob)) for i in range(6))
    edge = world.social.follow(bob, "ada")
    world.upkeep.backfill(Backfill(bob, "ada", edge.epoch))
    assert old not in world.timelines.of(bob)
