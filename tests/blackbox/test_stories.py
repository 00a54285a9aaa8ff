"""Stories: shown for a while to viewers who may see them, and then to nobody."""

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

import pytest

from tests.blackbox.client import Client, Service
from tests.blackbox.people import Person
from tests.blackbox.pictures import plain
from tests.blackbox.server import running
from tests.blackbox.waiting import until

SHORT = 4  # seconds


def test_a_story_key_with_another_body_is_refused(anna: Person) -> None:
    sent = anna.send_form(files={"file": ("a.jpg", plain())}, data={"kind": "story"})
    media_id, headers = anna.done(sent.json()["media_id"])["media_id"], {"Idempotency-Key": "one"}
    first, again = (
        anna.post("/stories", {"media_id": media_id}, headers=headers) for _ in range(2)
    )
    assert first.status_code == again.status_code == 201
    assert first.json()["story_id"] == again.json()["story_id"]
    shown = anna.get(first.headers["Location"]).json()
    assert shown["story_id"] == first.json()["story_id"]
    assert anna.post("/stories", {"media_id": "other"}, headers=headers).status_code == 422


def picture(person: Person, image: bytes | None = None) -> str:
    """Upload a picture for a story without waiting for it. Returns its id."""
    data = plain(1200, 2200) if image is None else image
    media = person.ask_for_form(kind="story", size=len(data))
    form = media["upload"]
    files = {name: (None, value) for name, value in form["fields"].items()}
    answer = person.service.fetch(
        "POST", form["url"], files={**files, "file": ("story.jpg", data, "image/jpeg")}
    )
    assert answer.status_code == 204, answer.text
    return str(media["media_id"])


def tell(person: Person) -> dict[str, Any]:
    """Publish a story. Returns it as soon as it is published."""
    answer = person.post("/stories", {"media_id": picture(person)})
    assert answer.status_code == 201, answer.text
    story_id = answer.json()["story_id"]
    stories = until(
        lambda: person.whole(f"/users/{person.user_id}/stories"),
        lambda stories: story_id in [story["story_id"] for story in stories],
    )
    return next(story for story in stories if story["story_id"] == story_id)


def tray(person: Person) -> list[str]:
    """Return the authors in a tray."""
    return [item["author"]["user_id"] for item in person.whole("/stories")]


def length(story: dict[str, Any]) -> float:
    """Return for how many seconds a story is shown."""
    ends, begins = story["expires_at"], story["published_at"]
    return (datetime.fromisoformat(ends) - datetime.fromisoformat(begins)).total_seconds()


def test_a_story_is_shown_for_a_day_and_fills_the_screen(anna: Person, ben: Person) -> None:
    story = tell(anna)
    assert 86_399 < length(story) <= 86_400
    assert (story["width"], story["height"]) == (1080, 1920)
    assert (story["seen"], story["view_count"]) == (True, 0)
    [shown] = ben.whole(f"/users/{anna.user_id}/stories")
    assert (shown["story_id"], shown["seen"]) == (story["story_id"], False)
    assert "view_count" not in shown
    fetched = ben.service.fetch("GET", shown["url"])
    assert fetched.headers["Content-Type"] == "image/webp"
    assert fetched.headers["Cache-Control"].startswith("max-age=0, must-revalidate")


@pytest.mark.smoke
def test_a_story_comes_to_followers_trays_and_goes_with_the_follow(
    anna: Person, ben: Person
) -> None:
    ben.follow(anna)
    story = tell(anna)
    until(lambda: tray(ben), lambda authors: authors == [anna.user_id])
    [item] = ben.whole("/stories")
    assert [one["story_id"] for one in item["stories"]] == [story["story_id"]]
    assert tray(anna) == []
    ben.unfollow(anna)
    assert tray(ben) == []
    ben.follow(anna)
    until(lambda: tray(ben), lambda authors: authors == [anna.user_id])
    anna.delete(f"/stories/{story['story_id']}")
    assert tray(ben) == []


def test_unseen_stories_come_first(ben: Person, new: Callable[[], Person]) -> None:
    first, second = new(), new()
    for author in (first, second):
        ben.follow(author)
    tell(first)
    newest = tell(second)
    order = [second.user_id, first.user_id]
    until(lambda: tray(ben), lambda authors: authors == order)
    assert ben.post(f"/stories/{newest['story_id']}/view").status_code == 204
    items = ben.whole("/stories", 1)
    assert [item["author"]["user_id"] for item in items] == order[::-1]
    assert [item["seen"] for item in items] == [False, True]


def test_the_author_alone_learns_who_has_seen_it(anna: Person, ben: Person) -> None:
    story = tell(anna)
    path = f"/stories/{story['story_id']}"
    for person in (ben, ben, anna):
        assert person.post(f"{path}/view").status_code == 204
    [seen] = anna.whole(f"{path}/viewers")
    assert seen["user"]["user_id"] == ben.user_id
    assert ben.get(f"{path}/viewers").status_code == 403
    until(
        lambda: anna.whole(f"/users/{anna.user_id}/stories")[0]["view_count"],
        lambda count: count == 1,
    )


def test_a_private_authors_story_is_not_there_for_strangers(anna: Person, ben: Person) -> None:
    story = tell(anna)
    anna.patch("/me", {"is_private": True})
    path = f"/stories/{story['story_id']}"
    assert ben.get(f"/users/{anna.user_id}/stories").status_code == 404
    for answer in (ben.post(f"{path}/view"), ben.get(f"{path}/viewers"), ben.delete(path)):
        assert answer.status_code == 404
    assert anna.delete(path).status_code == 204
    assert anna.delete(path).status_code == 404


def test_what_cannot_be_told_is_refused(anna: Person, ben: Person, nobody: Client) -> None:
    media_id = picture(anna)
    assert nobody.post("/stories", {"media_id": media_id}).status_code == 401
    assert ben.post("/stories", {"media_id": media_id}).status_code == 404
    assert anna.post("/stories", {"media_id": anna.send()["media_id"]}).status_code == 409
    assert anna.post("/stories", {"media_id": media_id}).status_code == 201
    assert anna.post("/stories", {"media_id": media_id}).status_code == 409
    assert anna.post("/posts", {"media_ids": [media_id]}).status_code == 409
    broken = picture(anna, b"\xff\xd8\xff\xe0 no picture")
    assert anna.done(broken)["status"] == "failed"
    assert anna.post("/stories", {"media_id": broken}).status_code == 409


def test_one_storys_signature_opens_no_other(anna: Person) -> None:
    first, second = tell(anna), tell(anna)
    fetch = anna.service.fetch
    query = first["url"].partition("?")[2]
    other = second["url"].partition("?")[0]
    assert fetch("GET", first["url"]).status_code == 200
    assert fetch("GET", f"{other}?{query}").status_code == 403


@pytest.fixture(scope="module")
def brief() -> Iterator[Service]:
    """Run a server whose stories last a few seconds."""
    with running(STORY_TTL_SECONDS=str(SHORT)) as (_, base_url):
        service = Service(base_url)
        yield service
        service.close()


@pytest.mark.local
def test_a_story_whose_time_is_over_is_nowhere(brief: Service) -> None:
    anna, ben = Person(brief), Person(brief)
    ben.follow(anna)
    story = tell(anna)
    path = f"/stories/{story['story_id']}"
    assert SHORT - 1 < length(story) <= SHORT
    until(lambda: tray(ben), lambda authors: authors == [anna.user_id])
    [shown] = ben.whole(f"/users/{anna.user_id}/stories")
    assert brief.fetch("GET", shown["url"]).status_code == 200
    until(lambda: tray(ben), lambda authors: authors == [])
    assert ben.whole(f"/users/{anna.user_id}/stories") == []
    assert anna.whole(f"/users/{anna.user_id}/stories") == []
    assert ben.post(f"{path}/view").status_code == 404
    assert anna.get(f"{path}/viewers").status_code == 404
    assert anna.delete(path).status_code == 404
    assert brief.fetch("GET", shown["url"]).status_code == 403
