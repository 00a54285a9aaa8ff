"""Pictures sent as a form in the request."""

from uuid import uuid4

import pytest

from tests.integration.people import photo


def form(boundary, data):
    head = 'Content-Disposition: form-data; name="file"; filename="a.png"'
    type_ = "Content-Type: image/png"
    parts = [f"--{boundary}\r\n{head}\r\n{type_}\r\n\r\n".encode(), data]
    return b"".join([*parts, f"\r\n--{boundary}--\r\n".encode()])


@pytest.fixture
def send(stack, ada):
    """Upload a picture by a form, under a key."""

    def send(key, data, boundary):
        headers = {
            "content-type": f"multipart/form-data; boundary={boundary}",
            "idempotency-key": key,
        }
        body = form(boundary, data)
        return stack.call("POST", "/upload", token=ada.token, body=body, headers=headers)

    return send


def test_a_form_is_known_by_its_key_whatever_its_boundary(send):
    key, data = uuid4().hex, photo()
    first, again = (send(key, data, boundary) for boundary in ("one", "another"))
    assert (first.status, again.status) == (201, 201)
    assert again.json["media_id"] == first.json["media_id"]


def test_another_picture_under_the_same_key_is_refused(send):
    key = uuid4().hex
    assert send(key, photo(), "one").status == 201
    assert send(key, photo(color="navy"), "one").status == 422
