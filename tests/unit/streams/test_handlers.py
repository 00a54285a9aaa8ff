"""What the functions of the follows' and the users' streams send, and when."""

import pytest

from functions.queues import INDEX_TRAILS_SECONDS, Backfill, Promote, Prune, Rebuild
from functions.streams import routing
from functions.streams.jobs import LATE_SECONDS
from tests.fakes.sending import Outbox, Sent

SQS_MAX_DELAY_SECONDS = 900


@pytest.fixture
def outbox(monkeypatch):
    """What the handlers send."""
    outbox = Outbox()
    monkeypatch.setattr(routing, "send_together", outbox.together)
    return outbox


@pytest.fixture
def change(stage):
    """Tells the router of a change of an edge, by the state before and after."""
    from app import app

    def change(old, new):
        images = {name: image(state) for name, state in (("OldImage", old), ("NewImage", new))}
        record = {
            "eventSource": "aws:dynamodb",
            "eventSourceARN": "arn:aws:dynamodb:us-east-1:123456789012:table/follows/stream/now",
            "dynamodb": {
                "SequenceNumber": "100",
                "ApproximateCreationDateTime": 1777636800.0,
                **{name: held for name, held in images.items() if held is not None},
            },
        }
        return app.handler_map["on_follows"]({"Records": [record]}, None)

    return change


def image(state):
    """The row of bob's follow of ada."""
    fields = {
        "follower_id": "bob",
        "followee_id": "ada",
        "epoch": "01E",
        "state": state,
        "since": "2026-05-01T12:00:00.000000+0000",
    }
    return state and {name: {"S": value} for name, value in fields.items()}


@pytest.mark.parametrize("before", [None, "requested"])
def test_an_accepted_follow_is_backfilled_at_once_and_again_when_the_index_has_caught_up(
    outbox, change, before
):
    assert change(before, "accepted") == {"batchItemFailures": []}
    backfill = Backfill("bob", "ada", "01E")
    assert outbox.sent == [
        Sent("fanout", backfill),
        Sent("fanout", backfill, INDEX_TRAILS_SECONDS),
    ]
    assert 10 <= INDEX_TRAILS_SECONDS <= SQS_MAX_DELAY_SECONDS


def test_the_end_of_a_follow_is_pruned_at_once_and_once_more(outbox, change):
    assert change("accepted", None) == {"batchItemFailures": []}
    prune = Prune("bob", "ada")
    assert outbox.sent == [Sent("fanout", prune), Sent("fanout", prune, LATE_SECONDS)]


def test_a_request_sends_nothing(outbox, change):
    assert change(None, "requested") == {"batchItemFailures": []}
    assert outbox.sent == []


@pytest.fixture
def user_change(stage):
    """Tells the router of a change of ada, by the fields before and after."""
    from app import app

    def user_change(old, new):
        images = {"OldImage": user_image(old), "NewImage": user_image(new)}
        record = {
            "eventSource": "aws:dynamodb",
            "eventSourceARN": "arn:aws:dynamodb:us-east-1:123456789012:table/users/stream/now",
            "dynamodb": {
                "SequenceNumber": "100",
                "ApproximateCreationDateTime": 1777636800.0,
                **images,
            },
        }
        return app.handler_map["on_users"]({"Records": [record]}, None)

    return user_change


def user_image(changes):
    """The row of ada, as a stream has it."""
    fields = {
        "user_id": "ada",
        "username": "ada",
        "display_name": "Ada",
        "bio": "",
        "created_at": "2026-05-01T12:00:00.000000+0000",
        "last_active": "2026-05-01",
        "band": "pushed",
        **changes,
    }
    numbers = {"follower_count": "0", "following_count": "0", "post_count": "0"}
    return {
        **{name: {"S": value} for name, value in fields.items()},
        **{name: {"N": value} for name, value in numbers.items()},
        "is_private": {"BOOL": False},
    }


def test_a_reader_who_comes_back_is_rebuilt_at_once_and_again(outbox, user_change):
    assert user_change({}, {"last_active": "2026-07-01"}) == {"batchItemFailures": []}
    rebuild = Rebuild("ada")
    assert outbox.sent == [Sent("fanout", rebuild), Sent("fanout", rebuild, INDEX_TRAILS_SECONDS)]


def test_a_band_that_begins_to_change_is_changed_once_the_index_has_caught_up(outbox, user_change):
    begun = {"band": "promoting", "band_epoch": "01B"}
    assert user_change({}, begun) == {"batchItemFailures": []}
    assert outbox.sent == [Sent("fanout", Promote("ada", "01B"), INDEX_TRAILS_SECONDS)]


def test_a_day_of_activity_sends_nothing(outbox, user_change):
    assert user_change({}, {"last_active": "2026-05-02"}) == {"batchItemFailures": []}
    assert outbox.sent == []


def test_a_user_who_cannot_be_read_is_named_and_brought_again(outbox, user_change):
    assert user_change({}, {"last_active": "never"}) == {
        "batchItemFailures": [{"itemIdentifier": "100"}]
    }


def test_a_change_fails_if_one_of_its_jobs_could_not_be_sent_and_no_other_does(monkeypatch, stage):
    """Two jobs follow from each follow. Of those of the second, one was refused."""
    from app import app

    sent = []

    def refuses_one(messages):
        sent.append({queue: len(outgoing) for queue, outgoing in messages.items()})
        return {"fanout": {3}}

    monkeypatch.setattr(routing, "send_together", refuses_one)
    records = [follow_record(number) for number in ("100", "200", "300")]
    answer = app.handler_map["on_follows"]({"Records": records}, None)
    assert answer == {"batchItemFailures": [{"itemIdentifier": "200"}]}
    assert sent == [{"fanout": 6}], "all jobs of a batch go together"


def follow_record(number):
    return {
        "eventSource": "aws:dynamodb",
        "eventSourceARN": "arn:aws:dynamodb:us-east-1:123456789012:table/follows/stream/now",
        "dynamodb": {
            "SequenceNumber": number,
            "ApproximateCreationDateTime": 1777636800.0,
            "NewImage": image("accepted"),
        },
    }
