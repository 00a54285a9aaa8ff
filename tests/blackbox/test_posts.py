"""Posts: creating, reading, changing, deleting, and processing until their pictures are ready."""

import unicodedata
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from tests.blackbox.client import Client
from tests.blackbox.people import Person, ids
from tests.blackbox.pictures import photo, plain
from tests.blackbox.waiting import are_falling, until

UNKNOWN = "01ARZ3NDEKTSV4RRFFQ69G5FAV"
CAPTION_LIMIT = 2200
POST_FIELDS = {
    "post_id", "author", "state", "caption", "location", "filter", "media", "like_count",
    "comment_count", "liked", "created_at", "edited_at",
}  # fmt: skip
TEXTS = [
    "Plain words.",
    "Two\nlines",
    "a\ttab",
    "👩\u200d👩\u200d👧\u200d👦 🏳️\u200d🌈 🇩🇪 👍🏽",
    "שלום, עולם! مرحبا",
    "\u202eright to left\u202c and back",
    "zero\u200bwidth\u200cjoiner\u200dand\ufeffmark",
    "cafe\u0301 and caf\u00e9",  # the same word twice, which keeps its two spellings
    "  blanks around  ",
    "<script>alert('x')</script> & \"quotes\" \\ / %s {0} $x",
    "Z̸̢̛͎a̷l̶g̵o̴",
    "\U0001d573\U0001d58a \U0010fffd",
    "null",
    "",
]
CONTROLS = ["a\x00b", "\x00", "a\x07b", "a\x1b[31mb", "a\x7fb"]


def test_a_post_of_a_ready_picture_is_published_at_once(anna: Person) -> None:
    media_id = anna.ready(photo("coffee.jpg"))
    post = anna.post_of([media_id], caption="Coffee", location="Aarhus")
    assert post.keys() >= POST_FIELDS
    assert (post["state"], post["caption"], post["location"]) == ("published", "Coffee", "Aarhus")
    assert [media["media_id"] for media in post["media"]] == [media_id]
    assert post["media"][0]["status"] == "ready"
    counts = (post["like_count"], post["comment_count"], post["liked"], post["edited_at"])
    assert counts == (0, 0, False, None)
    author = {"user_id": anna.user_id, "username": anna.username, "avatar_url": None}
    assert author.items() <= post["author"].items()
    assert datetime.fromisoformat(post["created_at"]).utcoffset() == timedelta(0)
    assert anna.seen(f"/posts/{post['post_id']}") == post


def test_others_see_a_published_post_as_its_author_does(anna: Person, ben: Person) -> None:
    post = anna.publish("For all")
    assert ben.seen(f"/posts/{post['post_id']}") == post


def test_nobody_without_a_token_sees_a_post(anna: Person, nobody: Client) -> None:
    assert nobody.get(f"/posts/{anna.publish()['post_id']}").status_code == 401


@pytest.mark.parametrize("count", [1, 2, 10])
def test_a_post_has_one_to_ten_pictures_in_the_order_given(ada: Person, count: int) -> None:
    media_ids = [ada.send()["media_id"] for _ in range(count)]
    media_ids.reverse()
    post = ada.published(ada.post_of(media_ids)["post_id"])
    assert [media["media_id"] for media in post["media"]] == media_ids
    assert all(media["status"] == "ready" for media in post["media"])


def test_a_post_of_no_or_of_eleven_pictures_is_refused(anna: Person) -> None:
    eleven = [anna.send()["media_id"] for _ in range(11)]
    for media_ids in ([], eleven):
        answer = anna.post("/posts", {"media_ids": media_ids})
        assert answer.status_code == 400
        assert [error["field"] for error in answer.json()["errors"]] == ["media_ids"]
    assert anna.grid() == []


def test_a_picture_named_twice_is_refused(anna: Person) -> None:
    media_id = anna.ready()
    answer = anna.post("/posts", {"media_ids": [media_id, media_id]})
    assert answer.status_code in {400, 409}
    assert anna.post_of([media_id])["state"] == "published"


def test_anothers_picture_is_answered_like_an_unknown_one(anna: Person, ben: Person) -> None:
    theirs = ben.post("/posts", {"media_ids": [anna.ready()]})
    unknown = ben.post("/posts", {"media_ids": [UNKNOWN]})
    assert theirs.status_code == unknown.status_code == 404
    assert theirs.json() == unknown.json()


def test_a_published_picture_of_somebody_else_cannot_be_posted(anna: Person, ben: Person) -> None:
    media_id = anna.publish()["media"][0]["media_id"]
    assert ben.post("/posts", {"media_ids": [media_id]}).status_code in {403, 404, 409}
    assert ben.grid() == []


def test_a_picture_belongs_to_one_post(anna: Person) -> None:
    first = anna.publish("first")
    used, fresh = first["media"][0]["media_id"], anna.ready()
    for media_ids in ([used], [fresh, used]):
        assert anna.post("/posts", {"media_ids": media_ids}).status_code == 409
    assert anna.grid() == [first["post_id"]]
    # The refused post has not claimed any of its pictures.
    assert anna.post_of([fresh])["state"] == "published"


def test_one_unknown_picture_among_good_ones_refuses_the_whole_post(anna: Person) -> None:
    good = anna.ready()
    assert anna.post("/posts", {"media_ids": [good, UNKNOWN]}).status_code == 404
    assert anna.post_of([good])["state"] == "published"


def test_a_picture_for_a_story_is_no_picture_for_a_post(ada: Person) -> None:
    media_id = ada.ask_for_form(kind="story")["media_id"]
    assert ada.post("/posts", {"media_ids": [media_id]}).status_code in {400, 409}


@pytest.mark.parametrize("text", TEXTS, ids=ascii)
def test_text_is_kept_as_given(ada: Person, text: str) -> None:
    post = ada.publish(text)
    assert post["caption"] == text
    changed = ada.patch(f"/posts/{post['post_id']}", {"caption": text + "!"})
    assert changed.json()["caption"] == text + "!"
    seen = ada.seen(f"/posts/{post['post_id']}")["caption"]
    assert seen == text + "!"
    assert unicodedata.normalize("NFC", seen) == unicodedata.normalize("NFC", text + "!")


@pytest.mark.parametrize("location", ["Århus 🇩🇰", "תל אביב", "56.15,10.21", "zero\u200bwidth"])
def test_a_location_is_kept_as_given(ada: Person, location: str) -> None:
    post = ada.post_of([ada.ready()], location=location)
    assert ada.seen(f"/posts/{post['post_id']}")["location"] == location


@pytest.mark.parametrize("text", ["", " ", "\u200b\u2060", "\u3164", "\u2800 \n", "\u0301"])
def test_a_caption_that_shows_nothing_counts_as_empty(ada: Person, text: str) -> None:
    post = ada.publish(text)
    assert post["caption"] == ""
    path = f"/posts/{post['post_id']}"
    assert ada.patch(path, {"caption": "seen"}).json()["caption"] == "seen"
    assert ada.patch(path, {"caption": text}).json()["caption"] == ada.seen(path)["caption"] == ""


@pytest.mark.parametrize("character", ["x", "é", "🐎"])
def test_a_caption_has_at_most_2200_characters(ada: Person, character: str) -> None:
    media_id, longest = ada.ready(), character * CAPTION_LIMIT
    answer = ada.post("/posts", {"media_ids": [media_id], "caption": longest + character})
    assert answer.status_code == 400
    assert [error["field"] for error in answer.json()["errors"]] == ["caption"]
    post = ada.post_of([media_id], caption=longest)
    assert ada.seen(f"/posts/{post['post_id']}")["caption"] == longest
    path = f"/posts/{post['post_id']}"
    assert ada.patch(path, {"caption": longest + character}).status_code == 400
    assert ada.patch(path, {"caption": longest}).status_code == 200


@pytest.mark.parametrize("text", CONTROLS, ids=ascii)
@pytest.mark.parametrize("field", ["caption", "location"])
def test_control_characters_are_refused_by_name(ada: Person, field: str, text: str) -> None:
    media_id = ada.ready()
    answer = ada.post("/posts", {"media_ids": [media_id], field: text})
    assert answer.status_code == 400
    assert [error["field"] for error in answer.json()["errors"]] == [field]
    post = ada.post_of([media_id])
    changed = ada.patch(f"/posts/{post['post_id']}", {field: text})
    assert changed.status_code == 400
    assert ada.seen(f"/posts/{post['post_id']}") == post


def test_a_lone_surrogate_is_refused(ada: Person) -> None:
    media_id = ada.ready()
    for text in ("\\ud83d", "\\ude42x", "\\ude42\\ud83d"):
        body = f'{{"media_ids": ["{media_id}"], "caption": "{text}"}}'.encode()
        answer = ada.call("POST", "/posts", data=body, headers={"Content-Type": "application/json"})
        assert answer.status_code == 400
    assert ada.post_of([media_id])["state"] == "published"


def test_a_post_of_a_picture_on_its_way_publishes_itself(anna: Person, ben: Person) -> None:
    ben.follow(anna)
    slot = anna.ask_for_form()
    post = anna.post_of([slot["media_id"]], caption="Later")
    path = f"/posts/{post['post_id']}"
    assert post["state"] == "processing"
    assert post["media"][0]["url"] == slot["url"]
    # Until then only its author sees it, and it does not count.
    assert anna.seen(path)["state"] == "processing"
    assert ben.get(path).status_code == 404
    assert ben.get(f"/media/{slot['media_id']}").status_code == 404
    assert ben.whole(f"/users/{anna.user_id}/posts") == []
    assert ben.seen(f"/users/{anna.user_id}")["post_count"] == 0
    assert post["post_id"] not in anna.feed()
    fill(anna, slot)
    published = anna.published(post["post_id"])
    assert published["media"][0]["status"] == "ready"
    assert published["caption"] == "Later"
    assert ben.seen(path) == published
    ben.sees(post["post_id"])
    assert anna.grid() == [post["post_id"]]
    assert ben.seen(f"/users/{anna.user_id}")["post_count"] == 1


def test_a_post_publishes_itself_when_the_last_of_its_pictures_is_ready(anna: Person) -> None:
    slots = [anna.ask_for_form() for _ in range(3)]
    post = anna.post_of([slot["media_id"] for slot in slots])
    for slot in slots[1:]:
        fill(anna, slot)
        assert anna.done(slot["media_id"])["status"] == "ready"
    assert anna.seen(f"/posts/{post['post_id']}")["state"] == "processing"
    fill(anna, slots[0])
    anna.published(post["post_id"])


def test_a_post_made_right_after_its_upload_publishes_itself(anna: Person) -> None:
    posts = [anna.post_of([anna.send()["media_id"]]) for _ in range(5)]
    assert {post["state"] for post in posts} <= {"processing", "published"}
    for post in posts:
        anna.published(post["post_id"])
    assert set(anna.grid()) == set(ids(posts))


def test_a_post_whose_picture_fails_fails_visibly_and_for_its_author_alone(
    anna: Person, ben: Person
) -> None:
    slot = anna.ask_for_form()
    post = anna.post_of([slot["media_id"]])
    fill(anna, slot, b"this is no picture")
    path = f"/posts/{post['post_id']}"
    failed = until(lambda: anna.seen(path), lambda now: now["state"] != "processing")
    assert failed["state"] == "failed"
    assert failed["media"][0]["failure"]["code"] in {"corrupt", "unsupported_type"}
    assert ben.get(path).status_code == 404
    assert anna.grid() == []
    assert anna.me()["post_count"] == 0
    assert anna.delete(path).status_code == 204
    assert anna.get(path).status_code == 404


def test_a_post_can_be_changed_while_it_is_processing(anna: Person) -> None:
    slot = anna.ask_for_form()
    post = anna.post_of([slot["media_id"]], caption="before")
    changed = anna.patch(f"/posts/{post['post_id']}", {"caption": "after"})
    assert (changed.json()["caption"], changed.json()["state"]) == ("after", "processing")
    fill(anna, slot)
    assert anna.published(post["post_id"])["caption"] == "after"


def test_a_post_deleted_while_processing_never_appears(anna: Person) -> None:
    slot = anna.ask_for_form()
    post = anna.post_of([slot["media_id"]])
    assert anna.delete(f"/posts/{post['post_id']}").status_code == 204
    fill(anna, slot)
    marker = anna.publish("after it")
    until(anna.feed, lambda feed: marker["post_id"] in feed)
    assert anna.feed() == anna.grid() == [marker["post_id"]]
    assert anna.get(f"/posts/{post['post_id']}").status_code == 404
    assert anna.me()["post_count"] == 1


@pytest.mark.parametrize(
    "change",
    [
        {"caption": "New"},
        {"caption": ""},
        {"location": "Here"},
        {"location": None},
        {"caption": "Both", "location": "at once"},
    ],
    ids=str,
)
def test_its_author_changes_a_post_and_the_rest_stays(
    anna: Person, ben: Person, change: dict[str, Any]
) -> None:
    post = anna.post_of([anna.ready()], caption="Old", location="There")
    answer = anna.patch(f"/posts/{post['post_id']}", {**change})
    assert answer.status_code == 200
    changed = answer.json()
    assert changed == {**post, **change, "edited_at": changed["edited_at"]}
    assert changed["edited_at"] >= post["created_at"]
    assert ben.seen(f"/posts/{post['post_id']}") == changed


def test_a_change_of_nothing_changes_nothing(ada: Person) -> None:
    post = ada.publish("Same")
    answer = ada.patch(f"/posts/{post['post_id']}", {})
    assert answer.status_code == 200
    assert {**answer.json(), "edited_at": None} == post


@pytest.mark.parametrize(
    "change",
    [{"caption": None}, {"caption": 1}, {"caption": ["x"]}, {"location": 1}, {"location": {}},
     {"filter": 1}, {"filter": "no-such-filter"}],
    ids=str,
)  # fmt: skip
def test_a_wrong_change_is_refused_by_name(ada: Person, change: dict[str, Any]) -> None:
    post = ada.publish("Same")
    answer = ada.patch(f"/posts/{post['post_id']}", {**change})
    assert answer.status_code == 400
    assert [error["field"] for error in answer.json()["errors"]] == list(change)
    assert ada.seen(f"/posts/{post['post_id']}") == post


def test_what_is_not_the_authors_to_set_stays(ada: Person) -> None:
    post = ada.publish("Same")
    own = {"post_id": UNKNOWN, "like_count": 9, "state": "failed", "created_at": "x", "media": []}
    assert ada.patch(f"/posts/{post['post_id']}", own).status_code in {200, 400}
    seen = ada.seen(f"/posts/{post['post_id']}")
    assert {**seen, "edited_at": None} == post


def test_an_unknown_filter_is_refused_by_name(ada: Person) -> None:
    answer = ada.post("/posts", {"media_ids": [ada.ready()], "filter": "no-such-filter"})
    assert answer.status_code == 400
    assert [error["field"] for error in answer.json()["errors"]] == ["filter"]


def test_nobody_changes_or_deletes_anothers_post(anna: Person, ben: Person) -> None:
    post = anna.publish("Mine")
    path = f"/posts/{post['post_id']}"
    assert ben.patch(path, {"caption": "Yours"}).status_code == 403
    assert ben.delete(path).status_code == 403
    assert anna.seen(path) == post


def test_a_post_that_is_not_visible_is_unknown_to_others(anna: Person, ben: Person) -> None:
    path = f"/posts/{anna.post_of([anna.ask_for_form()['media_id']])['post_id']}"
    assert ben.patch(path, {"caption": "Yours"}).status_code == 404
    assert ben.delete(path).status_code == 404
    assert anna.seen(path)["state"] == "processing"


def test_a_deleted_post_is_gone_for_everybody(anna: Person, ben: Person) -> None:
    ben.follow(anna)
    post = anna.publish("Gone soon")
    ben.sees(post["post_id"])
    path = f"/posts/{post['post_id']}"
    assert anna.delete(path).status_code == 204
    for person in (anna, ben):
        assert person.get(path).status_code == 404
        assert person.patch(path, {"caption": "x"}).status_code == 404
        assert person.delete(path).status_code == 404
    assert anna.grid() == []
    assert ben.feed() == []
    assert anna.feed() == []


def test_an_unknown_post_is_not_found(ada: Person) -> None:
    assert ada.get(f"/posts/{UNKNOWN}").status_code == 404
    assert ada.patch(f"/posts/{UNKNOWN}", {"caption": "x"}).status_code == 404
    assert ada.delete(f"/posts/{UNKNOWN}").status_code == 404


def test_a_changed_name_is_shown_on_posts(anna: Person, ben: Person) -> None:
    post = anna.publish()
    anna.patch("/me", {"display_name": "Anna the Second"})
    author = ben.seen(f"/posts/{post['post_id']}")["author"]
    assert author["display_name"] == "Anna the Second"


def test_a_private_authors_posts_are_hidden_from_strangers(
    anna: Person, ben: Person, new: Callable[[], Person]
) -> None:
    follower = new()
    follower.follow(anna)
    post = anna.publish("Among friends")
    anna.patch("/me", {"is_private": True})
    assert ben.get(f"/posts/{post['post_id']}").status_code == 404
    assert ben.get(f"/users/{anna.user_id}/posts").status_code == 404
    for person in (follower, anna):
        assert person.seen(f"/posts/{post['post_id']}")["caption"] == "Among friends"
        assert ids(person.whole(f"/users/{anna.user_id}/posts")) == [post["post_id"]]


@pytest.fixture(scope="module")
def author(service: object) -> tuple[Person, list[str]]:
    """Make a person with six posts, the newest first."""
    person = Person(service)
    posts = [person.publish(str(number)) for number in range(6)]
    return person, ids(posts)[::-1]


@pytest.mark.parametrize("limit", [1, 2, 3, 5, 6, 7, 100])
def test_a_grid_is_the_same_whatever_its_pages(
    ada: Person, author: tuple[Person, list[str]], limit: int
) -> None:
    person, newest_first = author
    pages = list(ada.pages(f"/users/{person.user_id}/posts", limit))
    assert [post["post_id"] for page in pages for post in page] == newest_first
    assert all(len(page) == limit for page in pages[:-1])


def test_a_grid_is_newest_first(ada: Person, author: tuple[Person, list[str]]) -> None:
    posts = ada.whole(f"/users/{author[0].user_id}/posts")
    assert are_falling([post["created_at"] for post in posts])
    assert [post["caption"] for post in posts] == ["5", "4", "3", "2", "1", "0"]


def test_a_grid_of_nothing_is_empty(ada: Person, ben: Person) -> None:
    answer = ada.get(f"/users/{ben.user_id}/posts")
    assert answer.json() == {"items": [], "next_cursor": None}
    assert "Link" not in answer.headers


def test_posts_that_come_and_go_while_a_grid_is_paged_disturb_nothing(anna: Person) -> None:
    old = [anna.publish()["post_id"] for _ in range(5)][::-1]
    pages = anna.pages(f"/users/{anna.user_id}/posts", 2)
    seen = ids(next(pages))
    anna.publish("too late for this walk")
    # The post that the cursor names is deleted, and so is one that is still to come.
    for gone in (old[1], old[3]):
        assert anna.delete(f"/posts/{gone}").status_code == 204
    for page in pages:
        seen += ids(page)
    assert seen == [old[0], old[1], old[2], old[4]]


def fill(person: Person, slot: dict[str, Any], image: bytes | None = None) -> None:
    """Send the picture for an upload form."""
    form = slot["upload"]
    file = {"file": ("photo.jpg", plain() if image is None else image)}
    answer = person.service.fetch("POST", form["url"], data=form["fields"], files=file)
    assert answer.status_code in {200, 201, 204}, answer.text
