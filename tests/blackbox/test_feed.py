"""The feed: the reader's own posts and those of followed authors, newest first."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urljoin

import pytest

from tests.blackbox.client import Client, Service
from tests.blackbox.people import Person, ids
from tests.blackbox.waiting import until


@pytest.fixture(scope="module")
def reader(service: Service) -> tuple[Person, list[str]]:
    """Make a reader whose feed has nine posts of three authors, the newest first."""
    person, friends = Person(service), [Person(service) for _ in range(2)]
    for friend in friends:
        person.follow(friend)
    authors = [person, *friends]
    posts = [authors[number % 3].publish(str(number)) for number in range(9)]
    newest_first = ids(posts)[::-1]
    person.sees(*newest_first)
    return person, newest_first


def test_a_photo_gets_from_its_upload_to_a_followers_feed(anna: Person, ben: Person) -> None:
    ben.follow(anna)
    post = anna.publish("Look!")
    ben.sees(post["post_id"])
    assert ben.whole(f"/feed/{ben.user_id}") == [ben.seen(f"/posts/{post['post_id']}")]
    url = ben.whole(f"/feed/{ben.user_id}")[0]["media"][0]["url"]
    assert ben.service.fetch("GET", url).headers["Content-Type"] == "image/webp"


def test_a_new_persons_feed_is_empty(anna: Person) -> None:
    answer = anna.get(f"/feed/{anna.user_id}")
    assert answer.json() == {"items": [], "next_cursor": None}


def test_ones_own_posts_are_in_ones_feed(anna: Person) -> None:
    first, second = anna.publish(), anna.publish()
    anna.sees(second["post_id"], first["post_id"])


def test_a_strangers_posts_are_not(anna: Person, ben: Person) -> None:
    ben.publish("of a stranger")
    own = anna.publish()
    anna.sees(own["post_id"])


def test_following_is_not_mutual(anna: Person, ben: Person) -> None:
    ben.follow(anna)
    post = ben.publish("of a fan")
    ben.sees(post["post_id"])
    assert anna.feed() == []


@pytest.mark.parametrize("limit", [1, 2, 4, 8, 9, 10, 50])
def test_walking_the_cursors_gives_the_whole_feed(
    reader: tuple[Person, list[str]], limit: int
) -> None:
    person, newest_first = reader
    pages = list(person.pages(f"/feed/{person.user_id}", limit))
    assert [post["post_id"] for page in pages for post in page] == newest_first
    assert all(len(page) == limit for page in pages[:-1])
    assert all(pages)


def test_a_page_has_twenty_posts_unless_asked_otherwise(anna: Person) -> None:
    media_ids = [anna.send()["media_id"] for _ in range(21)]
    posts = [anna.post_of([media_id]) for media_id in media_ids]
    for post in posts:
        anna.published(post["post_id"])
    until(anna.feed, lambda feed: len(feed) == 21)
    for path in (f"/feed/{anna.user_id}", f"/users/{anna.user_id}/posts"):
        assert len(anna.get(path).json()["items"]) == 20


def test_the_default_order_is_recent(reader: tuple[Person, list[str]]) -> None:
    person, newest_first = reader
    recent = person.get(f"/feed/{person.user_id}", params={"order": "recent"})
    assert ids(recent.json()["items"]) == newest_first
    assert recent.json() == person.get(f"/feed/{person.user_id}").json()


@pytest.mark.parametrize("order", ["oldest", "", "RECENT", "recent ", "1", "null"])
def test_an_unknown_order_is_refused_by_name(ada: Person, order: str) -> None:
    answer = ada.get(f"/feed/{ada.user_id}", params={"order": order})
    assert answer.status_code == 400
    assert [error["field"] for error in answer.json()["errors"]] == ["order"]


@pytest.mark.parametrize(
    "limit", ["0", "51", "-1", "x", "", "1.5", "1e1", "9" * 30, "\uff11", " 1"]
)
def test_a_wrong_limit_is_refused_by_name(ada: Person, limit: str) -> None:
    answer = ada.get(f"/feed/{ada.user_id}", params={"limit": limit})
    assert answer.status_code == 400
    assert [error["field"] for error in answer.json()["errors"]] == ["limit"]


def test_anothers_feed_is_forbidden(anna: Person, ben: Person, nobody: Client) -> None:
    anna.follow(ben)
    assert anna.get(f"/feed/{ben.user_id}").status_code == 403
    assert nobody.get(f"/feed/{ben.user_id}").status_code == 401


def test_unfollowing_hides_at_once_and_following_again_shows_again(
    anna: Person, ben: Person
) -> None:
    anna.follow(ben)
    theirs, own = ben.publish(), anna.publish()
    anna.sees(own["post_id"], theirs["post_id"])
    anna.unfollow(ben)
    assert anna.feed() == [own["post_id"]]
    anna.follow(ben)
    anna.sees(own["post_id"], theirs["post_id"])


def test_unfollowing_one_hides_nothing_of_another(
    anna: Person, ben: Person, new: Callable[[], Person]
) -> None:
    third = new()
    anna.follow(ben)
    anna.follow(third)
    hidden, kept = ben.publish(), third.publish()
    anna.sees(kept["post_id"], hidden["post_id"])
    anna.unfollow(ben)
    assert anna.feed() == [kept["post_id"]]


def test_deleting_hides_at_once(anna: Person, ben: Person) -> None:
    anna.follow(ben)
    first, second = ben.publish(), ben.publish()
    anna.sees(second["post_id"], first["post_id"])
    ben.delete(f"/posts/{second['post_id']}")
    assert anna.feed() == [first["post_id"]]
    assert ben.feed() == [first["post_id"]]


def test_a_change_is_seen_in_the_feed_at_once(anna: Person, ben: Person) -> None:
    anna.follow(ben)
    post = ben.publish("before")
    anna.sees(post["post_id"])
    ben.patch(f"/posts/{post['post_id']}", {"caption": "after"})
    assert anna.whole(f"/feed/{anna.user_id}")[0]["caption"] == "after"


def test_following_brings_the_posts_of_before(anna: Person, ben: Person) -> None:
    old = [ben.publish()["post_id"] for _ in range(3)]
    own = anna.publish()["post_id"]
    anna.sees(own)
    anna.follow(ben)
    anna.sees(own, *reversed(old))


def test_a_rebuilt_feed_has_the_same_posts(anna: Person, ben: Person) -> None:
    anna.follow(ben)
    posts = [ben.publish()["post_id"], anna.publish()["post_id"], ben.publish()["post_id"]]
    anna.sees(*reversed(posts))
    for body in ({}, None):
        answer = anna.post("/feed", body)
        assert answer.status_code == 202
        assert answer.json() == {"user_id": anna.user_id, "status": "rebuilding"}
    ben.delete(f"/posts/{posts[0]}")
    last = ben.publish()["post_id"]
    anna.sees(last, posts[2], posts[1])


def test_pages_neither_repeat_nor_skip_whatever_happens_in_between(
    anna: Person, ben: Person
) -> None:
    anna.follow(ben)
    old = [ben.publish()["post_id"] for _ in range(7)][::-1]
    anna.sees(*old)
    pages = anna.pages(f"/feed/{anna.user_id}", 2)
    seen = ids(next(pages))
    newer = ben.publish()["post_id"]
    until(anna.feed, lambda feed: newer in feed)
    for gone in (old[1], old[2]):
        ben.delete(f"/posts/{gone}")
    for page in pages:
        seen += ids(page)
    assert seen == [old[0], old[1], *old[3:]]


def test_a_page_is_full_though_much_behind_it_is_gone(
    anna: Person, ben: Person, new: Callable[[], Person]
) -> None:
    third = new()
    anna.follow(ben)
    anna.follow(third)
    kept = [ben.publish()["post_id"] for _ in range(3)][::-1]
    gone = [third.publish()["post_id"] for _ in range(4)][::-1]
    anna.sees(*gone, *kept)
    anna.unfollow(third)
    page = anna.get(f"/feed/{anna.user_id}", params={"limit": 3}).json()
    assert ids(page["items"]) == kept


def test_the_link_header_leads_through_every_list(reader: tuple[Person, list[str]]) -> None:
    person, newest_first = reader
    seen: list[dict[str, Any]] = []
    url: str | None = f"{person.service.base_url}/feed/{person.user_id}?limit=2&order=recent"
    while url:
        answer = person.get(url)
        page = answer.json()["items"]
        assert len(page) <= 2
        seen += page
        further = answer.links.get("next", {}).get("url")
        url = urljoin(url, further) if further else None
    assert ids(seen) == newest_first
