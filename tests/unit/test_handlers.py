"""The event handlers, called as Lambda calls them: they translate and hand on."""

import pytest

from functions.media import handlers as media_handlers
from tests.unit.test_events import load


@pytest.fixture
def handler(stage):
    """A handler by its name in the app."""
    from app import app

    return lambda name, event: app.handler_map[name](event, None)


@pytest.fixture
def rendered(monkeypatch):
    """The media that the worker was told of, with the number of the try and what has arrived."""
    told = []

    class Worker:
        def render(self, media_id, attempt, upload):
            told.append((media_id, attempt, upload))

    monkeypatch.setattr(media_handlers, "render_worker", Worker)
    return told


def test_an_arrived_original_is_rendered_by_the_media_that_its_key_names(handler, rendered):
    assert handler("render", load("sqs_s3_object_created")) == {"batchItemFailures": []}
    assert rendered == [("m1", 2, "us:er 1/m1")]


def test_s3s_test_event_is_nothing_to_render(handler, rendered):
    assert handler("render", load("sqs_s3_test_event")) == {"batchItemFailures": []}
    assert rendered == []


@pytest.mark.parametrize("name", ["complete_posts", "fan_out", "deliver"])
def test_messages_without_sense_are_named_as_failed(handler, name):
    answer = handler(name, load("sqs_malformed_message"))
    assert [one["itemIdentifier"] for one in answer["batchItemFailures"]] == ["m1", "m2", "m3"]
