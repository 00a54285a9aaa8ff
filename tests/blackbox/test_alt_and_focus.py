"""Alternative texts and focal points of pictures."""

import io
from typing import Any

import pytest
from PIL import Image

from tests.blackbox.people import Person
from tests.blackbox.pictures import BLUE, GREEN, RED, encode, is_near
from tests.blackbox.waiting import until

ALT_LIMIT = 1500
RIGHT = {"x": 1, "y": 0}


def strip(width: int = 900, height: int = 300) -> bytes:
    """Draw a red, a green and a blue third side by side."""
    image = Image.new("RGB", (width, height), GREEN)
    image.paste(RED, (0, 0, width // 3, height))
    image.paste(BLUE, (width * 2 // 3, 0, width, height))
    return encode(image)


def send(person: Person, form: dict[str, Any]) -> None:
    """Send the strip with an upload form."""
    file = {"file": ("strip.jpg", strip())}
    assert person.service.fetch("POST", form["url"], data=form["fields"], files=file).ok


def middle(person: Person, url: str) -> tuple[int, int, int]:
    """Return the colour in the middle of a rendition."""
    image = Image.open(io.BytesIO(person.service.fetch("GET", url).content)).convert("RGB")
    pixel: Any = image.getpixel((image.width // 2, image.height // 2))
    return pixel[0], pixel[1], pixel[2]


def thumbnail(person: Person, media: dict[str, Any]) -> tuple[int, int, int]:
    """Return the colour in the middle of a thumbnail."""
    return middle(person, media["renditions"]["thumbnail"]["url"])


def test_a_text_and_a_focal_point_are_in_every_answer(anna: Person, ben: Person) -> None:
    media_id = anna.ready(strip())
    given = {"media_id": media_id, "alt": "Three stripes.", "focus": RIGHT}
    answer = anna.post("/posts", {"media": [given]})
    assert answer.status_code == 201, answer.text
    post = anna.published(answer.json()["post_id"])
    ben.follow(anna)
    until(ben.feed, lambda feed: feed == [post["post_id"]])
    for seen in (
        ben.seen(f"/posts/{post['post_id']}")["media"][0],
        ben.whole(f"/users/{anna.user_id}/posts")[0]["media"][0],
        ben.whole(f"/feed/{ben.user_id}", 50)[0]["media"][0],
        anna.whole(f"/feed/{anna.user_id}", 50)[0]["media"][0],
        ben.seen(f"/media/{media_id}"),
        anna.seen(f"/media/{media_id}"),
    ):
        assert (seen["alt"], seen["focus"]) == ("Three stripes.", RIGHT)
        assert is_near(thumbnail(ben, seen), BLUE)


def test_a_changed_focal_point_is_rendered_under_another_path(anna: Person, ben: Person) -> None:
    post = anna.publish(image=strip())
    [before] = post["media"]
    chosen = thumbnail(ben, before)
    assert not is_near(chosen, RED)
    change = {"media": [{"media_id": before["media_id"], "focus": {"x": -1, "y": 0}}]}
    answer = anna.patch(f"/posts/{post['post_id']}", change)
    assert answer.json()["media"][0]["focus"] == {"x": -1, "y": 0}
    [after] = until(
        lambda: ben.seen(f"/posts/{post['post_id']}"),
        lambda seen: seen["media"][0]["status"] == "ready",
    )["media"]
    assert is_near(thumbnail(ben, after), RED)
    assert thumbnail(ben, before) == chosen, "a path never changes its meaning"


@pytest.mark.parametrize("way", ["form", "slot"])
def test_a_focal_point_of_the_upload_is_rendered_at_once(ada: Person, way: str) -> None:
    if way == "form":
        file = ("strip.jpg", strip(), "image/jpeg")
        sent = ada.send_form(files={"file": file}, data={"focus": "1.0,0.00"}).json()
    else:
        sent = ada.ask_for_form(size=len(strip()), focus=RIGHT)
        send(ada, sent["upload"])
    media = ada.done(sent["media_id"])
    assert (media["alt"], media["focus"], media["url"]) == (None, RIGHT, sent["url"])
    assert is_near(thumbnail(ada, media), BLUE)


@pytest.mark.parametrize("given", ["with the upload", "with the story"])
def test_a_story_shows_its_focal_point(ada: Person, given: str) -> None:
    with_upload = {"focus": RIGHT} if given == "with the upload" else {}
    sent = ada.ask_for_form(size=len(strip()), kind="story", **with_upload)
    send(ada, sent["upload"])
    media_id = ada.done(sent["media_id"])["media_id"]
    with_story = {} if with_upload else {"focus": RIGHT}
    answer = ada.post("/stories", {"media_id": media_id, **with_story})
    assert answer.status_code == 201, answer.text
    told = answer.json()
    [story] = until(
        lambda: [
            one
            for one in ada.whole(f"/users/{ada.user_id}/stories")
            if one["story_id"] == told["story_id"]
        ],
        bool,
    )
    assert is_near(middle(ada, story["url"]), BLUE)
    assert story["url"].split("?")[0] == told["url"].split("?")[0]


@pytest.mark.parametrize("character", ["x", "é", "\U0001f9d1"])
def test_a_text_has_at_most_1500_characters(ada: Person, character: str) -> None:
    post = ada.publish()
    [media_id] = [one["media_id"] for one in post["media"]]

    def change(text: str) -> Any:
        body = {"media": [{"media_id": media_id, "alt": text}]}
        return ada.patch(f"/posts/{post['post_id']}", body)

    kept = change(character * ALT_LIMIT)
    assert kept.json()["media"][0]["alt"] == character * ALT_LIMIT
    refused = change(character * (ALT_LIMIT + 1))
    assert refused.status_code == 400
    assert [one["field"] for one in refused.json()["errors"]] == ["media[0].alt"]


@pytest.mark.parametrize(
    ("picture", "field"),
    [
        ({"alt": "a\x00b"}, "media[0].alt"),
        ({"focus": {"x": 1.01, "y": 0}}, "media[0].focus.x"),
        ({"focus": {"x": 0, "y": -2}}, "media[0].focus.y"),
        ({"focus": {"x": 0}}, "media[0].focus.y"),
        ({"focus": {"x": 0, "y": 0, "z": 0}}, "media[0].focus.z"),
        ({"focus": "0,0"}, "media[0].focus"),
        ({"text": "Fog."}, "media[0].text"),
    ],
)
def test_a_wrong_text_or_focal_point_is_refused_by_name(
    ada: Person, picture: dict[str, Any], field: str
) -> None:
    media_id = ada.ready()
    answer = ada.post("/posts", {"media": [{"media_id": media_id, **picture}]})
    assert answer.status_code == 400, answer.text
    assert [one["field"] for one in answer.json()["errors"]] == [field]


@pytest.mark.parametrize("text", ["1.5,0", "0", "0,0,0", "x,y", "-1,-1.01", "", "0, 0", "nan,0"])
def test_a_form_has_a_focal_point_as_two_numbers(ada: Person, text: str) -> None:
    file = ("strip.jpg", strip(), "image/jpeg")
    answer = ada.send_form(files={"file": file}, data={"focus": text})
    assert answer.status_code == 400
    assert [one["field"] for one in answer.json()["errors"]] == ["focus"]


def test_pictures_are_given_in_one_form(ada: Person) -> None:
    media_id = ada.ready()
    both = ada.post("/posts", {"media_ids": [media_id], "media": [{"media_id": media_id}]})
    neither = ada.post("/posts", {"caption": "None."})
    assert (both.status_code, neither.status_code) == (400, 400)
    assert both.json()["errors"][0]["field"] == "media"
    assert "one of the two" in both.json()["detail"]
    assert neither.json()["errors"][0] == {"field": "media_ids", "message": "is missing"}
