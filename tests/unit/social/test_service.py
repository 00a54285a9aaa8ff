"""Follow and unfollow, the lists of both ends, and who may see whom."""

import pytest

from functions.errors import Invalid, NotFound
from functions.http.pages import ListQuery


def counts(world, user_id):
    user = world.accounts.get(user_id)
    return user.following_count, user.follower_count


def test_following_is_accepted_at_once_and_counted_once(world, ada, bob):
    first = world.social.follow(bob, ada)
    assert first.accepted
    assert world.social.follow(bob, ada) == first
    assert (counts(world, bob), counts(world, ada)) == ((1, 0), (0, 1))


def test_following_a_private_account_is_a_request(world, bob):
    eve = world.person("eve", is_private=True)
    assert world.social.follow(bob, eve).state == "requested"
    assert counts(world, eve) == counts(world, bob) == (0, 0)
    assert world.social.show(bob, [world.accounts.get(eve)])[0].relationship.following == (
        "requested"
    )


def test_nobody_follows_themselves_or_nobody(world, ada):
    with pytest.raises(Invalid) as refused:
        world.social.follow(ada, ada)
    assert refused.value.errors == {"user_id": "you cannot follow yourself"}
    with pytest.raises(NotFound):
        world.social.follow(ada, "nobody")
    assert counts(world, ada) == (0, 0)


def test_unfollowing_ends_a_follow_and_takes_back_a_request(world, ada, bob):
    eve = world.person("eve", is_private=True)
    world.social.follow(bob, ada)
    world.social.follow(bob, eve)
    for followee in (ada, eve, "nobody", ada):
        world.social.unfollow(bob, followee)
    assert world.follows.rows.rows() == []
    assert counts(world, bob) == counts(world, ada) == (0, 0)


def test_an_unfollow_that_meets_a_newer_follow_ends_that(world, ada, bob):
    world.social.follow(bob, ada)
    remove, raced = world.follows.remove, []

    def overtaken(edge):
        if not raced:
            raced.append(edge)
            remove(edge)
            world.social.follow(bob, ada)
        return remove(edge)

    world.follows.remove = overtaken
    world.social.unfollow(bob, ada)
    assert world.follows.get(bob, ada) is None
    assert counts(world, ada) == (0, 0)


def test_a_new_follow_has_an_epoch_of_its_own(world, ada, bob):
    first = world.social.follow(bob, ada)
    world.social.unfollow(bob, ada)
    assert world.social.follow(bob, ada).epoch > first.epoch


def test_a_private_account_is_not_told_from_one_that_is_not_there(world, bob):
    eve = world.person("eve", is_private=True)
    told = []
    for user_id in (eve, "nobody"):
        with pytest.raises(NotFound) as refused:
            world.social.followers(bob, user_id, ListQuery(10))
        told.append(refused.value.status)
    assert told == [404, 404]


def test_a_private_accounts_lists_are_for_its_followers(world, bob):
    eve = world.person("eve")
    world.social.follow(bob, eve)
    world.users.update(eve, {"is_private": True})
    assert [u.user_id for u in world.social.followers(bob, eve, ListQuery(10)).items] == [bob]
    assert [u.user_id for u in world.social.followers(eve, eve, ListQuery(10)).items] == [bob]


@pytest.mark.parametrize("which", ["followers", "following"])
def test_lists_go_page_by_page_through_everybody_once(world, ada, which):
    others = [world.person(f"user{number:02}") for number in range(7)]
    for other in others:
        world.social.follow(*((other, ada) if which == "followers" else (ada, other)))
    seen, cursor = [], None
    while True:
        page = getattr(world.social, which)(ada, ada, ListQuery(3, cursor))
        seen += [user.user_id for user in page.items]
        cursor = page.next_cursor
        if cursor is None:
            break
    assert seen == others


def test_a_cursor_of_one_list_is_refused_by_the_other(world, ada):
    for number in range(3):
        world.social.follow(world.person(f"u{number}"), ada)
    cursor = world.social.followers(ada, ada, ListQuery(1)).next_cursor
    for other in (
        lambda: world.social.following(ada, ada, ListQuery(1, cursor)),
        lambda: world.social.followers("u0", ada, ListQuery(1, cursor)),
        lambda: world.social.followers(ada, "u0", ListQuery(1, cursor)),
    ):
        with pytest.raises(Invalid):
            other()


def test_users_who_have_gone_are_left_out_of_lists(world, ada, bob):
    world.social.follow(bob, ada)
    world.users.rows.drop(bob)
    assert world.social.followers(ada, ada, ListQuery(10)).items == []


def test_a_user_is_shown_with_both_directions_of_following(world, ada, bob):
    world.social.follow(bob, ada)
    [as_bob] = world.social.show(bob, [world.accounts.get(ada)])
    [as_ada] = world.social.show(ada, [world.accounts.get(bob)])
    [own] = world.social.show(ada, [world.accounts.get(ada)])
    assert (as_bob.relationship.following, as_bob.relationship.followed_by) == ("yes", False)
    assert (as_ada.relationship.following, as_ada.relationship.followed_by) == ("no", True)
    assert (own.relationship.following, own.relationship.followed_by) == ("no", False)
    assert as_bob.follower_count == 1


def test_an_avatar_of_an_earlier_release_is_shown(world, ada):
    world.users.update(ada, {"avatar_media_id": "m1"})
    user = world.accounts.get(ada)
    assert "/posts/ada/m1/thumbnail.webp?" in world.social.author(user).avatar_url
    profile = world.social.profile(ada, user)  # it has no large rendition: the small one is shown
    assert profile.avatar_large_url == profile.avatar_url == world.social.avatar_url(user)


def test_an_avatar_is_shown_where_there_is_one(world, ada, bob):
    world.users.update(ada, {"avatar_media_id": "m1", "avatar_id": "a1"})
    user = world.accounts.get(ada)
    assert "/avatars/ada/a1/150.webp?" in world.social.author(user).avatar_url
    profile = world.social.profile(bob, user)
    assert "/avatars/ada/a1/150.webp?" in profile.avatar_url
    assert "/avatars/ada/a1/320.webp?" in profile.avatar_large_url
    assert world.social.author(world.accounts.get(bob)).avatar_url is None
