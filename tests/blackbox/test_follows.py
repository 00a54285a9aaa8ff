"""Follow, unfollow, and the lists of both."""

from collections.abc import Callable

import pytest

from tests.blackbox.client import Service
from tests.blackbox.people import Person

UNKNOWN = "00000000-0000-4000-8000-000000000000"


def names(people: list[dict[str, object]]) -> set[object]:
    """Return the usernames of a list of users, which must not contain anybody twice."""
    found = [person["username"] for person in people]
    assert len(set(found)) == len(found)
    return set(found)


def test_following_is_seen_by_both(anna: Person, ben: Person) -> None:
    anna.follow(ben)
    theirs, ours = anna.seen(f"/users/{ben.user_id}"), ben.seen(f"/users/{anna.user_id}")
    assert theirs["relationship"] == {"following": "yes", "followed_by": False, "blocked": False}
    assert ours["relationship"] == {"following": "no", "followed_by": True, "blocked": False}
    assert (theirs["follower_count"], theirs["following_count"]) == (1, 0)
    assert (ours["follower_count"], ours["following_count"]) == (0, 1)
    assert names(anna.whole(f"/users/{anna.user_id}/following")) == {ben.username}
    assert names(anna.whole(f"/users/{ben.user_id}/followers")) == {anna.username}


def test_following_twice_counts_once(anna: Person, ben: Person) -> None:
    anna.follow(ben)
    anna.follow(ben)
    assert ben.me()["follower_count"] == 1
    assert anna.me()["following_count"] == 1


def test_unfollowing_is_the_inverse_and_may_be_repeated(anna: Person, ben: Person) -> None:
    anna.unfollow(ben)
    anna.follow(ben)
    anna.unfollow(ben)
    anna.unfollow(ben)
    assert anna.seen(f"/users/{ben.user_id}")["relationship"]["following"] == "no"
    assert (ben.me()["follower_count"], anna.me()["following_count"]) == (0, 0)
    assert anna.whole(f"/users/{anna.user_id}/following") == []
    assert ben.whole(f"/users/{ben.user_id}/followers") == []
    anna.follow(ben)
    assert ben.me()["follower_count"] == 1


def test_people_can_follow_each_other(anna: Person, ben: Person) -> None:
    anna.follow(ben)
    ben.follow(anna)
    relationship = anna.seen(f"/users/{ben.user_id}")["relationship"]
    assert relationship == {"following": "yes", "followed_by": True, "blocked": False}
    ben.unfollow(anna)
    assert anna.seen(f"/users/{ben.user_id}")["relationship"]["following"] == "yes"


def test_nobody_follows_themselves(anna: Person) -> None:
    assert anna.put(f"/users/{anna.user_id}/follow").status_code == 400
    assert anna.me()["follower_count"] == 0


def test_nobody_follows_somebody_unknown(anna: Person) -> None:
    assert anna.put(f"/users/{UNKNOWN}/follow").status_code == 404
    assert anna.delete(f"/users/{UNKNOWN}/follow").status_code in {204, 404}
    assert anna.me()["following_count"] == 0


def test_following_a_private_account_is_a_request_until_it_is_taken_back(
    anna: Person, ben: Person
) -> None:
    ben.patch("/me", {"is_private": True})
    for _ in range(2):
        assert anna.put(f"/users/{ben.user_id}/follow").json() == {"following": "requested"}
    assert anna.seen(f"/users/{ben.user_id}")["relationship"]["following"] == "requested"
    assert (ben.me()["follower_count"], anna.me()["following_count"]) == (0, 0)
    anna.unfollow(ben)
    assert anna.seen(f"/users/{ben.user_id}")["relationship"]["following"] == "no"


@pytest.mark.parametrize("limit", [1, 2, 3, 7, 100])
def test_paging_through_followers_shows_each_once(
    limit: int, star: tuple[Person, list[Person]]
) -> None:
    famous, fans = star
    everybody = {fan.username for fan in fans}
    assert names(famous.whole(f"/users/{famous.user_id}/followers", limit)) == everybody


@pytest.mark.parametrize("limit", [1, 2, 3, 7, 100])
def test_paging_through_the_followed_shows_each_once(
    limit: int, star: tuple[Person, list[Person]]
) -> None:
    famous, fans = star
    everybody = {fan.username for fan in fans}
    assert names(fans[0].whole(f"/users/{famous.user_id}/following", limit)) == everybody


def test_the_lists_show_each_person_as_the_viewer_sees_them(
    star: tuple[Person, list[Person]],
) -> None:
    famous, fans = star
    viewer = fans[0]
    for person in viewer.whole(f"/users/{famous.user_id}/followers"):
        assert person == viewer.seen(f"/users/{person['user_id']}")


@pytest.fixture(scope="module")
def star(service: Service) -> tuple[Person, list[Person]]:
    """Make a person with seven followers, all of them followed back."""
    famous = Person(service)
    fans = [Person(service) for _ in range(7)]
    for fan in fans:
        fan.follow(famous)
        famous.follow(fan)
    return famous, fans


def test_followers_who_come_and_go_while_paging_hide_nobody_who_stays(
    anna: Person, new: Callable[[], Person]
) -> None:
    staying, leaving = [new() for _ in range(4)], new()
    for fan in (*staying, leaving):
        fan.follow(anna)
    pages = anna.pages(f"/users/{anna.user_id}/followers", 2)
    seen = next(pages)
    leaving.unfollow(anna)
    new().follow(anna)
    for page in pages:
        seen += page
    assert names(seen) >= {fan.username for fan in staying}
