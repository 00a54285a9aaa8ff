"""Usernames that change owners."""

from collections.abc import Callable
from functools import partial

import pytest

from tests.blackbox.client import Client, Service
from tests.blackbox.people import Person, new_name, sign_up_form
from tests.blackbox.together import at_once

RACERS = 12


def rename(person: Person, name: str) -> int:
    """Ask for another username. Returns the status."""
    answer = person.post("/me/username", {"username": name})
    if answer.status_code == 200:
        person.username = answer.json()["username"]
    return answer.status_code


def test_a_new_username_is_shown_everywhere_and_logs_in(
    nobody: Client, new: Callable[[], Person]
) -> None:
    anna, ben = new(), new()
    ben.follow(anna)
    post = anna.publish("before")
    ben.sees(post["post_id"])
    old, name = anna.username, new_name()
    answer = anna.post("/me/username", {"username": f" {name.upper()} "})
    assert answer.status_code == 200
    assert (answer.json()["user_id"], answer.json()["username"]) == (anna.user_id, name)
    anna.username = name

    assert anna.me()["username"] == ben.seen(f"/users/{anna.user_id}")["username"] == name
    assert ben.get("/users", params={"username": name}).json()["user_id"] == anna.user_id
    assert ben.get("/users", params={"username": old}).status_code == 404
    assert ben.seen(f"/posts/{post['post_id']}")["author"]["username"] == name
    feed = ben.whole(f"/feed/{ben.user_id}", 20)
    assert [one["author"]["username"] for one in feed] == [name]

    login = {"username": old, "password": anna.password}
    assert nobody.post("/login", login).status_code == 401
    assert anna.log_in()["user_id"] == anna.user_id
    assert nobody.post("/signup", sign_up_form(old)).status_code == 409


@pytest.mark.parametrize("name", ["ab", "_anna", "an..na", "12345", "admin", "\u202eanna"])
def test_a_new_username_follows_the_rule(ada: Person, name: str) -> None:
    answer = ada.post("/me/username", {"username": name})
    assert answer.status_code == 400
    assert [error["field"] for error in answer.json()["errors"]] == ["username"]


def test_a_username_changes_twice_and_not_to_one_that_is_taken(
    new: Callable[[], Person], ada: Person
) -> None:
    anna = new()
    assert rename(anna, ada.username) == 409
    first = anna.username
    assert [rename(anna, new_name()) for _ in range(2)] == [200, 200]
    assert rename(anna, anna.username) == 200  # changes nothing
    refused = anna.post("/me/username", {"username": new_name()})
    assert refused.status_code == 429
    assert int(refused.headers["Retry-After"]) > 0
    assert rename(anna, first) in {409, 429}


def test_the_name_of_a_deleted_account_is_held(nobody: Client, new: Callable[[], Person]) -> None:
    zoe, other = new(), new()
    assert zoe.delete("/me", json={"password": zoe.password}).status_code == 202
    assert nobody.post("/signup", sign_up_form(zoe.username)).status_code == 409
    assert rename(other, zoe.username) == 409


def test_a_name_that_many_want_at_once_goes_to_one(service: Service, nobody: Client) -> None:
    name = new_name()
    forms = [sign_up_form(name, email=f"{name}{number}@example.com") for number in range(RACERS)]
    crowd = at_once([partial(nobody.post, "/signup", form) for form in forms])
    assert sorted(one.status_code for one in crowd) == [201] + [409] * (RACERS - 1)
    [winner] = [one.json() for one in crowd if one.status_code == 201]
    login = nobody.post("/login", {"username": name, "password": forms[0]["password"]})
    assert login.json()["user_id"] == winner["user_id"]


def test_a_change_a_sign_up_and_another_change_at_once_leave_one_owner(
    service: Service, nobody: Client, new: Callable[[], Person]
) -> None:
    name = new_name()
    people = [new() for _ in range(4)]
    changes = [partial(rename, person, name) for person in people]
    signs_up = partial(nobody.post, "/signup", sign_up_form(name))
    statuses = at_once([*changes, lambda: signs_up().status_code])
    assert sorted(status // 100 for status in statuses) == [2, 4, 4, 4, 4]
    owner = people[0].get("/users", params={"username": name}).json()
    named = [person for person in people if person.me()["username"] == name]
    assert [person.user_id for person in named] in ([owner["user_id"]], [])
    assert len({person.me()["username"] for person in people}) == len(people)


def test_one_person_who_changes_to_many_names_at_once_has_one(
    new: Callable[[], Person], nobody: Client
) -> None:
    anna = new()
    names = [new_name() for _ in range(6)]
    ask = [partial(anna.post, "/me/username", {"username": name}) for name in names]
    statuses = [one.status_code for one in at_once(ask)]
    assert set(statuses) <= {200, 409, 429}
    assert 1 <= statuses.count(200) <= 2
    shown = anna.me()["username"]
    found = [nobody_knows(anna, name) for name in names]
    assert found.count(False) == 1
    assert anna.get("/users", params={"username": shown}).json()["user_id"] == anna.user_id


def nobody_knows(person: Person, name: str) -> bool:
    """Return whether no user has this name."""
    return person.get("/users", params={"username": name}).status_code == 404
