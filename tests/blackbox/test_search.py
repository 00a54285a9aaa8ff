"""Searching for people by their names."""

from collections.abc import Callable
from typing import Any
from urllib.parse import quote

import pytest

from tests.blackbox.client import Service
from tests.blackbox.people import Person
from tests.blackbox.waiting import until

LETTERS = str.maketrans("0123456789_", "ghijklmnopq")


def found(viewer: Person, q: str) -> list[str]:
    """Return the usernames on the first page."""
    answer = viewer.get(f"/search?q={quote(q)}")
    assert answer.status_code == 200, answer.text
    return [user["username"] for user in answer.json()["items"]]


@pytest.fixture
def word(service: Service) -> str:
    """Return a word that begins nobody's name."""
    return f"w{Person(service).username.translate(LETTERS)[-12:]}"


@pytest.fixture
def named(service: Service) -> Callable[[str], Person]:
    """Sign somebody up, and wait until the search knows the name."""

    def named(username: str) -> Person:
        person = Person(service, username)
        until(lambda: found(person, username), lambda names: username in names)
        return person

    return named


def test_people_are_found_by_any_words_beginning(named: Any, word: str) -> None:
    person, other = named(f"{word}.k"), named(f"{word}x")
    person.patch("/me", {"display_name": f"Žofie {word[::-1]}"})
    until(lambda: found(other, word[::-1]), len)
    for q in (f"{word}k", f"{word}.k", f"@{word}.k".upper(), f"zof {word}", f"k {word}",
              f"ŽOFIE {word[::-1][:6]}"):  # fmt: skip
        assert found(other, q) == [person.username], q
    assert set(found(other, word)) == {person.username, other.username}


def test_the_exact_name_and_those_followed_come_first(named: Any, word: str) -> None:
    viewer, exact, plain, liked = (named(f"{word}{rest}") for rest in ("v", "", "a", "b"))
    plain.put(f"/users/{liked.user_id}/follow")
    expected = [exact.username, liked.username]
    until(lambda: found(viewer, word)[:2], lambda names: names == expected)
    viewer.put(f"/users/{plain.user_id}/follow")
    assert found(viewer, word)[:3] == [exact.username, plain.username, liked.username]


def test_blocked_people_do_not_find_each_other(named: Any, word: str) -> None:
    ann, ben = named(f"{word}a"), named(f"{word}b")
    ann.put(f"/users/{ben.user_id}/block")
    assert found(ann, word) == [ann.username]
    assert found(ben, word) == [ben.username]


def test_a_former_name_finds_nobody_at_once(named: Any, word: str) -> None:
    ann, ben = named(f"{word}a"), named(f"{word}b")
    assert ann.post("/me/username", {"username": f"{word}c"}).status_code == 200
    assert found(ben, f"{word}a") == []
    until(lambda: found(ben, f"{word}c"), len)


def test_somebody_who_left_is_not_found(named: Any, word: str) -> None:
    ann, ben = named(f"{word}a"), named(f"{word}b")
    assert ann.delete("/me", json={"password": ann.password}).status_code == 202
    assert found(ben, f"{word}a") == []


@pytest.mark.parametrize("query", ["", "q=", "q=%20", f"q={'x' * 101}", "q=a&cursor=nonsense"])
def test_a_wrong_query_is_refused(service: Service, query: str) -> None:
    answer = Person(service).get(f"/search?{query}")
    assert answer.status_code == 400
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("kind", ["tags", "posts", "", "Users"])
def test_an_unknown_kind_is_refused_with_those_that_there_are(service: Service, kind: str) -> None:
    answer = Person(service).get(f"/search?q=ada&kind={kind}")
    assert answer.status_code == 400
    [fault] = answer.json()["errors"]
    assert fault["field"] == "kind"
    assert "users" in fault["message"]
