"""The end of all follows of a user who has left, while the index of followers trails."""

import pytest

from functions.social import service

OTHERS = 11


@pytest.fixture
def star(world, monkeypatch):
    """A user who follows everybody and is followed by all, one of whom only asks to."""
    monkeypatch.setattr(service, "ERASED_AT_ONCE", 2)
    star = world.person("star")
    for number in range(OTHERS):
        other = world.person(f"user-{number:02}", is_private=number == 0)
        world.social.follow(star, other)
        world.social.follow(other, star)
    return star


def walk(world, user_id, between=lambda: None):
    """Remove edges to the end, as messages do. Return how many parts it took."""
    position, parts = {}, 0
    while position is not None:
        position = world.social.erase_some_of(user_id, position)
        parts += 1
        between()
    return parts


def counts(world, number):
    user = world.accounts.get(f"user-{number:02}")
    return user.following_count, user.follower_count


def test_all_go_with_the_others_counts(world, star):
    assert walk(world, star) == OTHERS // 2 + 1 + OTHERS // 2 + 1 + 1
    assert world.follows.rows.rows() == []
    assert [counts(world, number) for number in range(OTHERS)] == [(0, 0)] * OTHERS


def test_an_index_that_trails_by_a_part_hides_nothing(world, star):
    """Each part sees the index as it was before the part before."""
    index = world.follows.rows

    def catch_up():
        index.release_index("followers")
        index.hold_index("followers")

    catch_up()
    walk(world, star, catch_up)
    assert index.rows() == []


def test_edges_that_the_index_does_not_show_yet_go_with_the_second_walk(world, star):
    world.follows.rows.hold_index("followers")
    late = world.person("late")
    world.social.follow(late, star)
    walk(world, star)
    assert [edge.follower_id for edge in world.follows.rows.rows()] == [late]
    world.follows.rows.release_index("followers")
    walk(world, star)
    assert world.follows.rows.rows() == []
