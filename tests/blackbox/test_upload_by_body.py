"""Uploads of a picture as the body of a request."""

import pytest
from PIL import Image

from tests.blackbox.client import Client
from tests.blackbox.people import Person
from tests.blackbox.pictures import RED, encode, padded, photo, plain, quarters

MEDIA_FIELDS = {
    "media_id", "status", "failure", "url", "width", "height", "blurhash", "color", "exif",
    "filter", "renditions", "created_at",
}  # fmt: skip
BODY_BYTES = 4_000_000
"""A body size that every stage accepts."""


@pytest.mark.smoke
@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
def test_an_uploaded_picture_becomes_ready(ada: Person, form: str) -> None:
    sent = ada.send(plain(200, 100, form=form), f"image/{form.lower()}")
    assert sent.keys() >= MEDIA_FIELDS
    assert sent["status"] == "processing"
    assert sent["failure"] is None
    media = ada.done(sent["media_id"])
    assert media["status"] == "ready"
    assert media["renditions"].keys() >= {"thumbnail", "small", "medium", "full"}
    assert (media["width"], media["height"]) == (200, 100)
    assert media["created_at"] == sent["created_at"]


def test_the_url_is_final_from_the_moment_of_upload(ada: Person) -> None:
    sent = ada.send(photo("rocket.jpg"))
    media = ada.done(sent["media_id"])
    assert sent["url"] == media["url"] == media["renditions"]["full"]["url"]
    assert ada.service.fetch("GET", sent["url"]).status_code == 200


def test_a_picture_is_its_owners_alone_until_it_is_published(
    anna: Person, ben: Person, nobody: Client
) -> None:
    media_id = anna.ready()
    hidden, unknown = ben.get(f"/media/{media_id}"), ben.get("/media/01ARZ3NDEKTSV4RRFFQ69G5FAV")
    assert hidden.status_code == unknown.status_code == 404
    assert hidden.json() == unknown.json()
    anna.post_of([media_id])
    assert ben.seen(f"/media/{media_id}")["status"] == "ready"
    assert nobody.get(f"/media/{media_id}").status_code == 401


def test_content_types_are_read_as_http_writes_them(ada: Person) -> None:
    for content_type in ("IMAGE/JPEG", "image/jpeg; name=photo.jpg"):
        assert ada.done(ada.send(plain(), content_type)["media_id"])["status"] == "ready"


@pytest.mark.smoke
@pytest.mark.parametrize(
    "content_type",
    ["image/svg+xml", "image/bmp", "image/tiff", "image/x-icon", "image/", "text/html",
     "text/plain", "application/pdf", "video/mp4", "jpeg", "image/jpeg, text/html"],
)  # fmt: skip
def test_a_wrong_type_is_refused_at_once(ada: Person, content_type: str) -> None:
    answer = ada.call("POST", "/upload", data=plain(), headers={"Content-Type": content_type})
    assert answer.status_code == 415


@pytest.mark.smoke
@pytest.mark.parametrize("content_type", ["application/octet-stream", "image/*"])
def test_bytes_are_known_whatever_they_are_labelled(ada: Person, content_type: str) -> None:
    image = plain(40, 30, form="PNG")
    assert ada.done(ada.send(image, content_type)["media_id"])["status"] == "ready"
    words = ada.call("POST", "/upload", data=b"words", headers={"Content-Type": content_type})
    assert words.status_code == 415


@pytest.mark.smoke
def test_a_picture_may_come_in_a_form(ada: Person) -> None:
    file = ("photo.png", plain(40, 30, form="PNG"), "application/octet-stream")
    sent = ada.send_form(files={"file": file})
    assert sent.status_code == 201, sent.text
    assert ada.done(sent.json()["media_id"])["status"] == "ready"
    told = ada.send_form(files={"file": file}, data={"kind": "story", "keep_position": "true"})
    media = ada.done(told.json()["media_id"])
    assert ada.post("/stories", {"media_id": media["media_id"]}).status_code == 201


def test_a_form_that_lacks_its_file_or_has_more_is_refused_by_field(ada: Person) -> None:
    for files, data, field in (
        ({"other": ("a", b"x")}, {}, "file"),
        ({"file": ("a", plain())}, {"kind": "odd"}, "kind"),
        ({"file": ("a", plain())}, {"size": "3"}, "size"),
        ({"file": ("a", b"")}, {}, "body"),
    ):
        answer = ada.send_form(files=files, data=data)
        assert answer.status_code == 400, answer.text
        assert field in {error["field"] for error in answer.json()["errors"]}
    assert ada.send_form(files={"file": ("a", b"words")}).status_code == 415


def test_a_form_that_is_too_large_is_told_which_way_takes_it(ada: Person) -> None:
    for size in (4_600_000, 12_000_000):
        answer = ada.send_form(files={"file": ("a", padded(plain(), size))})
        assert answer.status_code == 413
        assert "POST /upload" in answer.json()["detail"]


@pytest.mark.parametrize("content_type", ["image/jpeg", "image/png", "image/webp"])
def test_an_empty_body_is_refused_at_once(ada: Person, content_type: str) -> None:
    answer = ada.call("POST", "/upload", data=b"", headers={"Content-Type": content_type})
    assert answer.status_code == 400


def test_a_body_may_have_four_megabytes(ada: Person) -> None:
    sent = ada.send(padded(plain(), BODY_BYTES))
    assert ada.done(sent["media_id"])["status"] == "ready"


@pytest.mark.parametrize("megabytes", [8, 12, 24])
def test_a_body_that_is_too_large_is_refused_at_once(ada: Person, megabytes: int) -> None:
    body = padded(plain(), megabytes * 1024 * 1024)
    answer = ada.call("POST", "/upload", data=body, headers={"Content-Type": "image/jpeg"})
    assert answer.status_code == 413
    assert "POST /upload" in answer.json()["detail"]


@pytest.mark.parametrize(
    ("is_really", "label"), [("PNG", "image/jpeg"), ("JPEG", "image/webp"), ("WEBP", "image/png")]
)
def test_a_mislabelled_picture_is_taken_for_what_it_is(
    ada: Person, is_really: str, label: str
) -> None:
    media = ada.done(ada.send(plain(60, 40, form=is_really), label)["media_id"])
    assert media["status"] == "ready"
    assert media["renditions"]["full"]["content_type"] == "image/webp"


def broken() -> dict[str, bytes]:
    """Return bodies that are not pictures, whatever they claim, by their kind."""
    real = photo("rocket.jpg")
    png = encode(quarters(300, 200), "PNG")
    return {
        "a byte": b"\0",
        "text": b"this is no picture\n" * 50,
        "a page": b"<!doctype html><script>alert(1)</script>" * 20,
        "svg": b'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>',
        "zip": b"PK\x03\x04" + b"\0" * 500,
        "bmp": encode(Image.new("RGB", (20, 20), RED), "BMP"),
        "tiff": encode(Image.new("RGB", (20, 20), RED), "TIFF"),
        "a JPEG's head": real[:400],
        "half a JPEG": real[: len(real) // 2],
        "half a PNG": png[: len(png) // 2],
        "a PNG's head": png[:33],
        "a JPEG's magic": b"\xff\xd8\xff\xe0" + b"\0" * 300,
        "noise behind a magic": b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 8,
        "a WebP's magic": b"RIFF\x24\0\0\0WEBPVP8 " + b"\0" * 60,
    }


@pytest.mark.parametrize("kind", broken())
def test_what_is_no_picture_fails_with_a_reason(ada: Person, kind: str) -> None:
    answer = ada.call(
        "POST", "/upload", data=broken()[kind], headers={"Content-Type": "image/jpeg"}
    )
    if answer.status_code != 201:
        assert answer.status_code in {400, 415}
        return
    media = ada.done(answer.json()["media_id"])
    assert media["status"] == "failed"
    assert media["failure"]["code"] in {"corrupt", "unsupported_type"}
    assert media["failure"]["detail"]
    assert media["renditions"] == {}
    assert ada.service.fetch("GET", media["url"]).status_code == 403


def test_a_picture_of_too_many_pixels_fails_with_that_reason(ada: Person) -> None:
    bomb = encode(Image.new("1", (20_000, 20_000)), "PNG")
    assert len(bomb) < 200_000
    media = ada.done(ada.send(bomb, "image/png")["media_id"])
    assert media["status"] == "failed"
    assert media["failure"]["code"] == "too_many_pixels"


def test_a_failed_picture_cannot_be_posted(anna: Person) -> None:
    media = anna.done(anna.send(photo("rocket.jpg")[:400])["media_id"])
    assert media["status"] == "failed"
    answer = anna.post("/posts", {"media_ids": [media["media_id"]]})
    assert answer.status_code in {400, 409}
    assert anna.grid() == []


def test_uploading_needs_a_token(nobody: Client) -> None:
    answer = nobody.call("POST", "/upload", data=plain(), headers={"Content-Type": "image/jpeg"})
    assert answer.status_code == 401
