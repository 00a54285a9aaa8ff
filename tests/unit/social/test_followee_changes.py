"""A follow meets a followee who changes privacy or band at that very moment."""

import pytest

from functions.errors import TooManyRequests
from functions.social.service import ATTEMPTS


def meanwhile(world, *changes):
    """Change ada behind the back of each attempt to follow, as long as there are changes."""
    get, left = world.users.get, list(changes)

    def read(user_id):
        found = get(user_id)
        if user_id == "ada" and left:
            world.users.update("ada", left.pop(0))
        return found

    world.users.get = read


def test_a_follow_is_marked_at_birth_where_its_author_is_pulled(world, bob):
    for band in ("promoting", "pulled"):
        author = world.person(f"{band} author", band=band, band_epoch="01A")
        assert world.social.follow(bob, author).pulled_epoch == "01A"
    for band in ("pushed", "demoting"):
        author = world.person(f"{band} author", band=band, band_epoch="01A")
        assert world.social.follow(bob, author).pulled_epoch is None
    assert world.follows.pulled(bob) == ["promoting author", "pulled author"]


def test_a_follow_that_meets_a_promotion_is_marked_after_all(world, ada, bob):
    meanwhile(world, {"band": "promoting", "band_epoch": "01A"})
    assert world.social.follow(bob, ada).pulled_epoch == "01A"
    assert world.follows.get(bob, ada).pulled_epoch == "01A"
    assert world.accounts.get(ada).follower_count == 1


def test_a_follow_that_meets_a_demotion_is_not_marked(world, ada, bob):
    world.users.update(ada, {"band": "pulled", "band_epoch": "01A"})
    meanwhile(world, {"band": "demoting", "band_epoch": "01B"})
    assert world.social.follow(bob, ada).pulled_epoch is None


def test_a_follow_of_an_account_that_has_just_become_private_is_a_request(world, ada, bob):
    meanwhile(world, {"is_private": True})
    assert world.social.follow(bob, ada).state == "requested"
    assert world.accounts.get(ada).follower_count == 0


def test_a_request_is_not_marked_and_is_once_it_is_granted(world, ada, bob):
    world.users.update(ada, {"is_private": True, "band": "pulled", "band_epoch": "01A"})
    assert world.social.follow(bob, ada).pulled_epoch is None
    assert world.follows.pulled(bob) == []
    world.users.update(ada, {"is_private": False, "band": "demoting", "band_epoch": "01B"})
    meanwhile(world, {"band": "promoting", "band_epoch": "01C"})
    granted = world.social.follow(bob, ada)
    assert (granted.state, granted.pulled_epoch) == ("accepted", "01C")
    assert world.follows.pulled(bob) == [ada]


def test_a_followee_who_never_stands_still_is_given_up_and_nothing_is_written(world, ada, bob):
    bands = ["promoting", "pulled", "demoting", "pushed"] * ATTEMPTS
    meanwhile(world, *[{"band": band} for band in bands])
    with pytest.raises(TooManyRequests):
        world.social.follow(bob, ada)
    assert world.follows.rows.rows() == []


def test_what_changes_beside_privacy_and_band_stands_in_nobodys_way(world, ada, bob):
    meanwhile(world, {"bio": "new", "follower_count": 7})
    assert world.social.follow(bob, ada).accepted
    assert world.accounts.get(ada).follower_count == 8
