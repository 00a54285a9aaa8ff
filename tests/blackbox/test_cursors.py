"""A cursor is for its list and its viewer, and for nothing else."""

import pytest

from tests.blackbox.client import Service
from tests.blackbox.people import Person
from tests.blackbox.scene import Scene
from tests.blackbox.waiting import until


def cursor_of(person: Person, path: str) -> str:
    """Return the cursor behind a list's first item."""
    cursor = person.get(path, params={"limit": 1}).json()["next_cursor"]
    assert isinstance(cursor, str)
    return cursor


def refuses(person: Person, path: str, cursor: str) -> None:
    """Fail unless a list refuses a cursor by name."""
    answer = person.get(path, params={"cursor": cursor})
    assert answer.status_code == 400, answer.text
    assert [error["field"] for error in answer.json()["errors"]] == ["cursor"]


def lists_of(person: Person) -> list[str]:
    """Return the lists of a reader."""
    kinds = ("posts", "followers", "following")
    return [f"/feed/{person.user_id}", *(f"/users/{person.user_id}/{kind}" for kind in kinds)]


@pytest.fixture(scope="module")
def known(service: Service) -> tuple[Person, Person]:
    """Make two people, each with two items in every list."""
    people = Person(service), Person(service)
    fans = Person(service), Person(service)
    for person in people:
        for fan in fans:
            fan.follow(person)
            person.follow(fan)
        for _ in range(2):
            person.publish()
        until(person.feed, lambda feed: len(feed) == 2)
    return people


def test_a_cursor_of_another_list_is_refused(known: tuple[Person, Person]) -> None:
    person, _ = known
    for path in lists_of(person):
        cursor = cursor_of(person, path)
        for other in lists_of(person):
            if other != path:
                refuses(person, other, cursor)


def test_every_list_refuses_the_cursor_of_another(
    service: Service, known: tuple[Person, Person]
) -> None:
    scene = Scene(service, "public")
    cursor = cursor_of(known[0], f"/feed/{known[0].user_id}")
    for path, methods in service.contract.document["paths"].items():
        parameters = methods.get("get", {}).get("parameters", ())
        if any(parameter["name"] == "cursor" for parameter in parameters):
            refuses(scene.owner, path.format(**scene.names), cursor)


def test_a_cursor_of_another_persons_list_is_refused(known: tuple[Person, Person]) -> None:
    person, other = known
    for mine, theirs in zip(lists_of(person)[1:], lists_of(other)[1:], strict=True):
        refuses(person, mine, cursor_of(person, theirs))


def test_a_cursor_of_another_viewer_is_refused_by_the_feed(known: tuple[Person, Person]) -> None:
    person, other = known
    cursor = cursor_of(other, f"/feed/{other.user_id}")
    refuses(person, f"/feed/{person.user_id}", cursor)


def test_a_tampered_cursor_is_refused(known: tuple[Person, Person]) -> None:
    person, _ = known
    for path in lists_of(person):
        cursor = cursor_of(person, path)
        for place in range(0, len(cursor), max(1, len(cursor) // 8)):
            other = "A" if cursor[place] != "A" else "B"
            refuses(person, path, cursor[:place] + other + cursor[place + 1 :])
        refuses(person, path, cursor[: len(cursor) // 2])
        refuses(person, path, cursor + "x")


@pytest.mark.parametrize(
    "cursor",
    ["x", "null", "0", "{}", "é", "🙂", "a\x00b", "=", "....", "' OR 1=1", "e30.e30.e30",
     "../..", "%", "%00", "01ARZ3NDEKTSV4RRFFQ69G5FAV", "x" * 8000],
    ids=lambda cursor: ascii(cursor[:20]),
)  # fmt: skip
def test_what_was_never_a_cursor_is_refused(known: tuple[Person, Person], cursor: str) -> None:
    person, _ = known
    for path in lists_of(person):
        refuses(person, path, cursor)


def test_a_cursor_serves_again_and_with_another_limit(known: tuple[Person, Person]) -> None:
    person, _ = known
    for path in lists_of(person):
        cursor = cursor_of(person, path)
        first, again, wider = (
            person.get(path, params={"cursor": cursor, "limit": limit}).json()["items"]
            for limit in (1, 1, 50)
        )
        assert first == again == wider
        assert len(first) == 1
