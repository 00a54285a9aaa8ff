"""The event handlers, called as Lambda calls them: they translate and hand on."""

import pytest

from functions.aws import events
from functions.aws.redelivery import MOST_RECEIVES
from functions.stage import stage as own_stage
from tests.unit.aws.test_events import load


@pytest.fixture
def handler(stage):
    """A handler by its name in the app."""
    from app import app

    return lambda name, event: app.handler_map[name](event, None)


@pytest.fixture
def rendered(monkeypatch):
    """The media that the worker was told of, with the message and what has arrived."""
    told = []

    class Worker:
        def render(self, media_id, message_id, upload):
            told.append((media_id, message_id, upload))

    monkeypatch.setitem(vars(own_stage()), "worker", Worker())
    return told


def test_an_arrived_original_is_rendered_by_the_media_that_its_key_names(handler, rendered):
    assert handler("render", load("sqs_s3_object_created")) == {"batchItemFailures": []}
    assert rendered == [("m1", "m1", "us:er 1/m1")]


@pytest.mark.parametrize("received", [MOST_RECEIVES, MOST_RECEIVES + 1])
def test_an_avatar_that_cannot_be_rendered_is_parked_in_the_end(handler, monkeypatch, received):
    """No row counts its tries, and its queue allows many receives."""
    tries, parked = [], []

    class Avatars:
        def render(self, *what):
            tries.append(what)

    monkeypatch.setitem(vars(own_stage()), "avatars", Avatars())
    monkeypatch.setattr(events, "park", lambda *what: parked.append(what))
    event = load("sqs_s3_test_event")
    [record] = event["Records"]
    record["body"] = '{"avatar_id": "a1", "user_id": "u1", "media_id": "m1"}'
    record["attributes"]["ApproximateReceiveCount"] = str(received)
    assert handler("rerender", event) == {"batchItemFailures": []}
    assert (len(tries), len(parked)) == ((0, 1) if received > MOST_RECEIVES else (1, 0))


def test_s3s_test_event_is_nothing_to_render(handler, rendered):
    assert handler("render", load("sqs_s3_test_event")) == {"batchItemFailures": []}
    assert rendered == []


@pytest.mark.parametrize("name", ["complete_posts", "fan_out", "deliver"])
def test_messages_without_sense_are_named_as_failed(handler, name):
    answer = handler(name, load("sqs_malformed_message"))
    assert [one["itemIdentifier"] for one in answer["batchItemFailures"]] == ["m1", "m2", "m3"]
