"""Renders during an outage of AWS, in functions that Lambda stops, and of damaged pictures."""

from contextlib import contextmanager

import boto3
import pytest

from functions.config import settings
from functions.media import worker
from functions.media.domain import HINT, RENDER_TRIES
from infra.local.wire import action_of
from infra.redrive import redrive
from tests.integration.people import photo, publish, upload

MORE_THAN_ALL_TRIES = RENDER_TRIES + 3


@pytest.fixture
def render(stack):
    """The render queue's event source."""
    [source] = [one for one in stack.pump.sources if one.function.name == "render"]
    return source


def is_s3(request):
    return "X-Amz-Target" not in request.headers and "cognito" not in request.url


def is_dynamodb(request):
    return action_of(request) in ("UpdateItem", "BatchGetItem", "PutItem")


def is_sqs(request):
    return action_of(request) in ("SendMessage", "SendMessageBatch", "ChangeMessageVisibility")


@contextmanager
def outage(stack, of):
    """A service that answers 503."""

    def around(request, answer):
        if of(request):
            return 503, {}, b'{"__type": "ServiceUnavailable"}'
        return answer(request)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("botocore.endpoint.time.sleep", lambda _: None)
        stack.stage.wire.surround(around)
        try:
            yield
        finally:
            stack.stage.wire.bare(around)


def try_often(render, times=MORE_THAN_ALL_TRIES):
    for _ in range(times):
        render.step(patient=False)
        render.advance()


def redriven(stack, queue="render"):
    """Redrive a queue, and return how many messages were moved."""
    sqs = boto3.client("sqs")
    dead, own = (
        sqs.get_queue_url(QueueName=settings().queue(name))["QueueUrl"]
        for name in (f"{queue}-dead", queue)
    )
    moved = redrive(sqs, dead, own)
    stack.settle(advance=True)
    return moved


def media(stack, person, media_id):
    return stack.call("GET", f"/media/{media_id}", token=person.token).json


def state(stack, person, post):
    return stack.call("GET", f"/posts/{post['post_id']}", token=person.token).json["state"]


@pytest.mark.parametrize("of", [is_s3, is_dynamodb, is_sqs], ids=["s3", "dynamodb", "sqs"])
def test_an_outage_during_a_render_fails_no_picture_and_a_redrive_publishes_its_post(
    stack, ada, render, of, monkeypatch
):
    media_id = upload(stack, ada)
    post = publish(stack, ada, media_id)
    with monkeypatch.context() as patch:
        if of is is_sqs:  # a render needs no call of SQS: it fails by itself, and cannot be parked
            patch.setattr(worker.imaging, "render", stopping(ConnectionError))
        with outage(stack, of):
            try_often(render)
    shown = media(stack, ada, media_id)
    assert (shown["status"], shown["failure"]) == ("processing", None)
    assert state(stack, ada, post) == "processing"
    render.advance()
    stack.settle(advance=True)
    redriven(stack)
    assert media(stack, ada, media_id)["status"] == "ready"
    assert state(stack, ada, post) == "published"


def stopping(error, tries=None):
    def stopped(*_, **__):
        if tries is not None:
            tries.append(1)
        raise error

    return stopped


class Stopped(BaseException):
    """Lambda stops a function that needs too much memory or time. No handler sees it."""


def test_a_picture_that_stops_the_function_is_parked_and_told_as_delayed(
    stack, ada, render, monkeypatch
):
    tries = []
    media_id = upload(stack, ada)
    post = publish(stack, ada, media_id)
    with monkeypatch.context() as patch:
        patch.setattr(worker.imaging, "render", stopping(Stopped, tries))
        for _ in range(RENDER_TRIES):
            with pytest.raises(Stopped):
                render.step(patient=False)
            render.advance()
        stack.settle(advance=True)
    assert len(tries) == RENDER_TRIES
    shown = media(stack, ada, media_id)
    assert (shown["status"], shown["failure"], shown["hint"]) == ("processing", None, HINT)
    assert state(stack, ada, post) == "processing"
    assert redriven(stack) == 1
    assert "hint" not in media(stack, ada, media_id)
    assert state(stack, ada, post) == "published"


def test_receives_that_lambda_throttles_are_no_tries(stack, ada, render):
    """They count in SQS, but the function never saw them."""
    media_id = upload(stack, ada)
    for _ in range(MORE_THAN_ALL_TRIES):
        assert render._receive(1)
        render.advance()
    stack.settle(advance=True)
    assert media(stack, ada, media_id)["status"] == "ready"


def test_a_filter_is_not_dropped_by_an_outage(stack, ada):
    [rerender] = [one for one in stack.pump.sources if one.function.name == "rerender"]
    media_id = upload(stack, ada)
    stack.settle()
    post = publish(stack, ada, media_id)
    stack.settle()
    path = f"/posts/{post['post_id']}"
    assert stack.call("PATCH", path, token=ada.token, json={"filter": "ink"}).status == 200
    for source in stack.pump.sources:
        if source.function.name == "on_media":
            source.step(patient=False)
    with outage(stack, is_s3):
        try_often(rerender)
    assert media(stack, ada, media_id)["filter"] is None
    assert redriven(stack, "rerender") == 1
    assert media(stack, ada, media_id)["filter"] == "ink"
    assert stack.call("GET", path, token=ada.token).json["filter"] == "ink"


def test_a_story_waits_for_its_picture_through_an_outage(stack, ada, render):
    data = photo(color="navy")
    asked = {"content_type": "image/png", "size": len(data), "kind": "story"}
    slot = stack.call("POST", "/upload", token=ada.token, json=asked).json
    stack.post_form(slot["upload"]["url"], slot["upload"]["fields"], data)
    given = {"media_id": slot["media_id"]}
    story = stack.call("POST", "/stories", token=ada.token, json=given).json
    with outage(stack, is_s3):
        try_often(render)
    assert story["state"] == "processing"
    redriven(stack)
    path = f"/users/{ada.user_id}/stories"
    [shown] = stack.call("GET", path, token=ada.token).json["items"]
    assert (shown["story_id"], shown["state"]) == (story["story_id"], "published")


def test_a_damaged_picture_is_told_by_the_first_try(stack, ada, render):
    media_id = upload(stack, ada, photo()[:60])
    render.step(patient=False)
    assert media(stack, ada, media_id)["failure"]["code"] == "corrupt"
    assert redriven(stack) == 0
