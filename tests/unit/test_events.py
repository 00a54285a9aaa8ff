"""What the event handlers share: one call a record, failures named, messages sent."""

import json
from datetime import UTC, datetime
from pathlib import Path
from threading import Barrier

import msgspec
import pytest
from chalice.app import DynamoDBEvent, SQSEvent

from functions import events
from functions.events import (
    SEND_ATTEMPTS,
    Change,
    changes_at_once,
    each_change,
    each_message,
    queue_url,
    send,
)

EVENTS = Path(__file__).parent.parent / "events"


class Note(msgspec.Struct, frozen=True):
    """A message."""

    name: str
    correlation_id: str = ""


def load(name):
    """An event as Lambda sends it, from tests/events."""
    return json.loads((EVENTS / f"{name}.json").read_text())


def messages(name):
    return SQSEvent(load(name), None)


def changes(name="dynamodb_insert_modify_remove"):
    return DynamoDBEvent(load(name), None)


def failed(*identifiers):
    return {"batchItemFailures": [{"itemIdentifier": one} for one in identifiers]}


def failing_on(*bad):
    """A handler that fails on some, and remembers all."""

    def handle(what, attempt=0):
        handle.seen.append((what, attempt) if attempt else what)
        if what in bad:
            raise RuntimeError(f"cannot do {what}")

    handle.seen = []
    return handle


class TestMessages:
    """A queue's batch."""

    def test_each_is_handed_on_decoded_with_the_number_of_its_try(self):
        handle = failing_on()
        assert each_message(messages("sqs_three_messages"), Note, handle) == failed()
        assert handle.seen == [(Note("one"), 1), (Note("two"), 3), (Note("three"), 1)]

    def test_only_the_failed_are_named_and_the_rest_go_on(self):
        handle = failing_on(Note("two"))
        assert each_message(messages("sqs_three_messages"), Note, handle) == failed("m2")
        assert len(handle.seen) == 3

    def test_a_batch_that_fails_as_a_whole_is_named_record_by_record(self):
        handle = failing_on(Note("one"), Note("two"), Note("three"))
        answer = each_message(messages("sqs_three_messages"), Note, handle)
        assert answer == failed("m1", "m2", "m3")

    def test_a_message_that_makes_no_sense_fails_alone(self):
        handle = failing_on()
        answer = each_message(messages("sqs_malformed_message"), Note, handle)
        assert answer == failed("m2", "m3")
        assert handle.seen == [(Note("one"), 1)]

    def test_a_failure_is_logged_with_its_traceback_and_its_record(self, caplog):
        each_message(messages("sqs_three_messages"), Note, failing_on(Note("two")))
        [logged] = [record for record in caplog.records if record.exc_info]
        assert "cannot do" in str(logged.exc_info[1])
        assert (logged.source, logged.record) == ("arn:aws:sqs:us-east-1:123456789012:toys", "m2")
        assert logged.attempt == 3

    def test_a_failure_tells_what_the_message_followed_from(self, caplog):
        batch = load("sqs_three_messages")
        batch["Records"][0]["body"] = '{"name": "one", "correlation_id": "upload-7"}'
        each_message(SQSEvent(batch, None), Note, failing_on(Note("one", "upload-7")))
        [logged] = [record for record in caplog.records if record.exc_info]
        assert logged.correlation_id == "upload-7"

    def test_a_message_that_makes_no_sense_is_told_by_its_id(self, caplog):
        each_message(messages("sqs_malformed_message"), Note, failing_on())
        assert [one.record for one in caplog.records] == ["m2", "m3"]


def number(image):
    return image and image["value"]["N"]


class TestChanges:
    """A stream's batch."""

    def test_each_is_handed_on_in_order_with_both_images(self):
        handle = failing_on()
        assert each_change(changes(), handle) == failed()
        value = [
            (one.old and one.old["value"], one.new and one.new["value"]) for one in handle.seen
        ]
        assert value == [(None, {"N": "1"}), ({"N": "1"}, {"N": "2"}), ({"N": "2"}, None)]

    def test_a_failed_one_is_named_by_its_position(self):
        changed = load("dynamodb_insert_modify_remove")["Records"][1]["dynamodb"]
        at = datetime(2026, 5, 1, 12, tzinfo=UTC)
        second = Change(changed["OldImage"], changed["NewImage"], at)
        assert each_change(changes(), failing_on(second)) == failed("200")

    @pytest.mark.parametrize("walk", [each_change, changes_at_once])
    @pytest.mark.parametrize("image", ["NewImage", "OldImage"])
    def test_a_failure_is_logged_with_its_position_and_what_its_row_followed_from(
        self, caplog, walk, image
    ):
        batch = load("dynamodb_insert_modify_remove")
        batch["Records"] = [batch["Records"][0 if image == "NewImage" else 2]]
        batch["Records"][0]["dynamodb"][image]["correlation_id"] = {"S": "upload-7"}

        def fail(_):
            raise RuntimeError("cannot")

        walk(DynamoDBEvent(batch, None), fail)
        [logged] = [record for record in caplog.records if record.exc_info]
        assert logged.record == batch["Records"][0]["dynamodb"]["SequenceNumber"]
        assert logged.source == batch["Records"][0]["eventSourceARN"]
        assert logged.correlation_id == "upload-7"

    def test_all_at_once_are_each_handed_on_and_the_failed_named(self):
        [first, second, third] = self.seen_one_by_one()
        handle = failing_on(second)
        assert changes_at_once(changes(), handle) == failed("200")
        assert sorted(handle.seen, key=str) == sorted([first, second, third], key=str)

    def seen_one_by_one(self):
        handle = failing_on()
        each_change(changes(), handle)
        return handle.seen

    def test_one_that_is_slow_does_not_hold_up_the_others(self):
        together = Barrier(3, timeout=10)
        assert changes_at_once(changes(), lambda _: together.wait()) == failed()


class Queue:
    """SQS, which refuses some messages so many times. `calls` are the entries of each call."""

    def __init__(self, refused=(), times=0):
        self.calls = []
        self._refused = set(refused)
        self._times = times

    def send_message_batch(self, *, QueueUrl, Entries):  # noqa: N803 - botocore's names
        self.calls.append(Entries)
        if len(self.calls) > self._times:
            return {"Successful": []}
        again = [e for e in Entries if json.loads(e["MessageBody"])["name"] in self._refused]
        return {"Failed": [{"Id": entry["Id"]} for entry in again]}

    def names(self):
        return [[json.loads(e["MessageBody"])["name"] for e in call] for call in self.calls]


@pytest.fixture
def queue(monkeypatch):
    def queue(**trouble):
        made = Queue(**trouble)
        monkeypatch.setattr(events, "client", lambda _: made)
        monkeypatch.setattr(events, "queue_url", lambda name: f"https://sqs.test/{name}")
        monkeypatch.setattr(events, "attempts", range)
        return made

    return queue


def notes(count):
    return [Note(str(number)) for number in range(count)]


class TestSending:
    """Ten messages a call, and again what was not taken."""

    def test_messages_go_ten_a_call(self, queue):
        made = queue()
        send("fanout", iter(notes(23)))
        assert [len(call) for call in made.calls] == [10, 10, 3]
        assert [name for call in made.names() for name in call] == [str(i) for i in range(23)]

    def test_nothing_is_sent_for_nothing(self, queue):
        made = queue()
        send("fanout", [])
        assert made.calls == []

    def test_a_delay_is_told_where_there_is_one(self, queue):
        made = queue()
        send("fanout", notes(1), delay_seconds=30)
        send("fanout", notes(1))
        assert [call[0].get("DelaySeconds") for call in made.calls] == [30, None]

    def test_what_was_not_taken_is_sent_again_alone(self, queue):
        made = queue(refused={"1", "3"}, times=2)
        send("fanout", notes(5))
        assert made.names() == [["0", "1", "2", "3", "4"], ["1", "3"], ["1", "3"]]

    def test_what_is_never_taken_is_told(self, queue):
        made = queue(refused={"1"}, times=100)
        with pytest.raises(RuntimeError, match="1 messages could not be sent to fanout"):
            send("fanout", notes(3))
        assert len(made.calls) == SEND_ATTEMPTS


def test_a_queues_address_is_found_by_its_name(stage):
    assert queue_url("fanout").endswith("/fanlight-local-fanout")
