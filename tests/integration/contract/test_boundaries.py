"""The contracts of `functions.social.ports.BlockStore` and `MuteStore`."""

import pytest

from functions.social.domain import Block


def block(backend, blocker, blocked, steps=None):
    made = Block(blocker_id=blocker.user_id, blocked_id=blocked.user_id, since=backend.clock())
    if steps is None:
        steps = backend.follows.removal_steps(blocker.user_id, blocked.user_id)
    return backend.blocks.add(made, steps)


def blocks(backend, *pairs):
    keys = [(one.user_id, other.user_id) for one, other in pairs]
    [found] = backend.read_together(backend.blocks.lookup(keys))
    return [found.get(key) for key in keys]


@pytest.mark.parametrize("there", [None, "requested", "accepted"])
@pytest.mark.parametrize("back", [None, "requested", "accepted"])
def test_a_block_ends_what_stands_between_the_two_with_its_counts(backend, ada, bob, there, back):
    if there:
        backend.follow(ada, bob, there)
    if back:
        backend.follow(bob, ada, back)
    for _ in range(2):
        assert block(backend, ada, bob)
    assert blocks(backend, (ada, bob), (bob, ada)) == [True, None]
    assert backend.follows.get(ada.user_id, bob.user_id) is None
    assert backend.follows.get(bob.user_id, ada.user_id) is None
    assert backend.follow_counts(ada) == backend.follow_counts(bob) == (0, 0)


def test_a_block_leaves_the_follows_of_others(backend, ada, bob):
    eve = backend.user("eve")
    backend.follow(ada, eve)
    backend.follow(eve, bob)
    block(backend, ada, bob)
    assert backend.follow_counts(eve) == (1, 1)


@pytest.mark.parametrize("direction", [1, -1])
def test_a_follow_that_comes_between_a_blocks_look_and_its_write_holds_it_up(
    backend, ada, bob, direction
):
    steps = backend.follows.removal_steps(ada.user_id, bob.user_id)
    backend.follow(*[ada, bob][::direction])
    assert not block(backend, ada, bob, steps)
    assert blocks(backend, (ada, bob)) == [None]
    assert block(backend, ada, bob)
    assert backend.follow_counts(ada) == backend.follow_counts(bob) == (0, 0)


def test_an_unfollow_that_comes_between_is_not_counted_twice(backend, ada, bob):
    edge = backend.follow(ada, bob)
    steps = backend.follows.removal_steps(ada.user_id, bob.user_id)
    backend.follows.remove(edge)
    assert not block(backend, ada, bob, steps)
    assert block(backend, ada, bob)
    assert backend.follow_counts(ada) == backend.follow_counts(bob) == (0, 0)


def test_no_follow_is_made_while_either_has_blocked_the_other(backend, ada, bob):
    block(backend, ada, bob)
    for state in ("accepted", "requested"):
        assert backend.follow(ada, bob, state) is None
        assert backend.follow(bob, ada, state) is None
    assert backend.follow_counts(ada) == backend.follow_counts(bob) == (0, 0)
    backend.blocks.remove(ada.user_id, bob.user_id)
    assert backend.follow(bob, ada) is not None


def test_a_block_is_taken_back_once_or_more(backend, ada, bob):
    block(backend, ada, bob)
    for _ in range(2):
        backend.blocks.remove(ada.user_id, bob.user_id)
    assert blocks(backend, (ada, bob)) == [None]


def test_the_blocked_are_listed_in_order_page_by_page(backend, ada, bob):
    others = [backend.user("other") for _ in range(3)]
    for other in reversed(others):
        block(backend, ada, other)
    block(backend, bob, ada)
    ids = [other.user_id for other in others]
    assert list(backend.blocks.of(ada.user_id, None, 10)) == ids
    assert list(backend.blocks.of(ada.user_id, None, 2)) == ids[:2]
    assert list(backend.blocks.of(ada.user_id, ids[1], 10)) == ids[2:]


def test_the_muted_are_those_who_were_muted_and_not_unmuted(backend, ada, bob):
    eve = backend.user("eve")
    assert list(backend.mutes.of(ada.user_id)) == []
    for user in (eve, bob, eve):
        backend.mutes.add(ada.user_id, user.user_id)
    assert list(backend.mutes.of(ada.user_id)) == [bob.user_id, eve.user_id]
    for _ in range(2):
        backend.mutes.remove(ada.user_id, bob.user_id)
    assert list(backend.mutes.of(ada.user_id)) == [eve.user_id]
    assert list(backend.mutes.of(eve.user_id)) == []
