"""Searching for people, on fakes."""

import pytest
from msgspec.structs import replace

from functions.errors import Invalid
from functions.queues import IndexUser
from functions.search.domain import entry_of
from functions.search.schemas import SearchQuery
from functions.search.service import CANDIDATES
from tests.fakes.world import World


@pytest.fixture
def world():
    world = World()
    world.users.rows.listeners.append(lambda old, new: index(world, old, new))
    return world


def index(world, old, new):
    """Do what follows from a change of a user."""
    before, now = (entry_of(one) if one else None for one in (old, new))
    if before != now:
        world.indexing.follow(IndexUser((now or before).user_id, before, now))


def page(world, viewer, q, **query):
    return world.search.people(viewer, SearchQuery(q, **query))


def found(world, viewer, q):
    """Return the ids of all pages, of two each."""
    ids, cursor = [], ""
    while cursor is not None:
        part = page(world, viewer, q, limit=2, cursor=cursor)
        ids += [one.user_id for one in part.items]
        cursor = part.next_cursor
    return ids


def follow(world, follower, followee):
    world.social.follow(follower, followee)


def test_the_exact_name_comes_first_then_those_followed_then_by_followers(world):
    world.person("eve")
    for name, followers in (("ann", 0), ("anna", 7), ("annabel", 30), ("annika", 800)):
        world.person(name, follower_count=followers)
    follow(world, "eve", "anna")
    assert found(world, "eve", "ann") == ["ann", "anna", "annika", "annabel"]
    assert found(world, "eve", "@Anna") == ["anna", "annabel"]
    assert found(world, "eve", "an") == ["anna", "annika", "annabel", "ann"]


def test_all_words_match_whatever_their_order(world):
    world.person("mira.k", display_name="Mira Kovač")
    world.person("mira_s", display_name="Mira Santos")
    assert set(found(world, "mira.k", "mira")) == {"mira.k", "mira_s"}
    assert found(world, "mira.k", "san mira") == ["mira_s"]
    assert found(world, "mira.k", "kovac mira") == ["mira.k"]
    assert found(world, "mira.k", "mirak") == found(world, "mira.k", "k") == ["mira.k"]
    assert found(world, "mira.k", "mira kovac santos") == []


def test_neither_side_of_a_block_finds_the_other(world):
    for name in ("eve", "ann"):
        world.person(name)
    world.boundaries.block("eve", "ann")
    assert found(world, "eve", "ann") == found(world, "ann", "eve") == []
    world.boundaries.unblock("eve", "ann")
    assert found(world, "eve", "ann") == ["ann"]


def test_private_and_muted_people_are_found(world):
    world.person("eve")
    world.person("ann", is_private=True)
    world.boundaries.mute("eve", "ann")
    assert found(world, "eve", "ann") == ["ann"]


def test_an_answer_knows_the_present_even_if_the_index_does_not(world):
    for name in ("eve", "ann", "anna"):
        world.person(name)
    world.users.rows.listeners.clear()  # the index trails from now on
    world.users.update("ann", {"username": "zoe", "display_name": "Zoe"})
    world.users.rows.drop("anna")
    assert found(world, "eve", "ann") == []


def test_pages_neither_repeat_nor_skip(world):
    world.person("eve")
    names = {f"max{n:03}" for n in range(3 * CANDIDATES)}
    for name in names:
        world.person(name, display_name=f"Max {name}", follower_count=int(name[3:]))
    listed = found(world, "eve", "max")
    assert len(listed) == len(names)
    assert set(listed) == names


def test_an_account_that_is_known_well_is_found_once_and_before_all_others(world):
    world.person("eve")
    for n in range(2 * CANDIDATES):
        world.person(f"maa{n:03}")
    world.person("maz", display_name="Mazurka Maz", follower_count=5000)
    assert page(world, "eve", "ma", limit=1).items[0].user_id == "maz"
    assert page(world, "eve", "m", limit=1).items[0].user_id == "maz"
    assert found(world, "eve", "ma").count("maz") == 1


def test_an_exact_name_is_found_among_many_with_more_followers(world):
    world.person("anna")
    for n in range(2 * CANDIDATES):
        world.person(f"a{n:03}", display_name="Anna", follower_count=900)
    assert page(world, "anna", "anna", limit=1).items[0].user_id == "anna"


def test_a_page_ends_even_if_nobody_in_it_may_be_shown(world):
    world.person("eve")
    for n in range(5 * CANDIDATES):
        world.person(f"max{n:03}")
        world.boundaries.block("eve", f"max{n:03}")
    short = page(world, "eve", "max", limit=5)
    assert short.items == []
    assert short.next_cursor is not None
    assert found(world, "eve", "max") == []


def test_a_query_without_letters_finds_nobody(world):
    world.person("eve")
    assert page(world, "eve", "#!").items == []


@pytest.mark.parametrize("q", ["   ", "\u200b", "\u2800"])
def test_a_query_that_shows_nothing_is_refused(world, q):
    world.person("eve")
    with pytest.raises(Invalid) as refused:
        page(world, "eve", q)
    assert refused.value.errors.keys() == {"q"}


def test_a_cursor_belongs_to_its_search_and_its_viewer(world):
    for name in ("eve", "ann", "anna"):
        world.person(name)
    cursor = page(world, "eve", "ann", limit=1).next_cursor
    for viewer, q in (("eve", "an"), ("ann", "ann")):
        with pytest.raises(Invalid):
            page(world, viewer, q, cursor=cursor)


def test_the_longest_cursor_fits(world):
    world.person("eve")
    for n in range(2 * CANDIDATES):
        user = world.users.get(world.person(f"max{n:03}"))
        world.users.rows.drop(user.user_id)
        world.users.create(replace(user, user_id=f"{n:036}"))
    part = page(world, "eve", "max", limit=1)
    SearchQuery("max", cursor=part.next_cursor)
    assert len(part.next_cursor) < 2500
