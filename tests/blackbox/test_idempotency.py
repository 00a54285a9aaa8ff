"""Idempotency-Key: a repeated request does not create anything again."""

import secrets
from collections.abc import Callable
from typing import Any

import pytest
import requests

from tests.blackbox.client import Client
from tests.blackbox.people import Person, ids, new_name, sign_up_form
from tests.blackbox.pictures import photo, plain
from tests.blackbox.together import at_once
from tests.blackbox.waiting import until

FORM = {"content_type": "image/jpeg", "size": 1000}


def key() -> dict[str, str]:
    """Return the header with a new key."""
    return {"Idempotency-Key": secrets.token_hex(8)}


def upload(person: Person, image: bytes, headers: dict[str, str]) -> requests.Response:
    """Upload a picture as a body."""
    return person.call(
        "POST", "/upload", data=image, headers={"Content-Type": "image/jpeg", **headers}
    )


def test_a_post_sent_again_is_the_same_post(anna: Person) -> None:
    headers, body = key(), {"media_ids": [anna.ready()], "caption": "Once"}
    first = anna.post("/posts", body, headers=headers)
    again = anna.post("/posts", body, headers=headers)
    assert first.status_code == again.status_code == 201
    assert again.json() == first.json()
    assert anna.grid() == [first.json()["post_id"]]
    assert anna.me()["post_count"] == 1


def test_the_answer_has_a_request_id_of_its_own(ada: Person) -> None:
    headers = key()
    first, again = (ada.post("/upload", FORM, headers=headers) for _ in range(2))
    assert first.json()["media_id"] == again.json()["media_id"]
    assert first.headers["X-Request-Id"] != again.headers["X-Request-Id"]
    assert first.headers["Content-Type"] == again.headers["Content-Type"]


def test_an_upload_sent_again_is_the_same_picture(ada: Person) -> None:
    headers = key()
    first, again = (upload(ada, photo("rocket.jpg"), headers) for _ in range(2))
    assert first.status_code == again.status_code == 201
    assert first.json()["media_id"] == again.json()["media_id"]


def test_a_repeated_upload_form_works(ada: Person) -> None:
    headers, image = key(), plain()
    wanted = {"content_type": "image/jpeg", "size": len(image)}
    first, again = (ada.post("/upload", wanted, headers=headers).json() for _ in range(2))
    assert first["upload"]["fields"]["key"] == again["upload"]["fields"]["key"]
    form = again["upload"]
    sent = requests.post(form["url"], data=form["fields"], files={"file": image}, timeout=30)
    assert sent.status_code == 204
    assert until(lambda: ada.get(f"/media/{again['media_id']}").json(), is_ready)["status"]


def is_ready(media: dict[str, Any]) -> bool:
    """Return whether a picture is rendered."""
    return bool(media["status"] == "ready")


def test_what_was_deleted_is_not_made_again(anna: Person) -> None:
    headers, body = key(), {"media_ids": [anna.ready()]}
    post = anna.post("/posts", body, headers=headers).json()
    written = {"post_id": post["post_id"], "text": "First"}
    comment = anna.post("/comment", written, headers=headers).json()
    assert anna.post("/comment", written, headers=headers).json() == comment
    path = f"/posts/{post['post_id']}"
    assert anna.delete(f"{path}/comments/{comment['comment_id']}").status_code == 204
    assert anna.post("/comment", written, headers=headers).status_code == 409
    assert anna.delete(path).status_code == 204
    assert anna.post("/posts", body, headers=headers).status_code == 409
    assert anna.get(f"{path}").status_code == 404


def test_a_sign_up_sent_again_is_the_same_account(nobody: Client) -> None:
    headers, form = key(), sign_up_form(new_name())
    first, again = (nobody.post("/signup", form, headers=headers) for _ in range(2))
    assert first.status_code == again.status_code == 201
    assert first.json() == again.json()
    assert nobody.post("/signup", form).status_code == 409


def test_the_same_key_with_another_body_is_refused(anna: Person, nobody: Client) -> None:
    one, other = anna.ready(), anna.ready()
    headers = key()
    assert anna.post("/posts", {"media_ids": [one]}, headers=headers).status_code == 201
    for body in ({"media_ids": [other]}, {"media_ids": [one], "caption": "x"}):
        assert anna.post("/posts", body, headers=headers).status_code == 422
    assert len(anna.grid()) == 1
    headers = key()
    assert anna.post("/upload", FORM, headers=headers).status_code == 201
    assert anna.post("/upload", {**FORM, "size": 1001}, headers=headers).status_code == 422
    headers = key()
    assert upload(anna, plain(), headers).status_code == 201
    assert upload(anna, plain(64, 64), headers).status_code == 422
    headers = key()
    form = sign_up_form(new_name())
    assert nobody.post("/signup", form, headers=headers).status_code == 201
    changed = {**form, "password": "another horse"}
    assert nobody.post("/signup", changed, headers=headers).status_code == 422


def test_a_refused_request_does_not_use_up_its_key(anna: Person) -> None:
    headers = key()
    assert anna.post("/posts", {"media_ids": []}, headers=headers).status_code == 400
    answer = anna.post("/posts", {"media_ids": [anna.ready()]}, headers=headers)
    assert answer.status_code in {201, 422}


def test_without_a_key_each_request_creates(ada: Person) -> None:
    first, again = ada.post("/upload", FORM), ada.post("/upload", FORM)
    assert first.json()["media_id"] != again.json()["media_id"]


def test_another_persons_same_key_is_another_key(anna: Person, ben: Person) -> None:
    headers = key()
    mine, theirs = (person.post("/upload", FORM, headers=headers) for person in (anna, ben))
    assert mine.status_code == theirs.status_code == 201
    assert mine.json()["media_id"] != theirs.json()["media_id"]
    posts = [
        person.post("/posts", {"media_ids": [person.ready()]}, headers=headers)
        for person in (anna, ben)
    ]
    assert [post.status_code for post in posts] == [201, 201]
    assert len({post.json()["post_id"] for post in posts}) == 2


def test_the_same_key_on_another_route_is_another_key(anna: Person) -> None:
    headers = key()
    media = upload(anna, plain(), headers)
    assert media.status_code == 201
    post = anna.post("/posts", {"media_ids": [media.json()["media_id"]]}, headers=headers)
    assert post.status_code == 201


@pytest.mark.parametrize(
    "odd", ["x", "x" * 255, "a b", "'; DROP", "{}", "/../", "#", "%00", "\u00e9".encode()],
    ids=lambda odd: ascii(odd[:12]),
)  # fmt: skip
def test_a_key_may_be_any_text_of_a_header(ada: Person, odd: Any) -> None:
    first, again = (ada.post("/upload", FORM, headers={"Idempotency-Key": odd}) for _ in range(2))
    assert first.status_code == again.status_code == 201
    assert first.json()["media_id"] == again.json()["media_id"]


def test_the_same_post_sent_many_times_at_once_is_one_post(anna: Person) -> None:
    headers, body = key(), {"media_ids": [anna.ready()], "caption": "Once"}
    answers = at_once([lambda: anna.post("/posts", body, headers=headers)] * 12)
    check_one_creation(answers, "post_id")
    assert anna.grid() == [answers_with(answers, 201)[0].json()["post_id"]]
    assert anna.me()["post_count"] == 1
    # The key still gets the answer when everything is done.
    again = anna.post("/posts", body, headers=headers)
    assert ids([again.json()]) == anna.grid()


def test_the_same_upload_sent_many_times_at_once_is_one_picture(anna: Person) -> None:
    for send in (
        lambda headers: anna.post("/upload", FORM, headers=headers),
        lambda headers: upload(anna, photo("coffee.jpg"), headers),
    ):
        headers = key()
        check_one_creation(at_once([bound(send, headers)] * 8), "media_id")


def test_the_same_sign_up_sent_many_times_at_once_is_one_account(nobody: Client) -> None:
    headers, form = key(), sign_up_form(new_name())
    answers = at_once([lambda: nobody.post("/signup", form, headers=headers)] * 8)
    check_one_creation(answers, "user_id")


def bound(
    send: Callable[[dict[str, str]], requests.Response], headers: dict[str, str]
) -> Callable[[], requests.Response]:
    """Bind a request to its headers."""
    return lambda: send(headers)


def answers_with(answers: list[requests.Response], status: int) -> list[requests.Response]:
    """Return the answers of one status."""
    return [answer for answer in answers if answer.status_code == status]


def check_one_creation(answers: list[requests.Response], name: str) -> None:
    """Fail unless all answers describe one creation, or say that it is still running."""
    created = answers_with(answers, 201)
    assert len({answer.json()[name] for answer in created}) == 1
    assert len(created) + len(answers_with(answers, 409)) == len(answers)
