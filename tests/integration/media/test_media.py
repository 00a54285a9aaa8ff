"""Uploads over HTTP, and originals that cannot be rendered."""

import json
from uuid import uuid4

import boto3
import pytest

from functions.config import settings
from functions.media import worker
from functions.media.worker import RENDER_ATTEMPTS
from tests.integration.people import photo, publish, upload


@pytest.fixture
def ada(stack):
    return stack.sign_up(f"ada_{uuid4().hex[:12]}")


def media(stack, person, media_id):
    return stack.call("GET", f"/media/{media_id}", token=person.token)


def dead_letters():
    """The render queue's dead letters, which are taken away."""
    sqs = boto3.client("sqs")
    url = sqs.get_queue_url(QueueName=settings().queue("render-dead"))["QueueUrl"]
    found = []
    while got := sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", []):
        found += [message["Body"] for message in got]
        for message in got:
            sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
    return found


def test_a_picture_is_its_owners_alone_until_a_post_shows_it(stack, ada):
    bob = stack.sign_up(f"bob_{uuid4().hex[:12]}")
    media_id = upload(stack, ada)
    stack.settle()
    assert media(stack, ada, media_id).json["status"] == "ready"
    assert media(stack, bob, media_id).status == 404
    post = publish(stack, ada, media_id)
    assert media(stack, bob, media_id).json == media(stack, ada, media_id).json
    stack.call("DELETE", f"/posts/{post['post_id']}", token=ada.token)
    assert media(stack, bob, media_id).status == 404
    assert media(stack, ada, "unknown").status == 404


def test_an_upload_sent_twice_under_a_key_is_one_picture(stack, ada):
    sent = {
        "token": ada.token,
        "body": photo(),
        "headers": {"content-type": "image/png", "idempotency-key": uuid4().hex},
    }
    first, second = stack.call("POST", "/upload", **sent), stack.call("POST", "/upload", **sent)
    assert first.status == second.status == 201
    assert first.json == second.json


def test_what_cannot_be_uploaded_is_refused_before_anything_is_made(stack, ada):
    slot = {"content_type": "image/png", "size": 21 * 1024 * 1024}
    assert stack.call("POST", "/upload", token=ada.token, json=slot).status == 413
    slot = {"content_type": "image/tiff", "size": 10}
    assert stack.call("POST", "/upload", token=ada.token, json=slot).status == 415
    for kind in ("image/tiff", "text/plain"):
        headers = {"content-type": kind}
        refused = stack.call("POST", "/upload", token=ada.token, body=b"x", headers=headers)
        assert refused.status == 415


def test_a_picture_that_is_none_fails_with_its_reason_and_its_post_with_it(stack, ada):
    media_id = upload(stack, ada, photo()[:60])
    post = publish(stack, ada, media_id)
    stack.settle()
    shown = media(stack, ada, media_id).json
    assert (shown["status"], shown["failure"]["code"]) == ("failed", "corrupt")
    found = stack.call("GET", f"/posts/{post['post_id']}", token=ada.token).json
    assert found["state"] == "failed"
    assert found["media"][0]["failure"] == shown["failure"]


def test_a_render_that_fails_for_good_fails_its_post_visibly(stack, ada, monkeypatch):
    tries = []

    def broken(*_, **__):
        tries.append(1)
        raise MemoryError("too much")

    monkeypatch.setattr(worker.imaging, "render", broken)
    media_id = upload(stack, ada)
    post = publish(stack, ada, media_id)
    stack.settle()
    assert media(stack, ada, media_id).json["status"] == "processing"
    stack.settle(advance=True)
    assert len(tries) == RENDER_ATTEMPTS
    assert media(stack, ada, media_id).json["failure"]["code"] == "corrupt"
    found = stack.call("GET", f"/posts/{post['post_id']}", token=ada.token).json
    assert found["state"] == "failed"
    assert stack.call("GET", "/me", token=ada.token).json["post_count"] == 0
    keys = [json.loads(body)["Records"][0]["s3"]["object"]["key"] for body in dead_letters()]
    assert any(media_id in key for key in keys)


def test_a_render_that_fails_once_is_done_by_the_next_try(stack, ada, monkeypatch):
    render, tries = worker.imaging.render, []

    def flaky(*given, **more):
        tries.append(1)
        if len(tries) == 1:
            raise ConnectionError("for a moment")
        return render(*given, **more)

    monkeypatch.setattr(worker.imaging, "render", flaky)
    media_id = upload(stack, ada)
    stack.settle(advance=True)
    assert media(stack, ada, media_id).json["status"] == "ready"
