"""Uploads of a picture by a presigned form: its allowed uses, and nothing else."""

import base64
import json
from typing import Any

import pytest
import requests

from tests.blackbox.people import Person
from tests.blackbox.pictures import padded, plain
from tests.blackbox.waiting import until

FORM_BYTES = 20 * 1024 * 1024
Form = dict[str, Any]


def send(person: Person, form: Form, image: bytes | None = None, **changes: Any) -> Any:
    """Send a form with changed fields: `None` leaves one out."""
    fields = {**form["fields"], **changes}
    fields = {name: value for name, value in fields.items() if value is not None}
    file = {"file": ("photo.jpg", plain() if image is None else image)}
    return person.service.fetch("POST", form["url"], data=fields, files=file)


def assert_refused(person: Person, media: dict[str, Any], answer: requests.Response) -> None:
    """Fail unless a form was refused and its slot is still waiting for an upload."""
    assert 400 <= answer.status_code < 500, answer.text
    assert "Traceback" not in answer.text
    assert person.seen(f"/media/{media['media_id']}")["status"] == "awaiting_upload"


@pytest.mark.smoke
@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
def test_a_picture_sent_by_a_form_becomes_ready(ada: Person, form: str) -> None:
    content_type, image = f"image/{form.lower()}", plain(200, 100, form=form)
    media = ada.ask_for_form(content_type=content_type, size=len(image), kind="post")
    assert media["status"] == "awaiting_upload"
    assert media["upload"].keys() >= {"url", "fields"}
    assert send(ada, media["upload"], image).status_code in {200, 201, 204}
    done = until(
        lambda: ada.seen(f"/media/{media['media_id']}"), lambda now: now["status"] == "ready"
    )
    assert (done["width"], done["height"]) == (200, 100)
    assert done["url"] == media["url"]
    assert "upload" not in done


def test_a_form_may_be_asked_for_without_a_kind(ada: Person) -> None:
    assert ada.ask_for_form()["upload"]["fields"]["key"]


def test_two_forms_never_share_a_key(ada: Person) -> None:
    one, other = ada.ask_for_form(), ada.ask_for_form()
    assert one["upload"]["fields"]["key"] != other["upload"]["fields"]["key"]
    assert one["media_id"] != other["media_id"]


@pytest.mark.parametrize("key", ["else.jpg", "{}x", "x{}", "../{}", "{}/${{filename}}", ""])
def test_a_form_is_for_its_key_alone(ada: Person, key: str) -> None:
    media = ada.ask_for_form()
    own = media["upload"]["fields"]["key"]
    assert_refused(ada, media, send(ada, media["upload"], key=key.format(own)))


def test_a_form_does_not_fill_anothers_slot(anna: Person, ben: Person) -> None:
    mine, theirs = ben.ask_for_form(), anna.ask_for_form()
    answer = send(ben, mine["upload"], key=theirs["upload"]["fields"]["key"])
    assert_refused(anna, theirs, answer)


def test_a_form_is_for_its_content_type_alone(ada: Person) -> None:
    media = ada.ask_for_form(content_type="image/jpeg")
    name = next(name for name in media["upload"]["fields"] if name.lower() == "content-type")
    for content_type in ("text/html", "image/png", "image/svg+xml", ""):
        answer = send(ada, media["upload"], **{name: content_type})
        assert_refused(ada, media, answer)
    assert_refused(ada, media, send(ada, media["upload"], **{name: None}))


def test_a_file_of_exactly_20_mebibytes_is_taken(ada: Person) -> None:
    media = ada.ask_for_form(size=FORM_BYTES)
    image = padded(plain(), FORM_BYTES)
    assert send(ada, media["upload"], image).status_code in {200, 201, 204}
    assert ada.done(media["media_id"])["status"] in {"ready", "awaiting_upload", "processing"}
    until(lambda: ada.seen(f"/media/{media['media_id']}"), lambda now: now["status"] == "ready")


@pytest.mark.smoke
def test_a_file_of_one_byte_more_is_refused_and_the_form_still_serves(ada: Person) -> None:
    media = ada.ask_for_form(size=FORM_BYTES)
    answer = send(ada, media["upload"], padded(plain(), FORM_BYTES + 1))
    assert "EntityTooLarge" in answer.text
    assert_refused(ada, media, answer)
    assert send(ada, media["upload"]).status_code in {200, 201, 204}
    until(lambda: ada.seen(f"/media/{media['media_id']}"), lambda now: now["status"] == "ready")


def test_an_empty_file_is_refused_or_fails(ada: Person) -> None:
    media = ada.ask_for_form()
    answer = send(ada, media["upload"], b"")
    if answer.status_code < 300:
        media = ada.done(media["media_id"])
        assert media["failure"]["code"] in {"corrupt", "unsupported_type"}
    else:
        assert_refused(ada, media, answer)


def test_a_tampered_policy_is_refused(ada: Person) -> None:
    media = ada.ask_for_form()
    policy = json.loads(base64.b64decode(media["upload"]["fields"]["policy"]))
    policy["conditions"] = [
        ["content-length-range", 0, 10**9] if "content-length-range" in condition else condition
        for condition in policy["conditions"]
    ]
    tampered = base64.b64encode(json.dumps(policy).encode()).decode()
    assert_refused(ada, media, send(ada, media["upload"], policy=tampered))
    for policy_text in ("", "e30=", "no base 64", base64.b64encode(b"[]").decode()):
        assert_refused(ada, media, send(ada, media["upload"], policy=policy_text))


def test_a_form_lacking_any_signed_field_is_refused(ada: Person) -> None:
    media = ada.ask_for_form()
    for name in media["upload"]["fields"]:
        assert_refused(ada, media, send(ada, media["upload"], **{name: None}))


@pytest.mark.smoke
def test_a_changed_signature_is_refused(ada: Person) -> None:
    media, other = ada.ask_for_form(), ada.ask_for_form()
    name = next(name for name in media["upload"]["fields"] if "signature" in name.lower())
    for signature in ("", "0" * 64, "é", other["upload"]["fields"][name]):
        assert_refused(ada, media, send(ada, media["upload"], **{name: signature}))


def test_a_field_that_was_not_agreed_on_is_refused(ada: Person) -> None:
    media = ada.ask_for_form()
    for name in ("acl", "success_action_redirect", "x-amz-meta-more"):
        assert_refused(ada, media, send(ada, media["upload"], **{name: "public-read"}))


def test_a_form_without_its_file_is_refused(ada: Person) -> None:
    media = ada.ask_for_form()
    fields = {name: (None, value) for name, value in media["upload"]["fields"].items()}
    answer = ada.service.fetch("POST", media["upload"]["url"], files=fields)
    assert_refused(ada, media, answer)


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        ("application/json", b"{}"),
        ("application/x-www-form-urlencoded", b"key=x"),
        ("multipart/form-data", b"--x--"),
        ("multipart/form-data; boundary=x", b""),
        ("multipart/form-data; boundary=x", b"--x\r\n\r\n"),
        ("multipart/form-data; boundary=x", b"\0" * 5000),
        ("multipart/form-data; boundary=" + "x" * 3000, b"--x--"),
    ],
)
def test_what_is_no_form_is_refused(ada: Person, content_type: str, body: bytes) -> None:
    url = ada.ask_for_form()["upload"]["url"]
    answer = ada.service.fetch("POST", url, data=body, headers={"Content-Type": content_type})
    assert 400 <= answer.status_code < 500
    assert "Traceback" not in answer.text


def test_what_was_uploaded_cannot_be_read_back(ada: Person) -> None:
    media = ada.ask_for_form()
    send(ada, media["upload"])
    place = f"{media['upload']['url'].rstrip('/')}/{media['upload']['fields']['key']}"
    for method in ("GET", "HEAD", "PUT", "DELETE"):
        assert 400 <= ada.service.fetch(method, place).status_code < 500
    assert 400 <= ada.service.fetch("GET", media["upload"]["url"]).status_code < 500


@pytest.mark.local
def test_a_page_of_an_allowed_origin_may_send_the_form(ada: Person) -> None:
    url = ada.ask_for_form()["upload"]["url"]
    asked = {"Access-Control-Request-Method": "POST"}
    mine = ada.service.fetch("OPTIONS", url, headers={"Origin": "http://one.example", **asked})
    assert mine.headers["Access-Control-Allow-Origin"] == "http://one.example"
    foreign = ada.service.fetch("OPTIONS", url, headers={"Origin": "http://no.example", **asked})
    assert "Access-Control-Allow-Origin" not in foreign.headers


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"size": FORM_BYTES + 1}, 413),
        ({"size": 10**15}, 413),
        ({"size": 10**30}, {400, 413}),
        ({"size": 0}, 400),
        ({"size": -1}, 400),
        ({"size": "10"}, 400),
        ({"size": 1.5}, 400),
        ({"size": True}, 400),
        ({"size": None}, 400),
        ({"content_type": "image/svg+xml"}, 415),
        ({"content_type": "text/html"}, 415),
        ({"content_type": "image/*"}, 415),
        ({"content_type": ""}, {400, 415}),
        ({"content_type": None}, 400),
        ({"content_type": 1}, 400),
        ({"kind": "avatar"}, 400),
        ({"kind": None}, 400),
        ({"kind": 1}, 400),
    ],
    ids=str,
)
def test_a_wrong_request_for_a_form_is_refused(
    ada: Person, change: dict[str, Any], status: int | set[int]
) -> None:
    answer = ada.post("/upload", {"content_type": "image/jpeg", "size": 10_000, **change})
    assert answer.status_code in (status if isinstance(status, set) else {status})


def test_a_request_for_a_form_needs_type_and_size(ada: Person) -> None:
    for request in ({}, {"content_type": "image/jpeg"}, {"size": 1}):
        answer = ada.post("/upload", request)
        assert answer.status_code == 400
        missing = {"content_type", "size"} - request.keys()
        assert {error["field"] for error in answer.json()["errors"]} <= missing
