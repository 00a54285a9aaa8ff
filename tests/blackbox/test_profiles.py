"""Profiles: the caller's own, and those of others."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from tests.blackbox.people import Person, new_name
from tests.blackbox.pictures import plain

NEW_USER = {
    "bio": "",
    "avatar_url": None,
    "is_private": False,
    "follower_count": 0,
    "following_count": 0,
    "post_count": 0,
}
USER_FIELDS = {"user_id", "username", "display_name", "created_at", "relationship", *NEW_USER}
DISPLAY_NAME_LIMIT = 64
BIO_LIMIT = 500


def test_a_new_profile_has_every_field_of_the_contract(anna: Person) -> None:
    me = anna.me()
    assert me.keys() >= USER_FIELDS
    assert {name: me[name] for name in NEW_USER} == NEW_USER
    assert (me["user_id"], me["username"]) == (anna.user_id, anna.username)
    assert me["relationship"] == {"following": "no", "followed_by": False, "blocked": False}
    created_at = datetime.fromisoformat(me["created_at"])
    assert created_at.utcoffset() == timedelta(0)


def test_others_see_a_profile_by_id_and_by_name(anna: Person, ben: Person) -> None:
    by_id = ben.seen(f"/users/{anna.user_id}")
    by_name = ben.get("/users", params={"username": anna.username}).json()
    own = anna.me()
    assert {"email", "email_verified"} == own.keys() - by_id.keys()
    assert by_id == by_name == {name: own[name] for name in by_id}


def test_a_profile_never_shows_the_email(anna: Person, ben: Person) -> None:
    assert "@example.com" not in ben.get(f"/users/{anna.user_id}").text


def test_an_unknown_user_is_not_found(ada: Person) -> None:
    unknown = "00000000-0000-4000-8000-000000000000"
    assert ada.get(f"/users/{unknown}").status_code == 404
    for name in (new_name(), "No Such Name", "x" * 100, "ünknown"):
        assert ada.get("/users", params={"username": name}).status_code == 404
    for lists in ("posts", "followers", "following"):
        assert ada.get(f"/users/{unknown}/{lists}").status_code == 404


def test_looking_for_nobody_is_an_input_error(ada: Person) -> None:
    for query in ("", "?username=", "?name=x"):
        answer = ada.get(f"/users{query}")
        assert answer.status_code == 400
        assert [error["field"] for error in answer.json()["errors"]] == ["username"]


@pytest.mark.parametrize(
    "change",
    [
        {"display_name": "Anna Lee"},
        {"display_name": "🙂 アンナ עַנָּה"},
        {"display_name": "❤️ 👩🏽‍🚀 می‌خواهم ශ්‍රී"},
        {"display_name": "x" * DISPLAY_NAME_LIMIT},
        {"display_name": "🐎" * DISPLAY_NAME_LIMIT},
        {"bio": "One line,\nand another."},
        {"bio": "b" * BIO_LIMIT},
        {"bio": "🐎" * BIO_LIMIT},
        {"is_private": True},
        {"display_name": "Both", "bio": "at once"},
    ],
    ids=str,
)
def test_what_is_changed_is_shown_and_the_rest_stays(anna: Person, change: dict[str, Any]) -> None:
    before = anna.me()
    answer = anna.patch("/me", change)
    assert answer.status_code == 200
    assert answer.json() == {**before, **change} == anna.me()


def test_a_bio_that_shows_nothing_counts_as_empty(anna: Person) -> None:
    assert anna.patch("/me", {"bio": "\u2800\n\u3164"}).json()["bio"] == ""


def test_a_bio_can_be_emptied_again(anna: Person) -> None:
    anna.patch("/me", {"bio": "for now"})
    assert anna.patch("/me", {"bio": ""}).json()["bio"] == ""


def test_a_private_account_can_be_opened_again(anna: Person, ben: Person) -> None:
    anna.patch("/me", {"is_private": True})
    assert ben.seen(f"/users/{anna.user_id}")["is_private"] is True
    anna.patch("/me", {"is_private": False})
    assert ben.seen(f"/users/{anna.user_id}")["is_private"] is False


def test_changing_nothing_changes_nothing(anna: Person) -> None:
    before = anna.me()
    assert anna.patch("/me", {}).json() == before


@pytest.mark.parametrize(
    "change",
    [
        {"display_name": "x" * (DISPLAY_NAME_LIMIT + 1)},
        {"bio": "b" * (BIO_LIMIT + 1)},
        {"display_name": None},
        {"bio": None},
        {"is_private": None},
        {"display_name": 1},
        {"bio": ["x"]},
        {"is_private": "yes"},
        {"is_private": 1},
        {"avatar_media_id": 1},
        {"avatar_media_id": {}},
        {"bio": "a\x00b"},
        {"display_name": "two\nlines"},
        {"display_name": "\u3164"},
        {"display_name": "Anna\u202eeel"},
        {"display_name": "Anna\u200bLee"},
        {"display_name": "Anna\U000e0041"},
        {"display_name": "\u0301"},
    ],
    ids=lambda change: str(change)[:40],
)
def test_a_wrong_value_is_refused_by_name_and_changes_nothing(
    ada: Person, change: dict[str, Any]
) -> None:
    before = ada.me()
    answer = ada.patch("/me", {**change})
    assert answer.status_code == 400
    assert [error["field"] for error in answer.json()["errors"]] == list(change)
    assert ada.me() == before


def test_a_refused_change_of_one_field_changes_no_other(anna: Person) -> None:
    before = anna.me()
    assert anna.patch("/me", {"display_name": "Fine", "bio": 1}).status_code == 400
    assert anna.me() == before


def test_what_is_not_a_persons_to_set_stays(anna: Person) -> None:
    before = anna.me()
    own = {"user_id": "x", "username": "x", "follower_count": 9, "post_count": 9, "unknown": 1}
    assert anna.patch("/me", own).status_code in {200, 400}
    assert anna.me() == before


def test_an_avatar_is_a_picture_of_ones_own_and_can_be_taken_off(anna: Person, ben: Person) -> None:
    media_id = anna.ready(plain(200, 200))
    url = anna.patch("/me", {"avatar_media_id": media_id}).json()["avatar_url"]
    assert anna.service.fetch("GET", url).headers["Content-Type"] == "image/webp"
    assert ben.seen(f"/users/{anna.user_id}")["avatar_url"] == url
    post = anna.publish()
    assert post["author"]["avatar_url"] == url
    assert anna.patch("/me", {"avatar_media_id": None}).json()["avatar_url"] is None
    assert ben.seen(f"/users/{anna.user_id}")["avatar_url"] is None


def test_anothers_picture_is_no_avatar_and_is_answered_like_an_unknown_one(
    anna: Person, ben: Person
) -> None:
    theirs = ben.patch("/me", {"avatar_media_id": anna.ready()})
    unknown = ben.patch("/me", {"avatar_media_id": "01ARZ3NDEKTSV4RRFFQ69G5FAV"})
    assert theirs.status_code == unknown.status_code == 404
    assert theirs.json() == unknown.json()
    assert ben.me()["avatar_url"] is None


def test_a_picture_that_is_not_there_yet_is_no_avatar(anna: Person) -> None:
    media_id = anna.ask_for_form()["media_id"]
    assert anna.patch("/me", {"avatar_media_id": media_id}).status_code in {400, 409}
    assert anna.me()["avatar_url"] is None


def test_posts_are_counted_on_the_profile(anna: Person, new: Callable[[], Person]) -> None:
    viewer = new()
    first, second = anna.publish("one"), anna.publish("two")
    assert viewer.seen(f"/users/{anna.user_id}")["post_count"] == 2
    anna.delete(f"/posts/{first['post_id']}")
    assert viewer.seen(f"/users/{anna.user_id}")["post_count"] == 1
    anna.delete(f"/posts/{second['post_id']}")
    anna.delete(f"/posts/{second['post_id']}")
    assert anna.me()["post_count"] == 0
