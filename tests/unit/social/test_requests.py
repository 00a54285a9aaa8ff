"""Requests to follow: asked, listed, granted, refused, and what becomes of them when an account
turns public."""

import pytest

from functions.errors import NotFound
from functions.http.pages import ListQuery
from functions.social import service
from tests.fakes.courier import Courier


@pytest.fixture
def eve(world):
    """Somebody private."""
    return world.person("eve", is_private=True)


def counts(world, user_id):
    user = world.accounts.get(user_id)
    return user.following_count, user.follower_count


def waiting(world, user_id, limit=10):
    return [user.user_id for user in world.social.requests(user_id, ListQuery(limit)).items]


def test_a_request_waits_until_it_is_granted(world, eve, bob):
    world.social.follow(bob, eve)
    assert waiting(world, eve) == [bob]
    for _ in range(2):
        world.social.approve(eve, bob)
    assert world.follows.get(bob, eve).accepted
    assert (counts(world, bob), counts(world, eve)) == ((1, 0), (0, 1))
    assert waiting(world, eve) == []


def test_a_refused_request_is_gone_and_may_be_made_again(world, eve, bob):
    world.social.follow(bob, eve)
    for _ in range(2):
        world.social.refuse(eve, bob)
    assert waiting(world, eve) == []
    assert world.social.follow(bob, eve).state == "requested"


def test_refusing_a_follower_changes_nothing(world, eve, bob):
    world.social.follow(bob, eve)
    world.social.approve(eve, bob)
    world.social.refuse(eve, bob)
    assert counts(world, eve) == (0, 1)


def test_what_was_never_asked_is_not_granted(world, eve, bob):
    with pytest.raises(NotFound):
        world.social.approve(eve, bob)
    world.social.follow(bob, eve)
    world.social.unfollow(bob, eve)
    with pytest.raises(NotFound):
        world.social.approve(eve, bob)
    assert counts(world, eve) == (0, 0)


def test_a_removed_follower_follows_no_more(world, eve, bob):
    world.social.follow(bob, eve)
    world.social.approve(eve, bob)
    for _ in range(2):
        world.social.remove_follower(eve, bob)
    assert world.follows.get(bob, eve) is None
    assert counts(world, bob) == counts(world, eve) == (0, 0)


def test_removing_a_follower_leaves_a_request(world, eve, bob):
    world.social.follow(bob, eve)
    world.social.remove_follower(eve, bob)
    assert waiting(world, eve) == [bob]


def test_requests_go_newest_first_page_by_page(world, eve):
    askers = [world.person(f"asker{number}") for number in range(5)]
    for asker in askers:
        world.social.follow(asker, eve)
    seen, cursor = [], None
    while True:
        page = world.social.requests(eve, ListQuery(2, cursor))
        seen += [user.user_id for user in page.items]
        cursor = page.next_cursor
        if cursor is None:
            break
    assert seen == askers[::-1]


def test_what_was_answered_a_moment_ago_is_not_shown_again(world, eve, bob):
    other = world.person("other")
    for asker in (bob, other):
        world.social.follow(asker, eve)
    world.follows.rows.hold_index()
    world.social.approve(eve, bob)
    world.social.refuse(eve, other)
    assert waiting(world, eve) == []


def test_an_account_that_turns_public_grants_what_waited(world, eve, monkeypatch):
    monkeypatch.setattr(service, "GRANTS_A_JOB", 2)
    courier = Courier(world)
    askers = [world.person(f"asker{number}") for number in range(5)]
    for asker in askers:
        world.social.follow(asker, eve)
    post = world.post(eve)
    world.users.update(eve, {"is_private": False})
    courier.settle(twice=iter([True] * 9 + [False] * 200).__next__)
    assert counts(world, eve) == (0, 5)
    for asker in askers:
        assert world.follows.get(asker, eve).accepted
        assert world.timelines.of(asker) == [post.post_id]


def test_an_account_that_is_private_again_grants_nothing(world, eve, bob):
    courier = Courier(world)
    world.social.follow(bob, eve)
    world.users.update(eve, {"is_private": False})
    world.users.update(eve, {"is_private": True})
    courier.settle()
    assert waiting(world, eve) == [bob]
